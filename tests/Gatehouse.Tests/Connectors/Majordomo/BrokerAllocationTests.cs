using Gatehouse.Sdk.Majordomo;

namespace Gatehouse.Tests.Connectors.Majordomo;

/// <summary>Forwarding in steady state takes nothing from the heap, whether requests wait or not.</summary>
public sealed class BrokerAllocationTests
{
    private const int Rounds = 5000;

    public static TheoryData<MdpDialect, MdpDialect, int, int> Cases => new()
    {
        { MdpDialect.Mdp01, MdpDialect.Mdp01, 1, 8 },
        { MdpDialect.Mdp01, MdpDialect.Mdp01, 100, 8 },
        { MdpDialect.Mdp02, MdpDialect.Zproto, 1, 8 },
        { MdpDialect.Zproto, MdpDialect.Mdp02, 100, 8 },
        { MdpDialect.Mdp01, MdpDialect.Mdp02, 30, 3 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Forwarding_allocates_nothing(MdpDialect clients, MdpDialect workers, int window, int workerCount)
    {
        var road = new ForwardingRoad(clients, workers, 4, workerCount);
        road.Run(window, 500);
        var before = GC.GetAllocatedBytesForCurrentThread();
        road.Run(window, Rounds);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(road.Asked, road.Answered);
        Assert.Equal(road.Asked, road.Handed);
        Assert.True(road.Asked >= Rounds);
    }
}
