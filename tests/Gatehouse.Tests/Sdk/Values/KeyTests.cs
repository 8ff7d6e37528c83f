using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Gatehouse.Sdk;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Tests.Sdk.Values;

public sealed class KeyTests
{
    [Theory]
    [InlineData("", KeyError.Empty)]
    [InlineData("a/b", KeyError.NoLeadingSlash)]
    [InlineData("/", KeyError.EmptySegment)]
    [InlineData("/a//b", KeyError.EmptySegment)]
    [InlineData("/a/", KeyError.EmptySegment)]
    [InlineData("/a", KeyError.None)]
    [InlineData("/device/localhost.system.cpu/load", KeyError.None)]
    [InlineData("/a b/%2F/ü\u0001", KeyError.None)]
    public void A_key_keeps_to_the_rules(string text, KeyError error)
    {
        Assert.Equal(error, Key.Check(text));
        Assert.Equal(error == KeyError.None, Key.TryParse(text, out _, out _));
        if (error != KeyError.None) Assert.Equal(error, Assert.Throws<KeyFormatException>(() => Key.Parse(text)).Error);
    }

    [Fact]
    public void A_key_has_at_most_255_bytes()
    {
        Assert.Equal(KeyError.None, Key.Check("/" + new string('é', 127)));
        Assert.Equal(KeyError.TooLong, Key.Check("/" + new string('é', 128)));
        Assert.Equal(KeyError.TooLong, Key.Check("/" + new string('a', 100_000)));
    }

    [Fact]
    public void Half_a_surrogate_pair_is_no_text() => Assert.Equal(KeyError.NotUnicode, Key.Check("/\ud800"));

    [Fact]
    public void Keys_are_equal_by_their_text()
    {
        Assert.Equal(Key.Parse("/a"), Key.Parse("/a"));
        Assert.NotEqual(Key.Parse("/a"), Key.Parse("/b"));
        Assert.True(Key.Parse("/event/a").IsEvent);
        Assert.False(Key.Parse("/events").IsEvent);
    }

    [Theory]
    [InlineData("", "%")]
    [InlineData("hall", "hall")]
    [InlineData("a/b%c", "a%2Fb%25c")]
    [InlineData("tab\tdel\u007f", "tab%09del%7F")]
    [InlineData("\u0085", "%C2%85")]
    public void One_function_makes_segments(string name, string segment)
    {
        Assert.Equal(segment, KeySegment.Escape(name));
        Assert.Equal(name, KeySegment.Unescape(segment));
    }

    [Fact]
    public void Every_name_makes_a_segment_and_comes_back() =>
        Check.QuickThrowOnFailure(Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), name =>
        {
            var clean = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(name.Get));
            var segment = KeySegment.Escape(clean);
            var error = Key.Check("/" + segment);
            return error is KeyError.None or KeyError.TooLong && KeySegment.Unescape(segment) == clean;
        }));

    [Fact]
    public void A_topic_keeps_its_slashes() => Assert.Equal("a/%/b%25", KeySegment.EscapePath("a//b%"));

    [Fact]
    public void A_filter_selects_by_the_text_at_the_start()
    {
        var filter = new KeyFilter("/device/hall", "/device/hall.lamp", "/event/");
        Assert.Equal(["/device/hall", "/event/"], filter.Prefixes);
        Assert.True(filter.Matches(Key.Parse("/device/hall.lamp/on")));
        Assert.False(filter.Matches(Key.Parse("/device/hal")));
        Assert.True(KeyFilter.All.Matches(Key.Parse("/any")));
        Assert.True(new KeyFilter("/a", "").Matches(Key.Parse("/b")));
        Assert.False(KeyFilter.TryCreate(["a"], out _));
        Assert.Throws<KeyFormatException>(() => new KeyFilter("a"));
    }

    [Fact]
    public void Filters_overlap_when_a_key_could_be_in_both()
    {
        Assert.True(new KeyFilter("/a/").Overlaps(new KeyFilter("/a/b")));
        Assert.True(new KeyFilter("/a/b").Overlaps(KeyFilter.All));
        Assert.False(new KeyFilter("/a/").Overlaps(new KeyFilter("/b/")));
    }

    [Fact]
    public void Text_shown_in_messages_is_short_and_harmless()
    {
        Assert.Equal("\\u001b[31m", KeySegment.ForDisplay("\u001b[31m"));
        Assert.Equal(81, KeySegment.ForDisplay(new string('x', 500)).Length);
    }
}
