using System.Buffers;
using System.Text;
using System.Text.Json;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Tests.Sdk.Values;

public sealed class EntryJsonTests
{
    private static readonly Entry Full = new()
    {
        Key = Key.Parse("/device/localhost.system.cpu/load"),
        Value = 12.0,
        Time = new DateTime(2026, 1, 31, 12, 0, 0, 500, DateTimeKind.Utc),
        Received = new DateTime(2026, 1, 31, 12, 0, 1, DateTimeKind.Utc),
        Quality = Quality.Suspect,
        Origin = new Origin("http", "127.0.0.1"),
        Sequence = 42,
    };

    [Fact]
    public void An_entry_is_written_as_documented() => Assert.Equal(
        """
        {"key":"/device/localhost.system.cpu/load","value":12.0,"time":"2026-01-31T12:00:00.5Z","received":"2026-01-31T12:00:01Z",
        "quality":"suspect","source":"http 127.0.0.1","sequence":42}
        """.ReplaceLineEndings(""),
        Written(Full));

    [Fact]
    public void A_removed_entry_is_three_members() => Assert.Equal(
        """{"key":"/a","removed":true,"sequence":7}""",
        Written(new Entry { Key = Key.Parse("/a"), Origin = new Origin("x"), Removed = true, Sequence = 7 }));

    [Fact]
    public void What_is_written_reads_back()
    {
        var read = Assert.Single(EntryJson.ReadArray(Encoding.UTF8.GetBytes($"[{Written(Full)}]")));
        Assert.Equal(Full.ToString(), read.ToString());
        Assert.Equal((Full.Time, Full.Received, "http 127.0.0.1"), (read.Time, read.Received, read.Origin.ToString()));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("[{}]")]
    [InlineData("""[{"key":"a","removed":true,"sequence":1}]""")]
    [InlineData("""[{"key":"/a","value":1,"time":"x","received":"2026-01-31T12:00:01Z","quality":"good","source":"s","sequence":1}]""")]
    [InlineData("""
        [{"key":"/a","value":1,"time":"2026-01-31T12:00:01Z","received":"2026-01-31T12:00:01Z","quality":"fine","source":"s","sequence":1}]
        """)]
    public void What_is_no_entry_says_so(string json) =>
        Assert.ThrowsAny<JsonException>(() => EntryJson.ReadArray(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("2026-01-31T12:00:00Z", "2026-01-31T12:00:00Z")]
    [InlineData("2026-01-31T13:30:00.25+01:30", "2026-01-31T12:00:00.25Z")]
    [InlineData("2026-01-31 12:00:00", "2026-01-31T12:00:00Z")]
    [InlineData("2026-01-31T12:00", "2026-01-31T12:00:00Z")]
    [InlineData("2026-01-31", "2026-01-31T00:00:00Z")]
    [InlineData("1769860800.5", "2026-01-31T12:00:00.5Z")]
    public void Times_are_iso_8601_or_unix_seconds(string text, string expected)
    {
        Assert.True(Timestamp.TryParse(text, out var utc));
        Assert.Equal(DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture).UtcDateTime, utc);
        Assert.Equal(DateTimeKind.Utc, utc.Kind);
    }

    [Theory]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("2026-13-01")]
    [InlineData("1e300")]
    [InlineData("NaN")]
    public void What_no_calendar_has_is_no_time(string text) => Assert.False(Timestamp.TryParse(text, out _));

    [Fact]
    public void Qualities_have_words()
    {
        Assert.All(Enum.GetValues<Quality>(), q => Assert.True(QualityNames.TryParse(q.ToText(), out var read) && read == q));
        Assert.False(QualityNames.TryParse("Good", out _));
        Assert.Equal(Quality.Bad, Quality.Stale.AtBest(Quality.Bad));
    }

    private static string Written(Entry entry)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output)) EntryJson.Write(writer, entry);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
