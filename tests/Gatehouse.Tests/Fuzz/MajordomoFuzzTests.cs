using System.Diagnostics;
using System.Globalization;
using Gatehouse.Connectors.Majordomo;
using Gatehouse.Tests.Connectors.Majordomo;

namespace Gatehouse.Tests.Fuzz;

/// <summary>
/// Whole conversations of clients and workers with the broker, each valid but for one change. After each the broker must be as if nothing
/// had been: no exception, nobody left, nothing held.
/// </summary>
[Trait("Run", "Fuzz")]
public sealed class MajordomoFuzzTests
{
    [Fact(Explicit = true)]
    public void Every_conversation_ends_and_leaves_nothing()
    {
        var seconds = double.Parse(Environment.GetEnvironmentVariable("GATEHOUSE_SECONDS") ?? "1", CultureInfo.InvariantCulture);
        var (count, fuzz, watch) = (0L, new BrokerFuzz(Environment.TickCount), Stopwatch.StartNew());
        while (watch.Elapsed.TotalSeconds < seconds)
        {
            for (var i = 0; i < 1000; i++) fuzz.Play();
            count += 1000;
            fuzz.CheckRest();
        }
        var reached = string.Join("; ", fuzz.Reached().Select(r => $"{r.Key} {r.Value}"));
        var rate = count / watch.Elapsed.TotalSeconds;
        TestContext.Current.TestOutputHelper?.WriteLine($"{count} conversations, {rate:F0}/s, seed {fuzz.Seed}: {reached}");
        var wanted = Enum.GetValues<BrokerFault>().Where(f => f != BrokerFault.None).Select(f => f.ToString()).Concat(BrokerFuzz.States).ToHashSet();
        wanted.ExceptWith(fuzz.Reached().Keys);
        Assert.True(wanted.Count == 0, $"never reached: {string.Join(", ", wanted)}");
    }

    [Fact]
    public void A_short_run_ends_and_leaves_nothing()
    {
        var fuzz = new BrokerFuzz(Environment.TickCount);
        for (var i = 0; i < 3000; i++) fuzz.Play();
        fuzz.CheckRest();
    }
}
