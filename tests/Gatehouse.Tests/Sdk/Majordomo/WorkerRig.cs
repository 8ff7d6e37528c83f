using Gatehouse.Sdk.Io;
using Gatehouse.Sdk.Majordomo;
using Gatehouse.Sdk.Values;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Sdk.Majordomo;

/// <summary>A worker under test that serves echo, its broker, and its time, which is the test's own.</summary>
internal sealed class WorkerRig : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly IoLoop _loop;

    public WorkerRig(Func<MdpRequest, CancellationToken, ValueTask<Frames>>? handler = null, MdpWorkerOptions? options = null)
    {
        _loop = new IoLoop("worker-under-test", Time);
        handler ??= (request, _) => ValueTask.FromResult(request.Frames);
        Worker = new MdpWorker(Broker.Address, "echo", handler, (options ?? new()) with { Loop = _loop });
    }

    public ManualTime Time { get; } = new();

    public ScriptedBroker Broker { get; } = new();

    public MdpWorker Worker { get; }

    public Task Run { get; private set; } = Task.CompletedTask;

    /// <summary>Runs it, and waits for its READY.</summary>
    public async Task<Arrival> StartAsync()
    {
        Run = Worker.RunAsync(_stop.Token);
        return await Broker.ReceiveAsync();
    }

    /// <summary>Asks it to stop; <see cref="Run"/> ends when it has.</summary>
    public Task StopAsync() => _stop.CancelAsync();

    public void Request(Arrival ready, string body, string address = "caller") =>
        Broker.Send(ready.From, "", "MDPW01", "\u0002", address, "", body);

    /// <summary>Waits until it has begun with so many requests.</summary>
    public Task HandlingAsync(int requests) => UntilAsync(() => Worker.Requests >= requests);

    public static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20), TimeProvider.System);
        while (!condition()) await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, patience.Token);
    }

    /// <summary>The last of so many replies, whatever heartbeats come between.</summary>
    public async Task<Arrival> LastOfAsync(int replies)
    {
        while (true)
        {
            var heard = await Broker.ReceiveAsync();
            if (heard.Message.Count > 3 && --replies == 0) return heard;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Broker.DisposeAsync();
        await Run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _loop.Dispose();
        _stop.Dispose();
    }
}
