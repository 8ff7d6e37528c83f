using Gatehouse.Sdk;
using Gatehouse.Sdk.Majordomo;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Tests.Sdk.Majordomo;

/// <summary>A worker that has more to say than its broker takes.</summary>
public sealed class MdpWorkerFlowTests
{
    private const int Parts = 40;

    // What waits for a connection at most, in parts.
    private const int Limit = 16;

    // No heartbeats while the time runs on.
    private static readonly MdpWorkerOptions Calm = new() { Heartbeat = TimeSpan.FromHours(1), Dialect = MdpDialect.Mdp02 };

    private readonly byte[] _part = new byte[1024 * 1024];
    private int _sent;

    [Fact]
    public async Task Parts_wait_for_a_broker_that_does_not_read()
    {
        await using var rig = new WorkerRig(TalkAsync, Calm);
        var ready = await BlockAsync(rig);
        Assert.InRange(Volatile.Read(ref _sent), Limit, Parts - 1);
        rig.Broker.Resume(ready.From);
        Assert.Equal("last", (await rig.Time.RunUntilAsync(rig.LastOfAsync(Parts + 1))).Text[^1]);
    }

    [Fact]
    public async Task A_part_that_waits_is_refused_when_the_connection_breaks()
    {
        var refused = new TaskCompletionSource<Exception?>();
        await using var rig = new WorkerRig(
            async (request, stop) =>
            {
                refused.SetResult(await Record.ExceptionAsync(async () => await TalkAsync(request, stop)));
                return Frames.None;
            },
            Calm);
        var ready = await BlockAsync(rig);
        rig.Broker.Close(ready.From);
        Assert.IsType<MdpConnectionLostException>(await rig.Time.RunUntilAsync(refused.Task));
    }

    [Fact]
    public async Task A_broker_that_does_not_read_does_not_hold_up_the_end()
    {
        await using var rig = new WorkerRig(TalkAsync, Calm);
        await BlockAsync(rig);
        await rig.StopAsync();
        Assert.True(await rig.Time.RunUntilAsync(rig.Run.ContinueWith(run => run.IsCompletedSuccessfully, TaskScheduler.Default)));
    }

    private async ValueTask<Frames> TalkAsync(MdpRequest request, CancellationToken stop)
    {
        for (var i = 0; i < Parts; i++)
        {
            await request.SendPartAsync(Frames.Of(_part));
            Interlocked.Increment(ref _sent);
        }
        return Frames.Of("last");
    }

    // Has the handler talk to nobody until it must wait.
    private async Task<Arrival> BlockAsync(WorkerRig rig)
    {
        var ready = await rig.StartAsync();
        rig.Broker.Pause(ready.From);
        rig.Broker.Send(ready.From, "MDPW02", "\u0002", "caller", "", "x");
        await WorkerRig.UntilAsync(() => Volatile.Read(ref _sent) >= Limit);
        return ready;
    }
}
