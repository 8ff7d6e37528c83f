using System.Text;
using Gatehouse.Connectors.Clone;
using Gatehouse.Sdk.Clone;
using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp;
using Gatehouse.Tests.Support;
using Gatehouse.Tree;

namespace Gatehouse.Tests.Connectors.Clone;

/// <summary>What publishers send: what becomes of it, and what does not.</summary>
public sealed class UpdateIntakeTests
{
    private const string Four = "\0\0\0\0", Eight = "\0\0\0\0\0\0\0\0";

    [Theory]
    [InlineData(CloneFault.FrameCount, "/a")]
    [InlineData(CloneFault.FrameCount, "/a", Four, "", "1")]
    [InlineData(CloneFault.FrameCount, "/a", Four, "", "", "1", "2")]
    [InlineData(CloneFault.SequenceWidth, "/a", "\0\0\0", "1")]
    [InlineData(CloneFault.SequenceWidth, "/a", "", "1")]
    [InlineData(CloneFault.UuidSize, "/a", Eight, "short", "", "1")]
    [InlineData(CloneFault.BadProperties, "/a", Eight, "", "ttl", "1")]
    [InlineData(CloneFault.BadTtl, "/a", Eight, "", "ttl=soon\n", "1")]
    [InlineData(CloneFault.BadTtl, "/a", Eight, "", "ttl=-1\n", "1")]
    [InlineData(CloneFault.BadTtl, "/a", Eight, "", "ttl=NaN\n", "1")]
    [InlineData(CloneFault.BadKey, "", Four, "1")]
    [InlineData(CloneFault.BadKey, "/", Four, "1")]
    [InlineData(CloneFault.BadKey, "/a//b", Four, "1")]
    [InlineData(CloneFault.BadKey, "/a/", Four, "1")]
    [InlineData(CloneFault.BadKey, "/a\0b", Four, "1")]
    [InlineData(CloneFault.BadKey, "/a/..", Four, "1")]
    [InlineData(CloneFault.BadKey, "../a", Four, "1")]
    [InlineData(CloneFault.BadKey, "/a/./b", Four, "1")]
    [InlineData(CloneFault.BadKey, "/a\x7f", Four, "1")]
    [InlineData(CloneFault.BadKey, "/\xff", Four, "1")]
    [InlineData(CloneFault.ReservedKey, "KTHXBAI", Four, "1")]
    [InlineData(CloneFault.ReservedKey, "HUGZ", Eight, "", "", "")]
    [InlineData(CloneFault.ReservedKey, "/clone/a", Four, "1")]
    internal void What_cannot_be_done_is_counted_and_nothing_set(CloneFault fault, params string[] message)
    {
        using var fixture = new CloneFixture();
        var before = fixture.Tree.Sequence;
        fixture.Push(message);
        fixture.Round();
        Assert.Equal(1, fixture.Core.Totals.Faults[(int)fault]);
        Assert.Equal((before, 0), (fixture.Tree.Sequence, fixture.Core.Totals.Collected));
        fixture.Update("/good", "1");
        Assert.Single(fixture.Round().Snapshot(fixture.Short)[..^1]);
    }

    [Theory]
    [InlineData("/a/...")]
    [InlineData("/a/.hidden/b..c")]
    [InlineData("/.a/b")]
    public void Dots_in_names_are_fine(string key)
    {
        using var fixture = new CloneFixture();
        fixture.Update(key, "1");
        Assert.Equal(key, fixture.Round().Snapshot(fixture.Short)[0].Key);
    }

    [Fact]
    public void What_is_too_large_is_counted()
    {
        using var fixture = new CloneFixture(maxKeys: 2);
        fixture.Update("/a", new string('x', Value.MaxSize + 1));
        fixture.Update($"/{new string('k', 255)}", "1");
        fixture.Update(new string('k', 250), "1");
        fixture.Update($"/{new string('k', 254)}", new string('x', Value.MaxSize));
        fixture.Update("/b", "1");
        fixture.Update("/c", "1");
        fixture.Round();
        var faults = fixture.Core.Totals.Faults;
        Assert.Equal(
            (1, 2, 1), (faults[(int)CloneFault.ValueTooLarge], faults[(int)CloneFault.BadKey], faults[(int)CloneFault.TooManyKeys]));
        Assert.Equal(Value.MaxSize, fixture.Snapshot(fixture.Short)[0].Body.Length);
    }

    [Fact]
    public void Who_may_not_write_does_not()
    {
        using var fixture = new CloneFixture();
        fixture.Access.Forbidden = "/a";
        fixture.Update("/a", "1");
        fixture.Update("/b", "1");
        Assert.Equal("/b", fixture.Round().Snapshot(fixture.Short)[0].Key);
        Assert.Equal(1, fixture.Core.Totals.Faults[(int)CloneFault.Forbidden]);
    }

    [Fact]
    public void A_key_with_an_owner_is_written_to_it()
    {
        using var fixture = new CloneFixture { MostWrites = 1 };
        using var owned = fixture.Tree.Own(new KeyFilter("/device/"), new ReadOnlyOwner("test"));
        fixture.Update("/device/lamp/on", "true");
        fixture.Update("/device/lamp/level", "3");
        fixture.Round();
        var (change, origin) = fixture.Writes[0];
        Assert.Equal(("/device/lamp/on", Value.From(true)), (change.Key.Text, change.Value));
        Assert.Same(fixture.Publisher, origin);
        Assert.Equal((1, 1), (fixture.Core.Totals.Collected, fixture.Core.Totals.Faults[(int)CloneFault.TooManyWrites]));
        Assert.Single(fixture.Snapshot(fixture.Short));
    }

    [Fact]
    public void Batches_are_of_one_publisher_and_of_no_more_than_so_many()
    {
        using var fixture = new CloneFixture();
        using var watch = fixture.Tree.Watch(KeyFilter.All, WatchMode.Every, fixture.Tree.Sequence, Trees.Tester);
        for (var i = 0; i < 600; i++) fixture.Update("/a", $"{i}");
        var entries = new Entry[1000];
        Assert.Equal(512, watch.Read(entries, out _));
        var other = new Origin("clone", "tcp://other");
        var message = new ZmtpMessage([1, 2, (byte)'/', (byte)'b', 1, 4, 0, 0, 0, 0, 0, 1, (byte)'1'], [4, 10, 13]);
        fixture.Intake.Take(message, other);
        Assert.Equal(88, watch.Read(entries, out _));
        fixture.Intake.Flush();
        fixture.Intake.Flush();
        Assert.Equal(1, watch.Read(entries, out _));
        Assert.Same(other, entries[0].Origin);
    }

    [Fact]
    public void A_value_that_lives_for_a_time_is_told_to_the_tree()
    {
        var time = new ManualTime();
        using var tree = Trees.New(time);
        var intake = new UpdateIntake(tree, new CloneFixture.Refusal(), new CloneTotals(), (_, _) => true);
        byte[] bytes = [.. "\x01\x02/a\x01\x08\0\0\0\0\0\0\0\0\x01\0\x01\x06ttl=2\n\0\x01x"u8];
        intake.Take(new ZmtpMessage(bytes, [4, 14, 16, 24, 27]), Trees.Tester);
        intake.Flush();
        Assert.Equal("x", tree.Get("/a")!.Value.ToString());
        Assert.False(tree.Expiries.TryTakeDue(out _, out _));
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.True(tree.Expiries.TryTakeDue(out _, out _));
    }

    [Fact]
    public void Whatever_came_leaves_as_it_came()
    {
        var random = new Random(3);
        string[] special =
            ["1e5", "47.0", "-0", "\"text\"", "{\"a\": 1 }", "[1,  2]", "null", "true ", " 1", "\xff\xfe", "12345678901234567890"];
        using var fixture = new CloneFixture(sendLimit: 1 << 24, ringSize: 4096);
        var follower = CloneFixture.Follow(fixture.Full, "");
        var sent = new List<string>(special);
        for (var i = 0; i < 2000; i++)
        {
            var bytes = new byte[random.Next(1, 40)];
            random.NextBytes(bytes);
            sent.Add(Encoding.Latin1.GetString(bytes));
        }
        foreach (var body in sent) fixture.Update("/k", body);
        fixture.Round();
        Assert.Equal(sent, fixture.Drain(follower).Select(h => h.Body));
    }

    [Fact]
    public void Every_fault_of_the_reader_has_its_number_here() =>
        Assert.All(Enum.GetValues<KvFault>(), fault => Assert.Equal(fault.ToString(), ((CloneFault)fault).ToString()));
}
