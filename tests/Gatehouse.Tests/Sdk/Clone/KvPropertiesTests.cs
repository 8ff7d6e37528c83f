using System.Text;
using Gatehouse.Sdk.Clone;

namespace Gatehouse.Tests.Sdk.Clone;

/// <summary>Properties of messages in the full form.</summary>
public sealed class KvPropertiesTests
{
    [Theory]
    [InlineData("", true)]
    [InlineData("a=b\n", true)]
    [InlineData("a=\n", true)]
    [InlineData("a=b=c\nttl=5\n", true)]
    [InlineData("a=b", false)]
    [InlineData("a=b\nc", false)]
    [InlineData("\n", false)]
    [InlineData("=b\n", false)]
    [InlineData("ab\n", false)]
    [InlineData("a=b\n\n", false)]
    public void They_are_lines_of_name_and_value(string properties, bool isValid) =>
        Assert.Equal(isValid, KvProperties.IsValid(Encoding.UTF8.GetBytes(properties)));

    [Theory]
    [InlineData("a=b\n", "a", "b")]
    [InlineData("a=b=c\nx=\n", "a", "b=c")]
    [InlineData("a=b\nx=\n", "x", "")]
    [InlineData("a=1\na=2\n", "a", "1")]
    [InlineData("ab=1\n", "a", null)]
    [InlineData("a=1\n", "A", null)]
    [InlineData("a=1", "a", null)]
    [InlineData("", "a", null)]
    public void A_value_is_found_by_its_name(string properties, string name, string? value)
    {
        var isThere = KvProperties.TryGet(Encoding.UTF8.GetBytes(properties), Encoding.UTF8.GetBytes(name), out var found);
        Assert.Equal((value is not null, value ?? ""), (isThere, Encoding.UTF8.GetString(found)));
    }

    [Theory]
    [InlineData("ttl=10\n", 10.0)]
    [InlineData("x=y\nttl=0.25\n", 0.25)]
    [InlineData("ttl=1e2\n", 100.0)]
    [InlineData("ttl=3155760000\n", 3155760000.0)]
    [InlineData("ttl=1e-300\n", 1e-7)]
    [InlineData("ttl=0\n", null)]
    [InlineData("ttl=\n", null)]
    [InlineData("x=y\n", null)]
    [InlineData("", null)]
    public void A_ttl_is_seconds(string properties, double? seconds)
    {
        Assert.True(KvProperties.TryReadTtl(Encoding.UTF8.GetBytes(properties), out var ttl));
        Assert.Equal(seconds is { } given ? TimeSpan.FromSeconds(given) : null, ttl);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("-0.5")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("1e400")]
    [InlineData("3155760001")]
    [InlineData("1730000000000")]
    [InlineData("ten")]
    [InlineData("1,5")]
    [InlineData(" 5")]
    [InlineData("0x10")]
    public void What_is_no_ttl_is_refused(string text)
    {
        Assert.False(KvProperties.TryReadTtl(Encoding.UTF8.GetBytes($"ttl={text}\n"), out var ttl));
        Assert.Null(ttl);
    }

    [Theory]
    [InlineData(10_000_000, "ttl=1\n")]
    [InlineData(15_000_000, "ttl=1.5\n")]
    [InlineData(1, "ttl=0.0000001\n")]
    [InlineData(36_000_000_000, "ttl=3600\n")]
    public void A_ttl_is_written_as_short_as_it_can_be(long ticks, string text)
    {
        var room = new byte[KvProperties.TtlSize];
        Assert.Equal(text, Encoding.UTF8.GetString(room, 0, KvProperties.WriteTtl(room, TimeSpan.FromTicks(ticks))));
    }

    [Fact]
    public void A_ttl_that_was_written_is_read()
    {
        var random = new Random(Environment.TickCount);
        var room = new byte[KvProperties.TtlSize];
        for (var i = 0; i < 10_000; i++)
        {
            var ttl = TimeSpan.FromTicks(random.NextInt64(1, 1L << random.Next(1, 54)));
            var used = KvProperties.WriteTtl(room, ttl);
            Assert.True(KvProperties.IsValid(room.AsSpan(0, used)));
            Assert.True(KvProperties.TryReadTtl(room.AsSpan(0, used), out var read));
            // A double holds that much of it.
            Assert.InRange(Math.Abs((read!.Value - ttl).Ticks), 0, 4);
        }
        foreach (var ticks in (long[])[0, -1, TimeSpan.FromDays(36_526).Ticks])
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => KvProperties.WriteTtl(room, TimeSpan.FromTicks(ticks)));
        }
    }

    [Fact]
    public void What_cannot_stand_in_a_line_is_not_written()
    {
        var room = new byte[64];
        Assert.Throws<ArgumentException>(() => KvProperties.Write(room, ""u8, "v"u8));
        Assert.Throws<ArgumentException>(() => KvProperties.Write(room, "a=b"u8, "v"u8));
        Assert.Throws<ArgumentException>(() => KvProperties.Write(room, "a\nb"u8, "v"u8));
        Assert.Throws<ArgumentException>(() => KvProperties.Write(room, "a"u8, "v\nw"u8));
        Assert.Equal(KvProperties.Size("a"u8, "v=w"u8), KvProperties.Write(room, "a"u8, "v=w"u8));
        Assert.True(KvProperties.TryGet(room.AsSpan(0, 6), "a"u8, out var value) && value.SequenceEqual("v=w"u8));
    }
}
