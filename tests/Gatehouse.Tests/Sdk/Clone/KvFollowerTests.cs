using Gatehouse.Sdk.Clone;

namespace Gatehouse.Tests.Sdk.Clone;

/// <summary>How a subscriber follows: each step by itself, time moved by hand.</summary>
public sealed class KvFollowerTests
{
    [Fact]
    public void A_snapshot_is_asked_for_once_the_subscriptions_are_known()
    {
        var talk = new KvTalk();
        Assert.Equal(KvEffect.Join, talk.Follower.Start(talk.Now));
        Assert.Equal(KvEffect.None, talk.Follower.Opened(talk.Now, answers: true));
        Assert.Equal(KvEffect.None, talk.Update("/b", 4, "early"));
        Assert.Equal(KvEffect.OpenSnapshot, talk.Follower.Settled(talk.Now));
        Assert.Equal(KvEffect.None, talk.Follower.Settled(talk.Now));
        Assert.Equal(KvEffect.Ask, talk.Follower.SnapshotOpened(talk.Now));
        talk.Item("/a", 1, "x");
        talk.Item("/gone", 1, "x");
        talk.Update("/gone", 5, "");
        talk.Update("/c", 6, "late");
        Assert.Equal("", talk.Values);
        Assert.Equal(KvEffect.CloseSnapshot, talk.Item("KTHXBAI", 5, "/"));
        // What the snapshot covers is not taken from the updates, what is newer is.
        Assert.Equal("/a=x /c=late /gone=x", talk.Values);
        Assert.Equal((KvStage.Live, "Ready"), (talk.Follower.Stage, talk.Notices));
        talk.Update("/a", 7, "y");
        talk.Update("/c", 8, "");
        Assert.Equal("/a=y /gone=x", talk.Values);
    }

    [Fact]
    public void Servers_that_answer_no_ping_are_asked_at_once_and_those_that_are_slow_after_a_second()
    {
        var talk = new KvTalk();
        talk.Follower.Start(talk.Now);
        Assert.Equal(KvEffect.OpenSnapshot, talk.Follower.Opened(talk.Now, answers: false));
        talk.Follower.Opened(talk.Now, answers: true);
        Assert.Equal(KvEffect.None, talk.After(KvFollower.SettlePatience - 1));
        Assert.Equal(KvEffect.OpenSnapshot, talk.After(1));
    }

    [Fact]
    public void Updates_that_the_snapshot_has_are_dropped()
    {
        var talk = KvTalk.Live(10, 1, "", ("/a", "new"));
        Assert.Equal(KvEffect.None, talk.Update("/a", 9, "old"));
        Assert.Equal(KvEffect.None, talk.Update("/a", 10, "old"));
        Assert.Equal(("/a=new", 2, ""), (talk.Values, talk.Follower.Counts.Repeats, talk.Notices));
        talk.Update("/a", 11, "newer");
        talk.Update("/a", 11, "repeated");
        Assert.Equal(("/a=newer", 3, ""), (talk.Values, talk.Follower.Counts.Repeats, talk.Notices));
    }

    [Fact]
    public void A_gap_is_told_and_healed_by_a_snapshot()
    {
        var talk = KvTalk.Live(10);
        talk.Now += KvFollower.HealPause;
        talk.Update("/a", 11, "1");
        Assert.Equal(KvEffect.OpenSnapshot, talk.Update("/b", 13, "1"));
        Assert.Equal(("Gap", 1, "/a=1 /b=1"), (talk.Notices, talk.Follower.Counts.Gaps, talk.Values));
        talk.Answer(13, ("/a", "2"), ("/b", "1"));
        Assert.Equal(("Ready", "/a=2 /b=1"), (talk.Notices, talk.Values));
    }

    [Fact]
    public void A_server_that_loses_much_is_asked_once_a_second()
    {
        var talk = KvTalk.Live(10);
        Assert.Equal(KvEffect.None, talk.Update("/a", 12, "1"));
        Assert.Equal(KvStage.Healing, talk.Follower.Stage);
        Assert.Equal(KvEffect.None, talk.Update("/a", 14, "2"));
        Assert.Equal("/a=2", talk.Values);
        Assert.Equal(KvEffect.None, talk.After(KvFollower.HealPause - 1));
        Assert.Equal(KvEffect.OpenSnapshot, talk.After(1));
    }

    [Theory]
    [InlineData(12, 12)]
    [InlineData(11, 13)]
    public void A_gap_between_the_snapshot_and_what_came_beside_it_is_one(long first, long second)
    {
        var talk = new KvTalk();
        talk.Follower.Start(talk.Now);
        talk.Follower.Opened(talk.Now, answers: false);
        talk.Follower.SnapshotOpened(talk.Now);
        talk.Update("/a", first, "1");
        talk.Update("/a", second, "2");
        Assert.Equal(KvEffect.CloseSnapshot, talk.Item("KTHXBAI", 10, ""));
        Assert.Equal((KvStage.Healing, "Gap", "/a=" + (first == second ? "1" : "2")), (talk.Follower.Stage, talk.Notices, talk.Values));
        Assert.Equal(KvEffect.OpenSnapshot, talk.After(KvFollower.HealPause));
        talk.Answer(13, ("/a", "2"));
        Assert.Equal((KvStage.Live, "Ready"), (talk.Follower.Stage, talk.Notices));
    }

    [Fact]
    public void Of_a_part_of_the_keys_numbers_are_missing_without_a_gap()
    {
        var talk = KvTalk.Live(10, 1, "/a/", ("/a/x", "1"), ("/b/x", "1"));
        Assert.Equal(KvEffect.None, talk.Update("/a/x", 20, "2"));
        Assert.Equal(KvEffect.None, talk.Update("/b/x", 21, "2"));
        Assert.Equal(("/a/x=2", ""), (talk.Values, talk.Notices));
    }

    [Fact]
    public void A_server_that_was_restarted_is_noticed_and_what_it_has_now_counts()
    {
        var talk = KvTalk.Live(10, 1, "", ("/a", "1"), ("/b", "1"));
        talk.Update("/c", 11, "1");
        Assert.Equal(KvEffect.CloseSnapshot, talk.Follower.Lost(talk.Now));
        Assert.Equal(("Lost", "/a=1 /b=1 /c=1"), (talk.Notices, talk.Values));
        talk.Snapshot(1, ("/b", "2"));
        Assert.Equal(("NewEpoch Ready", "/b=2", 1), (talk.Notices, talk.Values, talk.Follower.Counts.Epochs));
        Assert.Equal(KvEffect.None, talk.Update("/b", 2, "3"));
        Assert.Equal("/b=3", talk.Values);
    }

    [Fact]
    public void Numbers_that_go_back_on_one_connection_begin_a_new_epoch()
    {
        var talk = KvTalk.Live(10, 1, "", ("/a", "1"));
        talk.Update("/a", 11, "2");
        Assert.Equal(KvEffect.OpenSnapshot, talk.Update("/b", 1, "1"));
        Assert.Equal("NewEpoch", talk.Notices);
        talk.Update("/b", 2, "2");
        talk.Answer(1, ("/b", "1"));
        Assert.Equal(("/b=2", "Ready"), (talk.Values, talk.Notices));
        talk.Update("/b", 3, "3");
        Assert.Equal(("/b=3", KvStage.Live, 1), (talk.Values, talk.Follower.Stage, talk.Follower.Counts.Epochs));
    }

    [Fact]
    public void A_snapshot_of_two_epochs_is_asked_for_again()
    {
        var talk = new KvTalk();
        talk.Follower.Start(talk.Now);
        talk.Follower.Opened(talk.Now, answers: false);
        talk.Follower.SnapshotOpened(talk.Now);
        talk.Update("/a", 100, "old");
        talk.Item("/a", 100, "old");
        Assert.Equal(KvEffect.OpenSnapshot, talk.Update("/b", 1, "new"));
        talk.Answer(0);
        Assert.Equal("/b=new", talk.Values);
    }

    [Fact]
    public void A_silent_server_is_given_up_once_it_had_heartbeats()
    {
        var talk = KvTalk.Live(10);
        Assert.Equal(long.MaxValue, talk.Follower.Due);
        talk.Update("HUGZ", 0, "");
        Assert.Equal(KvEffect.None, talk.After(KvTalk.Silence - 1));
        talk.Update("/a", 11, "1");
        Assert.Equal(KvEffect.None, talk.After(KvTalk.Silence - 1));
        Assert.Equal(KvEffect.Join, talk.After(1));
        Assert.Equal(("Silent", "/a=1"), (talk.Notices, talk.Values));
    }

    [Fact]
    public void With_two_servers_any_silence_and_any_loss_is_the_others_turn()
    {
        var talk = KvTalk.Live(10, 2, "", ("/a", "1"));
        Assert.Equal(KvEffect.Join, talk.After(KvTalk.Silence));
        Assert.Equal(("Silent Failover", 1), (talk.Notices, talk.Follower.Server));
        // Another server has other numbers: that is no new epoch.
        talk.Snapshot(3, ("/a", "2"));
        Assert.Equal(("Ready", "/a=2"), (talk.Notices, talk.Values));
        Assert.Equal(KvEffect.Join, talk.Follower.Lost(talk.Now));
        Assert.Equal(("Lost Failover", 0), (talk.Notices, talk.Follower.Server));
        Assert.Equal(KvEffect.Join, talk.After(KvTalk.Silence));
        Assert.Equal(("Silent Failover", 1, 3), (talk.Notices, talk.Follower.Server, talk.Follower.Counts.Failovers));
    }

    [Fact]
    public void In_the_short_form_silence_says_nothing()
    {
        var talk = new KvTalk(2, "", hasHeartbeats: false);
        talk.Follower.Start(talk.Now);
        talk.Snapshot(1, ("/a", "1"));
        Assert.Equal(long.MaxValue, talk.Follower.Due);
        Assert.Equal(KvEffect.None, talk.After(1_000_000));
        Assert.Equal(KvEffect.Join, talk.Follower.Lost(talk.Now));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_snapshot_is_asked_for_twice_at_most_of_each_server(int servers)
    {
        var talk = new KvTalk(servers);
        talk.Follower.Start(talk.Now);
        talk.Follower.Opened(talk.Now, answers: false);
        talk.Follower.SnapshotOpened(talk.Now);
        Assert.Equal(KvEffect.None, talk.After(KvTalk.Silence - 1));
        // Items are a sign of life.
        talk.Item("/a", 1, "1");
        Assert.Equal(KvEffect.OpenSnapshot, talk.After(KvTalk.Silence));
        Assert.Equal(KvEffect.Ask, talk.Follower.SnapshotOpened(talk.Now));
        Assert.Equal(KvEffect.Join, talk.After(KvTalk.Silence));
        Assert.Equal(servers == 1 ? (0, "Silent") : (1, "Silent Failover"), (talk.Follower.Server, talk.Notices));
        Assert.Equal("", talk.Values);
    }

    [Fact]
    public void A_snapshot_that_breaks_off_is_asked_for_again_from_its_beginning()
    {
        var talk = new KvTalk();
        talk.Follower.Start(talk.Now);
        talk.Follower.Opened(talk.Now, answers: false);
        talk.Follower.SnapshotOpened(talk.Now);
        talk.Item("/a", 1, "1");
        Assert.Equal(KvEffect.Ask, talk.Follower.SnapshotOpened(talk.Now));
        talk.Item("/b", 1, "1");
        Assert.Equal(KvEffect.CloseSnapshot, talk.Item("KTHXBAI", 1, ""));
        Assert.Equal("/b=1", talk.Values);
        // What comes after the end is nothing.
        Assert.Equal(KvEffect.None, talk.Item("/c", 1, "1"));
        Assert.Equal(KvEffect.None, talk.Follower.SnapshotOpened(talk.Now));
        Assert.Equal("/b=1", talk.Values);
    }

    [Fact]
    public void Keys_that_are_not_text_are_counted()
    {
        var talk = KvTalk.Live(10);
        talk.Update("\xFF", 11, "1");
        talk.Update(new string('\xFF', 400), 12, "1");
        talk.Follower.Strange();
        Assert.Equal((3, "", KvStage.Live), (talk.Follower.Counts.Rejected, talk.Values, talk.Follower.Stage));
        talk.Update("/" + new string('k', 400), 13, "1");
        Assert.Equal(1, talk.View.Count);
    }
}
