using System.Diagnostics;
using Gatehouse.Sdk.Values;
using Gatehouse.Security;
using Gatehouse.Tree;

namespace Gatehouse.Bench;

/// <summary>
/// What 500 watchers add to a set, as seen by the setter: rounds with 2 and with 500 watchers in turn, each round so many sets spread over
/// a second, as a busy hub has them; the time is that of the sets alone.
/// </summary>
internal static class WatcherCost
{
    private const int Rounds = 11;
    private const int Bursts = 200;
    private const int SetsPerBurst = 500;
    private const int KeyCount = 10_000;

    public static async Task<string> MeasureAsync()
    {
        var few = new List<double>();
        var many = new List<double>();
        for (var round = 0; round <= Rounds; round++)
        {
            var (a, b) = (await RoundAsync(2), await RoundAsync(500));
            if (round == 0) continue; // warm-up
            few.Add(a);
            many.Add(b);
        }
        var ratio = Median(many) / Median(few);
        var ratios = many.Zip(few, (m, f) => m / f).ToList();
        const int Sets = Bursts * SetsPerBurst;
        return $"""
            | watchers | ns per set, median | min | max |
            |---|---|---|---|
            | 2 | {Row(few)} |
            | 500 | {Row(many)} |

            Ratio of medians {ratio:0.000}; of rounds, {ratios.Min():0.000} to {ratios.Max():0.000} over {Rounds} rounds of {Sets} sets.
            """;
    }

    private static async Task<double> RoundAsync(int watchers)
    {
        using var tree = new ValueTree(new TreeOptions(), new TreeStart(1, 0), TimeProvider.System, AllowAll.Instance);
        var keys = Enumerable.Range(0, KeyCount).Select(i => tree.Intern($"/device/localhost.bench.d{i / 10}/p{i % 10}")).ToArray();
        await using var following = new Watchers(tree, watchers);
        var origin = new Origin("bench");
        var busy = 0L;
        var next = 0;
        for (var burst = 0; burst < Bursts; burst++)
        {
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < SetsPerBurst; i++) tree.Set(new Change(keys[next = (next + 1) % KeyCount], 21.5), origin);
            busy += Stopwatch.GetTimestamp() - start;
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }
        return Stopwatch.GetElapsedTime(0, busy).TotalNanoseconds / (Bursts * SetsPerBurst);
    }

    private static string Row(List<double> values) => $"{Median(values):0} | {values.Min():0} | {values.Max():0}";

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
