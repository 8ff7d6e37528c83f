using System.Diagnostics;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Parts;

/// <summary>
/// Shows what the hub itself costs and does, as <c>/hub/process/…</c>, <c>/hub/tree/…</c> and <c>/hub/services/…</c>.
/// </summary>
internal sealed class StatisticsPart(TimeProvider time) : IPart
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    public string Name => "statistics";

    public async Task RunAsync(Hub hub, CancellationToken stop)
    {
        var origin = new Origin(Name);
        var rates = new Rates(time);
        using var process = Process.GetCurrentProcess();
        using var timer = new PeriodicTimer(Period, time);
        do
        {
            process.Refresh();
            var elapsed = rates.Begin();
            Change[] changes =
            [
                Of(hub, "process/cpu", Value.From(rates.PerSecond("cpu", process.TotalProcessorTime.TotalSeconds, elapsed) * 100)),
                Of(hub, "process/memory", Value.From(process.WorkingSet64)),
                Of(hub, "process/threads", Value.From(process.Threads.Count)),
                Of(hub, "tree/keys", Value.From(hub.Tree.KeyCount)),
                Of(hub, "tree/watches", Value.From(hub.Tree.Instruments.Watches)),
                Of(hub, "tree/overruns", Value.From(hub.Tree.Instruments.Overruns)),
                Of(hub, "tree/changes", Value.From(rates.PerSecond("changes", hub.Tree.Sequence, elapsed))),
                Of(hub, "services/calls", Value.From(rates.PerSecond("calls", hub.Services.Instruments.Calls, elapsed))),
                Of(hub, "services/late", Value.From(hub.Services.Instruments.LateReplies)),
            ];
            hub.Tree.Set(changes, origin);
        }
        while (await timer.WaitForNextTickAsync(stop));
    }

    private static Change Of(Hub hub, string what, Value value) => new(hub.Tree.Intern($"/hub/{what}"), value);

    /// <summary>Turns totals into rates; the first round has none and says 0.</summary>
    private sealed class Rates(TimeProvider time)
    {
        private readonly Dictionary<string, double> _totals = [];
        private long _last = time.GetTimestamp();

        public double Begin()
        {
            var now = time.GetTimestamp();
            var elapsed = time.GetElapsedTime(_last, now).TotalSeconds;
            _last = now;
            return elapsed;
        }

        public double PerSecond(string name, double total, double elapsed)
        {
            var rate = _totals.TryGetValue(name, out var before) && elapsed > 0 ? (total - before) / elapsed : 0;
            _totals[name] = total;
            return Math.Round(rate, 2);
        }
    }
}
