using Gatehouse.Requests.Callbacks;

namespace Gatehouse.Tests.Requests.Callbacks;

public sealed class CallbackCoreTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private static readonly CallbackRules Rules = new(4, 6, 2, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5));

    [Fact]
    public void Pauses_grow_up_to_the_longest_and_then_it_is_given_up()
    {
        var core = new CallbackCore(Rules with { Tries = 6 }, () => 1);
        core.Add("a", "host", 0, Start);
        var now = Start;
        foreach (var pause in (double[])[1, 2, 4, 5, 5])
        {
            Assert.Equal(["a"], core.Take(now));
            Assert.Equal(now + TimeSpan.FromSeconds(pause), core.End("a", isDone: false, now));
            Assert.Empty(core.Take(now));
            now = core.Next()!.Value;
        }
        Assert.Equal(["a"], core.Take(now));
        Assert.Equal(6, core.TriesOf("a"));
        Assert.Null(core.End("a", isDone: false, now));
        Assert.Equal((0, null), (core.Count, core.Next()));
    }

    [Fact]
    public void A_slow_host_holds_up_no_other()
    {
        var core = new CallbackCore(Rules, () => 0);
        for (var i = 0; i < 100; i++) core.Add($"slow{i}", "slow", 0, Start);
        core.Add("quick", "quick", 0, Start);
        core.Add("third", "Third", 0, Start);
        Assert.Equal(["slow0", "quick", "third", "slow1"], core.Take(Start));
        Assert.Null(core.End("quick", isDone: true, Start));
        core.Add("other", "THIRD", 0, Start);
        Assert.Equal(["other"], core.Take(Start));
        Assert.Empty(core.Take(Start.AddYears(1)));
        Assert.Null(core.Next());
        core.End("slow0", isDone: true, Start);
        Assert.Equal(Start, core.Next());
        Assert.Equal(["slow2"], core.Take(Start));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Each_is_tried_until_it_is_done_and_never_twice_at_once(int seed)
    {
        for (var round = 0; round < 300; round++) Play(new Random((seed * 1000) + round));
    }

    // Everything the core may do is compared with what it was told; in the end nothing may be left.
    private static void Play(Random random)
    {
        var rules = new CallbackRules(
            1 + random.Next(4), 1 + random.Next(5), 1 + random.Next(3), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3));
        var core = new CallbackCore(rules, random.NextDouble);
        var now = Start;
        var hosts = new Dictionary<string, string>();
        var tries = new Dictionary<string, int>();
        var due = new Dictionary<string, DateTimeOffset>();
        var running = new List<string>();
        for (var step = 0; step < 200 || due.Count + running.Count > 0; step++)
        {
            Assert.True(step < 5000, "It does not come to an end.");
            if (step < 200 && random.Next(3) == 0)
            {
                var id = $"{random.Next(30)}";
                if (!due.ContainsKey(id) && !running.Contains(id))
                {
                    hosts[id] = $"h{random.Next(4)}";
                    tries[id] = random.Next(rules.Tries);
                    due[id] = now.AddSeconds(random.Next(-2, 5));
                }
                core.Add(id, hosts.GetValueOrDefault(id, "h0"), tries.GetValueOrDefault(id), due.GetValueOrDefault(id));
            }
            foreach (var id in core.Take(now))
            {
                Assert.True(due.Remove(id, out var moment) && moment <= now);
                running.Add(id);
                Assert.Equal(++tries[id], core.TriesOf(id));
            }
            Assert.True(running.Count <= rules.AtOnce);
            Assert.All(running.GroupBy(id => hosts[id]), g => Assert.True(g.Count() <= rules.PerHost));
            // Nobody waits who could be under way.
            var hasRoom = running.Count < rules.AtOnce;
            var waiting = due.Where(d => hasRoom && running.Count(r => hosts[r] == hosts[d.Key]) < rules.PerHost).ToList();
            Assert.All(waiting, w => Assert.True(w.Value > now));
            Assert.Equal(waiting.Count == 0 ? null : waiting.Min(w => w.Value), core.Next());
            Assert.Equal(due.Count + running.Count, core.Count);
            if (running.Count > 0 && random.Next(2) == 0)
            {
                var id = running[random.Next(running.Count)];
                running.Remove(id);
                var isDone = random.Next(3) == 0;
                var next = core.End(id, isDone, now);
                Assert.Equal(isDone || tries[id] == rules.Tries, next is null);
                if (next is { } again)
                {
                    Assert.InRange(again - now, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(3));
                    due[id] = again;
                }
            }
            else now = now.AddSeconds(random.NextDouble());
        }
        Assert.Equal((0, null), (core.Count, core.Next()));
    }
}
