using System.Diagnostics;
using System.Globalization;
using Gatehouse.Sdk.Values;
using Gatehouse.Security;
using Gatehouse.Tree;

namespace Gatehouse.Bench;

/// <summary>
/// What 500 watchers add to a set, as seen by the setter: rounds with 2 and with 500 watchers in turn, in each a thousand bursts of sets
/// as a busy hub has them. A round's figure is its median burst, for the machine's other work falls into some bursts.
/// </summary>
internal static class WatcherCost
{
    private const int Rounds = 11;
    private const int Bursts = 600;
    private const int WarmingBursts = 100;
    private const int SetsPerBurst = 200;
    private const int KeyCount = 10_000;

    public static async Task<string> MeasureAsync()
    {
        using var tree = new ValueTree(new TreeOptions(), new TreeStart(1, 0), TimeProvider.System, AllowAll.Instance);
        var keys = Enumerable.Range(0, KeyCount).Select(i => tree.Intern($"/device/localhost.bench.d{i / 10}/p{i % 10}")).ToArray();
        var few = new List<double>();
        var many = new List<double>();
        for (var round = 0; round <= Rounds; round++)
        {
            var (a, b) = (await RoundAsync(tree, keys, 2), await RoundAsync(tree, keys, 500));
            if (round == 0) continue; // warm-up
            few.Add(a);
            many.Add(b);
        }
        var ratios = many.Zip(few, (m, f) => m / f).ToList();
        return string.Create(CultureInfo.InvariantCulture, $"""
            | watchers | ns per set, median of rounds | least | most |
            |---|---|---|---|
            | 2 | {Median(few):0} | {few.Min():0} | {few.Max():0} |
            | 500 | {Median(many):0} | {many.Min():0} | {many.Max():0} |

            Ratio of the medians {Median(many) / Median(few):0.000}, of single rounds {ratios.Min():0.000} to {ratios.Max():0.000};
            {Rounds} rounds each, in turn, of {Bursts} bursts of {SetsPerBurst} sets over {KeyCount} keys.
            """);
    }

    private static async Task<double> RoundAsync(ValueTree tree, Key[] keys, int watchers)
    {
        await using var following = new Watchers(tree, watchers);
        var origin = new Origin("bench");
        var times = new List<double>();
        var next = 0;
        for (var burst = 0; burst < WarmingBursts + Bursts; burst++)
        {
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < SetsPerBurst; i++) tree.Set(new Change(keys[next = (next + 1) % KeyCount], 21.5), origin);
            if (burst >= WarmingBursts) times.Add(Stopwatch.GetElapsedTime(start).TotalNanoseconds / SetsPerBurst);
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System);
        }
        return Median(times);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
