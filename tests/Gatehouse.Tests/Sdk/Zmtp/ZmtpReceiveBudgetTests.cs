using Gatehouse.Sdk.Zmtp;
using Gatehouse.Tests.Sdk.Io;

namespace Gatehouse.Tests.Sdk.Zmtp;

/// <summary>How much all peers together may leave half-sent.</summary>
public sealed class ZmtpReceiveBudgetTests
{
    private const int Limit = 300_000;
    private const int Size = 1_000_000;

    private static readonly ZmtpOptions Router = new() { SocketType = ZmtpSocketType.Router, ReceiveBudget = Limit };

    public static TheoryData<string> Pollers => LoopPairs.Pollers;

    [Theory]
    [MemberData(nameof(Pollers))]
    public async Task Who_passes_what_all_may_leave_unfinished_is_dropped(string poller)
    {
        await using var router = new Owner(Router, poller) { TellsSizes = true };
        var address = router.Endpoint.Bind("tcp://127.0.0.1:*");
        var whole = Wire.Frame(new byte[Size]);
        using var first = await HalfAsync(router, address, whole[..200_000], 200_000);
        using var small = await HalfAsync(router, address, whole[..3000], 203_000);
        using var second = new RawPeer(address).Say(Wire.Hello("DEALER"));
        router.Expect("opened Dealer unnamed");
        second.Say(whole[..200_000]);
        router.Expect("closed NoRoom");
        Assert.Equal((1, 203_000), (router.Counters.Faults(ZmtpFault.NoRoom), router.Loop.On(() => router.Endpoint.ReceiveBudget.Held)));
        // The only one with a large rest may finish it, though it is larger than the budget; and what is whole takes no room.
        first.Say(whole[200_000..]);
        router.Expect($"received {whole.Length}");
        small.Say(whole[3000..], whole, whole);
        router.Expect($"received {whole.Length}", $"received {whole.Length}", $"received {whole.Length}");
        Assert.Equal(0, router.Loop.On(() => router.Endpoint.ReceiveBudget.Held));
    }

    [Theory]
    [MemberData(nameof(Pollers))]
    public async Task Who_goes_leaves_its_room_to_others(string poller)
    {
        await using var router = new Owner(Router, poller) { TellsSizes = true };
        var address = router.Endpoint.Bind("tcp://127.0.0.1:*");
        var whole = Wire.Frame(new byte[Size]);
        for (var round = 0; round < 5; round++)
        {
            using var raw = await HalfAsync(router, address, whole[..250_000], 250_000);
            raw.Reset();
            router.Expect("closed ConnectionLost");
            Assert.Equal(0, router.Loop.On(() => router.Endpoint.ReceiveBudget.Held));
        }

        Assert.Equal(0, router.Counters.Faults(ZmtpFault.NoRoom));
    }

    [Fact]
    public void The_sum_is_that_of_all_whatever_they_hold()
    {
        var random = new Random(1);
        var budget = new ZmtpReceiveBudget(Limit);
        var held = new int[20];
        for (var i = 0; i < 20_000; i++)
        {
            var who = random.Next(held.Length);
            var count = random.Next(3) switch { 0 => 0, 1 => random.Next(5000), _ => random.Next(Size) };
            var hasRoom = budget.Hold(ref held[who], count);
            Assert.Equal((held.Sum(h => (long)h), count), (budget.Held, held[who]));
            var isAlone = held.Count(h => h > ZmtpReceiveBudget.Small) == 1;
            Assert.Equal(count <= ZmtpReceiveBudget.Small || budget.Held <= Limit || isAlone, hasRoom);
        }
    }

    // A peer that has sent a part of a message, once it has come.
    private static async Task<RawPeer> HalfAsync(Owner router, ZmtpAddress address, byte[] part, long held)
    {
        var raw = new RawPeer(address).Say(Wire.Hello("DEALER"));
        router.Expect("opened Dealer unnamed");
        raw.Say(part);
        while (router.Loop.On(() => router.Endpoint.ReceiveBudget.Held) != held) await Task.Yield();
        return raw;
    }
}
