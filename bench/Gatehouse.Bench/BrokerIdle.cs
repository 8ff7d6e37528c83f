using System.Diagnostics;
using System.Globalization;
using Gatehouse.Sdk.Majordomo;

namespace Gatehouse.Bench;

/// <summary>
/// What idle workers cost a hub: their heartbeats, its own, and the PINGs that tell a machine that is gone from a quiet one.
/// </summary>
internal static class BrokerIdle
{
    private const int Rounds = 3;

    private static readonly TimeSpan Span = TimeSpan.FromSeconds(20);

    public static async Task<string> MeasureAsync()
    {
        await using var hub = await RivalBroker.HubAsync();
        var table = new StringWriter(CultureInfo.InvariantCulture);
        await table.WriteLineAsync(
            """
            | idle workers | hub's processor, of a core | memory |
            |---|---|---|
            """);
        // The hub compiles and settles.
        await Task.Delay(Span, TimeProvider.System);
        int[] sizes = [0, 500];
        var shares = sizes.ToDictionary(size => size, _ => new List<double>());
        var memory = new Dictionary<int, long>();
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var size in sizes)
            {
                shares[size].Add(await IdleAsync(hub, size));
                memory[size] = Observed(hub).WorkingSet64;
            }
        }
        foreach (var size in sizes)
        {
            await table.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"| {size} | {shares[size].Order().ElementAt(Rounds / 2):P2} ({shares[size].Min():P2} to {shares[size].Max():P2}) "
                + $"| {memory[size] / 1e6:0} MB |"));
        }
        await table.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"""

            A whole hub, its drivers and history at work as always; {Rounds} rounds of {Span.TotalSeconds:0} s each, in turns, the
            median first. Workers of the SDK, one connection each, heartbeats every 2.5 s.
            """));
        return table.ToString();
    }

    private static async Task<double> IdleAsync(RivalBroker hub, int workers)
    {
        using var stop = new CancellationTokenSource();
        var worker = new MdpWorker(
            string.Create(CultureInfo.InvariantCulture, $"tcp://127.0.0.1:{hub.Port}"), "bench.idle",
            (request, _) => new(request.Frames), new MdpWorkerOptions { Concurrency = Math.Max(1, workers) });
        var running = workers == 0 ? Task.CompletedTask : worker.RunAsync(stop.Token);
        while (worker.Connected < workers) await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        // Registering is not idling.
        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System);
        var (used, start) = (Observed(hub).TotalProcessorTime, Stopwatch.GetTimestamp());
        await Task.Delay(Span, TimeProvider.System);
        var share = (Observed(hub).TotalProcessorTime - used) / Stopwatch.GetElapsedTime(start);
        await stop.CancelAsync();
        await running;
        return share;
    }

    private static Process Observed(RivalBroker hub) => Process.GetProcessById(hub.Process);
}
