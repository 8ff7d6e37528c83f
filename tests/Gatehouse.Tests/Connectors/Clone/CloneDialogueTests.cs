using Gatehouse.Connectors.Clone;
using Gatehouse.Sdk.Clone;
using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Connectors.Clone;

/// <summary>What is said to whom, message by message.</summary>
public sealed class CloneDialogueTests
{
    private const string Uuid = "0123456789abcdef";

    [Fact]
    public void An_update_is_numbered_published_and_in_the_snapshot()
    {
        using var fixture = new CloneFixture();
        var follower = CloneFixture.Follow(fixture.Short, "/test/");
        fixture.Update("/test/a", "1");
        fixture.Update("/testbad/a", "2");
        fixture.Update("/test/b", "3");
        fixture.Round();
        Assert.Equal([new("/test/a", 1, "1"), new("/test/b", 3, "3")], fixture.Drain(follower));
        Assert.Equal(
            [new("/test/a", 1, "1"), new("/test/b", 3, "3"), new("KTHXBAI", 3, "/test/")], fixture.Snapshot(fixture.Short, "/test/"));
        Assert.Equal(4, fixture.Snapshot(fixture.Short).Length);
        Assert.Equal([new("KTHXBAI", 3, "/tes/")], fixture.Snapshot(fixture.Full, "/tes/"));
        Assert.Equal((3, 3, 3), (fixture.Core.Published, fixture.Core.Totals.Collected, fixture.Core.Keys));
        Assert.Equal(3, fixture.Core.Totals.Snapshots);
    }

    [Fact]
    public void A_snapshot_ends_however_fast_everything_changes()
    {
        const int Keys = 40_000;
        using var fixture = new CloneFixture(sendLimit: 64 << 20, ringSize: 65_536);
        for (var i = 0; i < Keys; i++) fixture.Tree.Set($"/k{i}", 0);
        fixture.Round();
        var reader = CloneFixture.Reader(fixture.Short);
        fixture.Ask(reader, "ICANHAZ?", "");
        var state = new Dictionary<string, Heard>();
        for (var (round, end) = (1, -1L); end < 0; round++)
        {
            Assert.InRange(round, 1, 20);
            // More than a turn's cells, in each round.
            for (var i = 0; i < Keys / 2; i++) fixture.Tree.Set($"/k{((round * Keys / 2) + i) % Keys}", round);
            fixture.Round().Turn();
            foreach (var heard in fixture.Drain(reader))
            {
                if (heard.Key == "KTHXBAI") end = heard.Number;
                else state[heard.Key] = heard;
            }
        }
        Assert.Equal(Keys, state.Count);
        Assert.All(state.Values, heard => Assert.Equal(fixture.Tree.Get(heard.Key)!.Value.ToString(), heard.Body));
    }

    [Fact]
    public void An_update_without_a_body_removes_the_key()
    {
        using var fixture = new CloneFixture();
        var follower = CloneFixture.Follow(fixture.Short, "");
        fixture.Update("/test/a", "1");
        fixture.Update("/test/a", "");
        fixture.Round();
        Assert.Equal([new("/test/a", 1, "1"), new("/test/a", 2, "")], fixture.Drain(follower));
        Assert.Equal([new("KTHXBAI", 2, "")], fixture.Snapshot(fixture.Short));
        Assert.Null(fixture.Tree.Get("/test/a"));
        Assert.Equal(0, fixture.Core.Keys);
    }

    [Fact]
    public void Uuid_and_properties_leave_with_the_update_in_the_full_form_alone()
    {
        using var fixture = new CloneFixture();
        var (full, simple) = (CloneFixture.Follow(fixture.Full, ""), CloneFixture.Follow(fixture.Short, ""));
        fixture.Update("/a", "0");
        fixture.Push("/b", new string('\0', 8), Uuid, "ttl=5\ncolour=red\n", "1");
        fixture.Push("/c", "\0\0\0\0", "", "", "2");
        fixture.Tree.Set("/d", 3);
        fixture.Push("/e", "\0\0\0\0", Uuid, "", "4");
        fixture.Round();
        Assert.Equal(
            ["/d 3  ", "/a 0  ", $"/b 1 {Uuid} ttl=5\ncolour=red\n", "/c 2  ", $"/e 4 {Uuid} "],
            fixture.Drain(full).Select(h => $"{h.Key} {h.Body} {h.Uuid} {h.Properties}"));
        Assert.Equal([1, 2, 3, 4, 5], fixture.Drain(simple).Select(h => h.Number));
        Assert.All(fixture.Snapshot(fixture.Full), h => Assert.Equal("", h.Uuid + h.Properties));
        Assert.True(fixture.Intake.Extras.IsEmpty);
    }

    [Fact]
    public void What_was_there_before_has_no_number()
    {
        var fixture = new CloneFixture();
        fixture.Tree.Set("/old", 1);
        var core = new CloneCore(fixture, new KeyFilter("/hub/"), 1000);
        var ports = new PortSet(KvForm.Short, Kv.ShortWidth, fixture, core.Totals);
        core.Sets.Add(ports);
        fixture.Tree.Set("/gone", 1);
        fixture.Tree.Set(new Change(fixture.Tree.Intern("/gone"), default, Removed: true), Trees.Tester);
        fixture.Tree.Set("/event/past", 1);
        fixture.Tree.Set("/hub/name", "hidden");
        using var feed = new TreeFeed(fixture.Tree, core, new Extras(), Trees.Tester);
        fixture.Tree.Set("/new", 2);
        feed.Begin();
        Assert.True(feed.Publish(100));
        var reader = new SnapshotPeer(CloneFixture.Reader(ports).Connection, ports);
        using (fixture)
        {
            byte[] ask = [.. "\0\bICANHAZ?"u8];
            core.Ask(reader, new ZmtpMessage(ask, [ask.Length]));
            Assert.Equal([new("/old", 0, "1"), new("/new", 1, "2"), new("KTHXBAI", 1, "")], fixture.Drain(reader));
        }
    }

    [Fact]
    public void Events_are_told_and_never_kept()
    {
        using var fixture = new CloneFixture();
        var follower = CloneFixture.Follow(fixture.Short, "/event/");
        fixture.Update("/event/door", "open");
        fixture.Update("/event/bell", "");
        fixture.Round();
        Assert.Equal([new("/event/door", 1, "open"), new("/event/bell", 2, "")], fixture.Drain(follower));
        Assert.Equal([new("KTHXBAI", 2, "")], fixture.Snapshot(fixture.Short));
    }

    [Fact]
    public void A_key_without_a_slash_lives_below_clone_and_leaves_as_it_came()
    {
        using var fixture = new CloneFixture();
        var follower = CloneFixture.Follow(fixture.Short, "1");
        fixture.Update("1234", "x");
        fixture.Tree.Set("/clone/19", "y");
        fixture.Round();
        Assert.Equal(["1234", "19"], fixture.Drain(follower).Select(h => h.Key).Order());
        Assert.Equal("x", fixture.Tree.Get("/clone/1234")!.Value.ToString());
    }

    [Fact]
    public void Hidden_keys_and_words_of_the_protocol_are_not_shown()
    {
        using var fixture = new CloneFixture(hide: ["/hub/", "/secret"]);
        var follower = CloneFixture.Follow(fixture.Short, "");
        foreach (var key in (string[])["/hub/name", "/secret", "/secrets/1", "/clone/KTHXBAI", "/clone/HUGZ"]) fixture.Tree.Set(key, 1);
        fixture.Tree.Set("/shown", 1);
        fixture.Round();
        Assert.Equal([new("/shown", 1, "1")], fixture.Drain(follower));
        Assert.Equal(2, fixture.Snapshot(fixture.Short).Length);
    }

    [Theory]
    [InlineData(CloneFault.UnknownRequest, "HELLO")]
    [InlineData(CloneFault.UnknownRequest, "ICANHAZ", "/test/")]
    [InlineData(CloneFault.UnknownRequest, "", "ICANHAZ?", "/test/")]
    [InlineData(CloneFault.FrameCount, "ICANHAZ?", "/test/", "more")]
    internal void A_request_that_is_none_is_counted_and_the_next_one_served(CloneFault fault, params string[] request)
    {
        using var fixture = new CloneFixture();
        var reader = CloneFixture.Reader(fixture.Short);
        fixture.Ask(reader, request);
        Assert.Equal(1, fixture.Core.Totals.Faults[(int)fault]);
        Assert.Empty(fixture.Drain(reader));
        Assert.True(CloneFixture.Listens(reader));
        fixture.Ask(reader, "ICANHAZ?");
        Assert.Equal([new("KTHXBAI", 0, "")], fixture.Drain(reader));
    }

    [Fact]
    public void A_snapshot_waits_for_its_reader_who_is_not_heard_meanwhile()
    {
        using var fixture = new CloneFixture(sendLimit: 4000);
        for (var i = 0; i < 500; i++) fixture.Update($"/test/{i}", "value");
        fixture.Round();
        var reader = CloneFixture.Reader(fixture.Short);
        fixture.Ask(reader, "ICANHAZ?", "/test/");
        Assert.False(CloneFixture.Listens(reader));
        Assert.InRange(fixture.Pending(reader), 1000, 1100);
        fixture.Turn();
        Assert.InRange(fixture.Pending(reader), 1000, 1100);
        var items = new List<Heard>(fixture.Drain(reader, 5));
        while (!CloneFixture.Listens(reader))
        {
            fixture.Turn();
            items.AddRange(fixture.Drain(reader));
        }
        Assert.Equal(501, items.Count);
        Assert.Equal(new("KTHXBAI", 500, "/test/"), items[^1]);
    }

    [Fact]
    public void A_long_search_takes_turns()
    {
        using var fixture = new CloneFixture();
        for (var i = 0; i < 20_000; i++) fixture.Update($"/test/{i}", "v");
        fixture.Update("/other", "x");
        fixture.Round();
        var reader = CloneFixture.Reader(fixture.Short);
        fixture.Ask(reader, "ICANHAZ?", "/other");
        Assert.Empty(fixture.Drain(reader));
        fixture.Turn();
        fixture.Turn();
        Assert.Equal([new("/other", 20_001, "x"), new("KTHXBAI", 20_001, "/other")], fixture.Drain(reader));
    }

    [Fact]
    public void Who_is_slow_gets_the_newest_of_each_key_later_in_order()
    {
        using var fixture = new CloneFixture(sendLimit: 400);
        var follower = CloneFixture.Follow(fixture.Short, "/a", "/b", "/event/");
        for (var i = 0; i < 100; i++)
        {
            fixture.Update("/a", $"{i}");
            fixture.Update("/b", $"{i}");
        }
        fixture.Update("/event/e", "lost");
        fixture.Update("/a", "");
        fixture.Update("/c", "not wanted");
        fixture.Round();
        Assert.Equal(1, fixture.Core.Slow);
        var first = fixture.Drain(follower);
        Assert.Equal(Enumerable.Range(1, first.Length).Select(n => (long)n), first.Select(h => h.Number));
        fixture.Turn();
        Assert.Equal([new("/b", 200, "99"), new("/a", 202, "")], fixture.Drain(follower));
        Assert.Equal((0, 1, 1), (fixture.Core.Slow, fixture.Core.Totals.FellBehind, fixture.Core.Totals.EventsMissed));
        Assert.Equal(201 - first.Length, fixture.Core.Totals.Conflated);
        fixture.Update("/a", "again");
        fixture.Round();
        Assert.Equal([new("/a", 204, "again")], fixture.Drain(follower));
    }

    [Fact]
    public void Before_the_width_is_exhausted_everybody_has_to_come_back()
    {
        using var fixture = new CloneFixture(limit: 3);
        var (follower, reader) = (CloneFixture.Follow(fixture.Short, ""), CloneFixture.Reader(fixture.Short));
        var other = CloneFixture.Follow(fixture.Full, "");
        for (var i = 1; i <= 4; i++) fixture.Update("/a", $"{i}");
        fixture.Update("/b", "1");
        fixture.Round();
        Assert.Equal((false, false, true), (follower.IsOpen, reader.IsOpen, other.IsOpen));
        Assert.Equal([1, 2, 3], fixture.Drain(follower).Select(h => h.Number));
        Assert.Equal([1, 2, 3, 4, 5], fixture.Drain(other).Select(h => h.Number));
        Assert.Equal([new("/a", 1, "4"), new("/b", 2, "1"), new("KTHXBAI", 2, "")], fixture.Snapshot(fixture.Short));
        Assert.Equal(1, fixture.Core.Totals.Epochs);
        fixture.Ask(reader, "ICANHAZ?");
        Assert.Empty(fixture.Drain(reader));
        follower = CloneFixture.Follow(fixture.Short, "");
        fixture.Update("/c", "1");
        fixture.Update("/c", "2");
        fixture.Round();
        Assert.Equal([new("/c", 3, "1")], fixture.Drain(follower));
        Assert.Equal([new("/c", 1, "2")], fixture.Snapshot(fixture.Short, "/c")[..^1]);
        Assert.Equal([new("/a", 0, "4")], fixture.Snapshot(fixture.Short, "/a")[..^1]);
    }

    [Fact]
    public void Who_hears_nothing_else_is_told_that_the_server_is_there()
    {
        using var fixture = new CloneFixture();
        var (all, one) = (CloneFixture.Follow(fixture.Full, ""), CloneFixture.Follow(fixture.Full, "/a", "HUGZ"));
        var none = CloneFixture.Follow(fixture.Full, "/a");
        var simple = CloneFixture.Follow(fixture.Short, "");
        fixture.Core.TellAlive();
        Assert.Equal([new("HUGZ", 0, "")], fixture.Drain(all));
        fixture.Update("/b", "1");
        fixture.Round();
        fixture.Core.TellAlive();
        Assert.Equal(["/b"], fixture.Drain(all).Select(h => h.Key));
        Assert.Equal(["HUGZ", "HUGZ"], fixture.Drain(one).Select(h => h.Key));
        fixture.Core.TellAlive();
        Assert.Equal(["HUGZ"], fixture.Drain(all).Select(h => h.Key));
        Assert.Empty(fixture.Drain(none));
        Assert.Equal(["/b"], fixture.Drain(simple).Select(h => h.Key));
    }

    [Fact]
    public void Subscriptions_overlap_count_once_and_can_be_cancelled()
    {
        using var fixture = new CloneFixture();
        var follower = CloneFixture.Follow(fixture.Short, "", "/a", "/a", "/a/b");
        fixture.Update("/a/b", "1");
        fixture.Round();
        Assert.Single(fixture.Drain(follower));
        foreach (var topic in (string[])["", "/a", "/never"]) fixture.Short.Cancel(follower, CloneFixture.Bytes(topic));
        fixture.Update("/a/c", "1");
        fixture.Update("/a/b", "2");
        fixture.Round();
        Assert.Equal("2", Assert.Single(fixture.Drain(follower)).Body);
        fixture.Short.Cancel(follower, CloneFixture.Bytes("/a/b"));
        Assert.False(fixture.Short.HasSubscribers);
        fixture.Core.Closed(follower);
    }

    [Fact]
    public void Who_subscribes_without_end_is_dropped()
    {
        using var fixture = new CloneFixture();
        var follower = CloneFixture.Follow(fixture.Short);
        for (var i = 0; i < 50_000; i++) fixture.Short.Subscribe(follower, CloneFixture.Bytes($"/{i}"));
        Assert.False(follower.IsOpen);
        Assert.Equal(1, fixture.Core.Totals.Faults[(int)CloneFault.TooManySubscriptions]);
        fixture.Round();
        Assert.False(fixture.Short.HasSubscribers);
    }
}
