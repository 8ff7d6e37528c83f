using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Gatehouse.Runtime.Configuration;

namespace Gatehouse.Tests.Runtime.Configuration;

public sealed class DurationTests
{
    [Theory]
    [InlineData("250ms", 0.25)]
    [InlineData("5s", 5)]
    [InlineData("1.5s", 1.5)]
    [InlineData("2m", 120)]
    [InlineData("1h", 3600)]
    [InlineData("7d", 604800)]
    [InlineData("0s", 0)]
    public void A_number_and_its_unit_are_read(string text, double seconds)
    {
        Assert.True(Duration.TryParse(text, out var duration));
        Assert.Equal(TimeSpan.FromSeconds(seconds), duration);
    }

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("5")]
    [InlineData("5 s")]
    [InlineData(" 5s")]
    [InlineData("-5s")]
    [InlineData("5S")]
    [InlineData("1,000s")]
    [InlineData("1h30m")]
    [InlineData("5sec")]
    [InlineData("99999999999d")]
    [InlineData("99999999999999999999999999999999s")]
    public void Anything_else_is_not(string text)
    {
        Assert.False(Duration.TryParse(text, out var duration));
        Assert.Equal(default, duration);
        Assert.Throws<FormatException>(() => Duration.Parse(text));
    }

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(5000, "500us")]
    [InlineData(TimeSpan.TicksPerMillisecond * 1500, "1500ms")]
    [InlineData(TimeSpan.TicksPerSecond * 90, "90s")]
    [InlineData(TimeSpan.TicksPerHour * 24, "1d")]
    public void The_largest_unit_without_a_fraction_is_written(long ticks, string text) =>
        Assert.Equal(text == "500us" ? "0.5ms" : text, Duration.ToText(TimeSpan.FromTicks(ticks)));

    [Fact]
    public void What_is_written_reads_back() =>
        Prop.ForAll(Arb.From(ArbMap.Default.GeneratorFor<long>().Select(number => TimeSpan.FromTicks(number & long.MaxValue))), duration =>
            Duration.Parse(Duration.ToText(duration)) == duration).QuickCheckThrowOnFailure();

    [Fact]
    public void In_JSON_a_number_is_seconds_and_text_is_written()
    {
        Assert.Equal(TimeSpan.FromSeconds(1.5), Samples.Sample("\"wait\": 1.5").Wait);
        var json = JsonSerializer.Serialize(new SampleOptions(), SampleJson.Default.SampleOptions);
        Assert.Contains("\"wait\":\"2s\"", json, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"wait\": -1}")]
    [InlineData("{\"wait\": 1e20}")]
    [InlineData("{\"wait\": \"soon\"}")]
    public void Bad_JSON_is_refused_with_an_example(string json)
    {
        var refusal = Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(json, SampleJson.Default.SampleOptions));
        Assert.Contains("250ms", refusal.Message, StringComparison.Ordinal);
    }
}
