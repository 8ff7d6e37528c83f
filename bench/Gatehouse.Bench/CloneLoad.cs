using System.Globalization;
using System.Text.Json;

namespace Gatehouse.Bench;

/// <summary>
/// What the Clone ports of a whole hub carry: updates to one and to many subscribers, a snapshot of many keys, and what a key costs.
/// </summary>
internal static class CloneLoad
{
    private const int Bytes = 32;
    private const int Keys = 1_000_000;
    private const double Seconds = 1.5;

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(20);

    public static async Task<string> MeasureAsync()
    {
        using var tools = await Rivals.BuildAsync();
        var table = new StringWriter(CultureInfo.InvariantCulture);
        await table.WriteLineAsync(
            """
            | subscribers | updates/s | deliveries/s | p50 µs | p99 µs | hub's processor µs for each delivery |
            |---|---|---|---|---|---|
            """);
        foreach (var (subscribers, row) in await LiveAsync(tools, [1, 50]))
        {
            var rate = row.ConvertAll(r => r.Rate);
            await table.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"| {subscribers} | {Rounds.Median(rate) / subscribers:0} | {Rounds.Spread(rate)} "
                + $"| {Rounds.Median(row.Select(r => r.P50)):0} | {Rounds.Median(row.Select(r => r.P99)):0} "
                + $"| {Rounds.Median(row.Select(r => r.Cost)):0.00} |"));
        }
        await WriteManyAsync(tools, table);
        return table.ToString();
    }

    // Each round asks both, so that what the machine does meanwhile meets both.
    private static async Task<List<(int Subscribers, List<Live> Figures)>> LiveAsync(Rivals tools, int[] sizes)
    {
        var (hub, port) = await HubAsync();
        await using var owned = hub;
        var results = sizes.Select(size => (Size: size, Figures: new List<Live>())).ToList();
        for (var round = 0; round < Rounds.Count; round++)
        {
            foreach (var (size, row) in results) row.Add(await Live.OfAsync(tools, port, size, hub.Process));
        }
        return results;
    }

    private static async Task WriteManyAsync(Rivals tools, StringWriter table)
    {
        // Of a million keys in a room of their own the history keeps nothing, or it would be the history that is measured.
        var (hub, port) = await HubAsync("""history.record={"/fill/":{"mode":"none"}}""", $"tree.maxKeys={Text(Keys * 2)}");
        await using var owned = hub;
        await Task.Delay(Settling, TimeProvider.System);
        var before = Memory(hub.Process);
        await tools.RunAsync("clone_load", ["fill", Text(port), Text(Keys)]);
        await Task.Delay(Settling, TimeProvider.System);
        var perKey = (Memory(hub.Process) - before) / (double)Keys;
        var seconds = new List<double>();
        for (var round = 0; round < Rounds.Count; round++)
        {
            using var json = JsonDocument.Parse(await tools.RunAsync("clone_load", ["snapshot", Text(port), "/fill/some/"]));
            if (json.RootElement.GetProperty("items").GetInt32() != Keys) throw new InvalidOperationException("The snapshot is not whole.");
            seconds.Add(json.RootElement.GetProperty("seconds").GetDouble());
        }
        await table.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"""

            A snapshot of {Keys} keys takes {Rounds.Median(seconds):0.00} s ({seconds.Min():0.00} to {seconds.Max():0.00}). A key costs
            {perKey:0} bytes of memory: the difference of the hub's RSS before and {Settling.TotalSeconds:0} s after {Keys} keys of 32
            bytes came, each with a number.

            Medians over {Rounds.Count} interleaved rounds of {Seconds} s after a warm-up. Bodies of {Bytes} bytes go round over 1000
            keys; publisher and subscribers are one thread in C (`bench/rivals/clone_load.c`) that is at most 16384 updates ahead of the
            slowest. The hub runs whole; of the million keys the history records nothing.
            """));
    }

    private static async Task<(RivalBroker Hub, int Port)> HubAsync(params string[] settings)
    {
        // Three ports in a row, above those that systems give out.
        var port = 61_000 + (Environment.ProcessId % 1000 * 4);
        return (await RivalBroker.HubAsync([$"clone.port={Text(port)}", "clone.chp.enabled=false", .. settings]), port);
    }

    private static long Memory(int process) =>
        long.Parse(
            File.ReadLines($"/proc/{Text(process)}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal))
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
            CultureInfo.InvariantCulture) * 1024;

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed record Live(double Rate, double P50, double P99, double Cost)
    {
        public static async Task<Live> OfAsync(Rivals tools, int port, int subscribers, int hub)
        {
            var line = await tools.RunAsync(
                "clone_load", ["live", Text(port), Text(subscribers), Text(Bytes), Text(Seconds), Text(hub)]);
            using var json = JsonDocument.Parse(line);
            double Of(string name) => json.RootElement.GetProperty(name).GetDouble();
            return new Live(Of("rate"), Of("p50"), Of("p99"), Of("cost"));
        }
    }
}
