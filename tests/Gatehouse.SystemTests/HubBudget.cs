using System.Diagnostics;
using System.Globalization;
using Gatehouse.SystemTests.Support;

namespace Gatehouse.SystemTests;

/// <summary>
/// Measures what the hub takes from a machine, with one page open: <c>make bench</c> runs it and it writes bench/results/HubBudget.md.
/// </summary>
[Collection("Budget")] // one after the other: each wants the machine for itself
public sealed class HubBudget
{
    private const int Starts = 9;

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Idling = TimeSpan.FromSeconds(30);

    [Fact(Explicit = true)]
    [Trait("Run", "Budget")]
    public async Task Start_memory_and_idle_processor()
    {
        await using var browser = await Browser.StartAsync();
        var ready = new List<double>();
        var shown = new List<double>();
        for (var i = 0; i <= Starts; i++)
        {
            await using var hub = await BuiltHub.StartAsync();
            var page = await browser.OpenAsync(hub.Link);
            await page.GetByText("Processor").WaitForAsync();
            if (i > 0) // the first warms the file cache
            {
                ready.Add(hub.ReadyAfter.TotalSeconds);
                shown.Add(hub.Age.TotalSeconds);
            }
            await page.Context.CloseAsync();
        }

        await using var idle = await BuiltHub.StartAsync();
        var open = await browser.OpenAsync(idle.Link);
        await open.GetByText("Processor").WaitForAsync();
        await Task.Delay(Settling, TimeProvider.System, TestContext.Current.CancellationToken);
        var memory = idle.Memory;
        var (cpu, from) = (idle.ProcessorTime, Stopwatch.GetTimestamp());
        await Task.Delay(Idling, TimeProvider.System, TestContext.Current.CancellationToken);
        var commit = await Repository.CommitAsync();
        var share = (idle.ProcessorTime - cpu) / Stopwatch.GetElapsedTime(from);

        await File.WriteAllTextAsync(Repository.PathOf("bench/results/HubBudget.md"), string.Create(CultureInfo.InvariantCulture, $"""
            # HubBudget

            Commit {commit}; {Environment.ProcessorCount} cores of {Processor()}. `make bench` writes this table.
            Started by `bin/gatehouse run` on a built tree, the file cache warm; medians of {Starts} starts, least and most behind them.

            | what | measured | target |
            |---|---|---|
            | start to READY | {Row(ready)} s | 1 s |
            | start to the first value on a page that is opened then | {Row(shown)} s | 3 s |
            | memory (RSS) {Settling.TotalSeconds:0} s after READY, one page open | {memory / 1e6:0} MB | 110 MB |
            | processor while idle, one page open, over {Idling.TotalSeconds:0} s | {share:P2} of a core | 1 % |

            """), TestContext.Current.CancellationToken);
    }

    private static string Row(List<double> values) => string.Create(
        CultureInfo.InvariantCulture,
        $"{values.Order().ElementAt(values.Count / 2):0.00} ({values.Min():0.00} to {values.Max():0.00})");

    private static string Processor() =>
        File.ReadLines("/proc/cpuinfo").First(l => l.StartsWith("model name", StringComparison.Ordinal)).Split(": ")[1];

    /// <summary>The hub as users start it.</summary>
    private sealed class BuiltHub : IAsyncDisposable
    {
        private readonly string _data = Directory.CreateTempSubdirectory("gatehouse").FullName;
        private readonly long _started = Stopwatch.GetTimestamp();
        private readonly ChildProcess _process;

        private BuiltHub()
        {
            Address = new Uri($"http://127.0.0.1:{HubRunner.FreePort()}/");
            _process = ChildProcess.Start(
                Repository.PathOf("bin/gatehouse"), ["run", "--data", _data, "--set", $"web.listen={Address.Authority}"]);
        }

        public Uri Address { get; }

        public Uri Link { get; private set; } = null!;

        public TimeSpan ReadyAfter { get; private set; }

        public TimeSpan Age => Stopwatch.GetElapsedTime(_started);

        public long Memory => Observed().WorkingSet64;

        public TimeSpan ProcessorTime => Observed().TotalProcessorTime;

        public static async Task<BuiltHub> StartAsync()
        {
            var hub = new BuiltHub();
            await hub._process.OutputLineAsync(l => l.StartsWith("READY", StringComparison.Ordinal));
            hub.ReadyAfter = hub.Age;
            hub.Link = new Uri((await hub._process.OutputLineAsync(l => l.StartsWith("OPEN ", StringComparison.Ordinal)))[5..]);
            return hub;
        }

        public async ValueTask DisposeAsync()
        {
            await _process.DisposeAsync();
            Directory.Delete(_data, recursive: true);
        }

        private Process Observed() => Process.GetProcessById(_process.Id);
    }
}
