using Gatehouse.Requests;
using Gatehouse.Sdk.Values;
using Gatehouse.Services;

namespace Gatehouse.Tests.Requests;

/// <summary>Random histories: whatever is accepted is delivered by the rules, and nothing is left over.</summary>
public sealed class DispatchProperties
{
    [Fact]
    public void What_is_on_disk_is_delivered_by_the_rules_whatever_happens() => Play(1500, 150);

    [Fact]
    public void One_slow_target_delays_nobody_else()
    {
        var core = new DispatchCore(new DispatchLimits(10, 2, 1000, 60_000), () => 0);
        core.FoundAll();
        core.Start();
        for (var i = 1; i <= 1000; i++) core.Accepted(i, "slow", Fresh(i));
        for (var i = 1001; i <= 1010; i++) core.Accepted(i, "quick", Fresh(i));
        core.Offered(ServiceName.Parse("slow"));
        core.Offered(ServiceName.Parse("quick"));
        var begun = new List<string>();
        while (core.TryBegin(out var delivery))
        {
            begun.Add(delivery.Lane.Service);
            if (delivery.Lane.Service == "quick") core.Ended(delivery);
        }
        Assert.Equal((2, 10), (begun.Count(s => s == "slow"), begun.Count(s => s == "quick")));
    }

    [Fact]
    public void Targets_have_their_turns()
    {
        var core = new DispatchCore(new DispatchLimits(10, 100, 1000, 60_000), () => 0);
        core.FoundAll();
        core.Start();
        for (var i = 1; i <= 100; i++) core.Accepted(i, i <= 90 ? "many" : "few", Fresh(i));
        core.Offered(ServiceName.Parse("many"));
        core.Offered(ServiceName.Parse("few"));
        var order = new List<string>();
        while (core.TryBegin(out var delivery)) order.Add(delivery.Lane.Service);
        Assert.Equal(10, order.Take(20).Count(s => s == "few"));
    }

    [Fact]
    public void Pauses_double_up_to_the_longest_and_half_of_each_is_by_chance()
    {
        foreach (var chance in (double[])[0, 1])
        {
            var core = new DispatchCore(new DispatchLimits(100, 1, 1000, 60_000), () => chance);
            core.FoundAll();
            core.Start();
            core.Accepted(1, "a", Fresh(1));
            core.Offered(ServiceName.Parse("a"));
            var pauses = new List<long>();
            for (var now = 0L; pauses.Count < 8; now = core.NextDue)
            {
                core.Tick(now);
                Assert.True(core.TryBegin(out var delivery));
                core.Failed(delivery, now);
                pauses.Add(core.NextDue - now);
            }
            long[] whole = [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000];
            Assert.Equal(whole.Select(pause => (long)(pause * (0.5 + (chance / 2)))), pauses);
        }
    }

    [Fact]
    public void A_lane_is_known_from_its_first_request_on()
    {
        var core = new DispatchCore(new DispatchLimits(10, 1, 1000, 60_000), () => 0);
        core.FoundAll();
        core.Accepted(1, "a", Fresh(1));
        core.Accepted(2, "b", Fresh(2));
        Assert.True(core.HasLane("a"));
        Assert.False(core.HasLane("c"));
    }

    internal static SortedDictionary<string, long> Play(int histories, int steps)
    {
        var seen = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var first = Environment.TickCount;
        for (var seed = first; seed < first + histories; seed++)
        {
            var model = new DispatchModel(seed);
            try
            {
                for (var i = 0; i < steps; i++) model.Step();
                model.Drain();
            }
            catch (Exception error)
            {
                Assert.Fail($"seed {seed}: {error}");
            }
            foreach (var (what, count) in model.Seen) seen[what] = seen.GetValueOrDefault(what) + count;
        }
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join("; ", seen.Select(s => $"{s.Key} {s.Value}")));
        string[] reached =
        [
            "Answer", "Fail", "Retry", "Refused", "NotOffered", "closed", "closed under way", "gone", "read", "refilled", "not refilled",
            "restarted",
        ];
        Assert.Superset(reached.ToHashSet(), seen.Keys.ToHashSet());
        return seen;
    }

    private static FreshRequest Fresh(int number) => new($"{number}", "peer", Frames.Of("x"));
}
