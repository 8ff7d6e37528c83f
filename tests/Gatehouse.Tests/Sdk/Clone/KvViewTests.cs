using System.Text;
using Gatehouse.Sdk.Clone;

namespace Gatehouse.Tests.Sdk.Clone;

/// <summary>The keys of a subscriber, and those who watch them.</summary>
public sealed class KvViewTests
{
    [Fact]
    public void A_watch_sees_what_is_there_and_then_the_newest_of_what_changed()
    {
        var talk = KvTalk.Live(0, 1, "", ("/a", "1"), ("/b", "1"));
        var watch = talk.View.Watch("");
        Assert.Equal("/a=1 /b=1", News(talk.View, watch));
        Assert.Equal("", News(talk.View, watch));
        talk.Update("/b", 1, "2");
        talk.Update("/a", 2, "2");
        talk.Update("/b", 3, "3");
        talk.Update("/c", 4, "1");
        talk.Update("/c", 5, "");
        Assert.Equal("/a=2 /b=3 /c=", News(talk.View, watch));
        talk.Update("/a", 6, "");
        talk.Update("/a", 7, "3");
        Assert.Equal("/a=3", News(talk.View, watch));
    }

    [Fact]
    public void A_watch_of_a_part_sees_that_part()
    {
        var talk = KvTalk.Live(0, 1, "", ("/a/x", "1"), ("/b/x", "1"));
        var watch = talk.View.Watch("/a/");
        Assert.Equal("/a/x=1", News(talk.View, watch));
        talk.Update("/b/x", 1, "2");
        Assert.Equal("", News(talk.View, watch));
        Assert.Equal(["/b/x"], talk.View.All("/b").Select(e => e.Key));
    }

    [Fact]
    public void What_was_deleted_before_a_watch_began_is_no_news()
    {
        var talk = KvTalk.Live(0, 1, "", ("/a", "1"));
        var slow = talk.View.Watch("");
        talk.Update("/a", 1, "");
        var late = talk.View.Watch("");
        Assert.Equal("", News(talk.View, late));
        Assert.Equal("/a=", News(talk.View, slow));
        talk.View.Forget(slow);
        talk.View.Forget(late);
        Assert.False(talk.View.TryGet("/a", out _));
        Assert.Equal(0, talk.View.Count);
    }

    [Fact]
    public void A_snapshot_is_news_only_where_it_differs()
    {
        var talk = KvTalk.Live(10, 1, "", ("/a", "1"), ("/b", "1"), ("/c", "1"));
        var watch = talk.View.Watch("");
        News(talk.View, watch);
        talk.Follower.Lost(talk.Now);
        talk.Snapshot(11, ("/a", "1"), ("/c", "2"), ("/d", "1"), ("/empty", ""));
        Assert.Equal("/b= /c=2 /d=1", News(talk.View, watch));
        Assert.Equal(3, talk.View.Count);
    }

    private static string News(KvView view, KvWatch watch)
    {
        var news = new List<KvEntry>();
        view.Collect(watch, news);
        return string.Join(' ', news.Select(e => $"{e.Key}={Encoding.UTF8.GetString(e.Body.Span)}").Order(StringComparer.Ordinal));
    }
}
