using Gatehouse.Connectors.Clone;
using Gatehouse.Sdk.Values;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Connectors.Clone;

/// <summary>Random histories: whatever happens, every follower ends with the tree's state.</summary>
public sealed class CloneModelTests
{
    private static readonly string[] Branches = ["/lab/", "/lab/hall/", "/device/", "/event/", "free.", "/hub/"];
    private static readonly string[] Subtrees = ["", "/", "/lab/", "/lab/hall/", "/device/", "free.", "nothing"];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 12)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Every_follower_ends_with_the_state_of_the_tree(int seed)
    {
        for (var run = 0; run < 40; run++) Play(new Random((seed * 1000) + run), seed % 3 == 0 ? 60 : int.MaxValue);
    }

    [Fact]
    public void Who_keeps_up_gets_every_number_once()
    {
        var random = new Random(1);
        using var fixture = new CloneFixture();
        var follower = new CloneFollower(fixture, fixture.Full, "");
        follower.Step(int.MaxValue);
        for (var i = 0; i < 3000; i++)
        {
            Change(fixture, random);
            if (random.Next(10) == 0) fixture.Round();
            if (random.Next(20) == 0) follower.Step(int.MaxValue);
        }
        fixture.Round();
        follower.Step(int.MaxValue);
        Assert.Equal(Enumerable.Range(1, (int)fixture.Core.Published).Select(n => (long)n), follower.Numbers);
        Assert.NotEmpty(follower.Events);
        Assert.Equal((0, 0), (fixture.Core.Totals.Conflated, fixture.Core.Totals.EventsMissed));
    }

    [Fact]
    public void Histories_come_through_all_that_can_happen()
    {
        var (slow, epochs, missed, overrun, restarted) = (0L, 0L, 0L, 0L, 0);
        for (var run = 0; run < 60; run++)
        {
            var (totals, connections) = Play(new Random(run), run % 2 == 0 ? 60 : int.MaxValue);
            (slow, epochs) = (slow + totals.Conflated, epochs + totals.Epochs);
            (missed, overrun) = (missed + totals.EventsMissed, overrun + totals.Overrun);
            restarted += connections;
        }
        Assert.True(
            slow > 100 && epochs > 10 && missed > 10 && overrun > 10 && restarted > 60, $"{slow} {epochs} {missed} {overrun} {restarted}");
    }

    private static (CloneTotals Totals, int Connections) Play(Random random, long limit)
    {
        using var fixture = new CloneFixture(sendLimit: random.Next(200, 4000), limit: limit, ringSize: 64);
        var followers = new List<CloneFollower>();
        var steps = random.Next(50, 400);
        for (var i = 0; i < steps; i++)
        {
            switch (random.Next(10))
            {
                case 0 when followers.Count < 6:
                    var ports = random.Next(2) == 0 ? fixture.Short : fixture.Full;
                    followers.Add(new CloneFollower(fixture, ports, Subtrees[random.Next(Subtrees.Length)]));
                    break;
                case 1:
                    fixture.Round();
                    break;
                case 2:
                    fixture.Turn();
                    break;
                case 3 when followers.Count > 0:
                    followers[random.Next(followers.Count)].Step(random.Next(1, 20));
                    break;
                case 4:
                    // More at once than the ring of the tree holds.
                    for (var n = random.Next(100); n > 0; n--) Change(fixture, random);
                    break;
                case 5:
                    fixture.Core.TellAlive();
                    break;
                default:
                    Change(fixture, random);
                    break;
            }
        }
        for (var i = 0; i < 2000 && (i < 100 || fixture.Core.Cursors > 0); i++)
        {
            fixture.Round();
            foreach (var follower in followers) follower.Step(int.MaxValue);
            fixture.Turn();
        }
        Assert.Equal((0, 0), (fixture.Core.Cursors, fixture.Core.Slow));
        var present = Present(fixture);
        Assert.Equal(present.Count, fixture.Snapshot(fixture.Short).Length - 1);
        foreach (var (follower, subtree) in followers.Select(f => (f, f.Subtree)))
        {
            Assert.Equal(present.Where(p => p.Key.StartsWith(subtree, StringComparison.Ordinal)), follower.State);
        }
        return (fixture.Core.Totals, followers.Sum(f => f.Connections));
    }

    private static void Change(CloneFixture fixture, Random random)
    {
        var key = $"{Branches[random.Next(Branches.Length)]}{random.Next(12)}";
        var body = random.Next(4) == 0 ? "" : new string((char)random.Next('a', 'z'), random.Next(1, 60));
        switch (random.Next(3))
        {
            case 0:
                fixture.Update(key, body);
                break;
            case 1:
                fixture.Push(key, "\0\0\0\0\0\0\0\x05", random.Next(2) == 0 ? "" : "0123456789abcdef", "ttl=1000\n", body);
                break;
            default:
                var path = fixture.Tree.Intern(key[0] == '/' ? key : $"/clone/{key}");
                fixture.Tree.Set(new Change(path, Value.From(body), Removed: random.Next(5) == 0), Trees.Tester);
                break;
        }
    }

    private static SortedDictionary<string, string> Present(CloneFixture fixture)
    {
        var present = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in fixture.Tree.Snapshot(KeyFilter.All, Trees.Tester).Entries)
        {
            var (path, value) = (entry.Key.Text, entry.Value.ToString());
            if (value.Length == 0 || path.StartsWith("/hub/", StringComparison.Ordinal)) continue;
            present.Add(path.StartsWith("/clone/", StringComparison.Ordinal) ? path[7..] : path, value);
        }
        return present;
    }
}
