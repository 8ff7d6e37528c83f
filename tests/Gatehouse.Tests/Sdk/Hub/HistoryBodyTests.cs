using System.Text;
using System.Text.Json;
using Gatehouse.Sdk.Hub;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Tests.Sdk.Hub;

public sealed class HistoryBodyTests
{
    private const string Points = """
        {"key":"/a","from":"2026-01-31T00:00:00Z","to":"2026-02-01T00:00:00Z","unit":"°C","demo":true,"hold":30.5,"new":[{"x":[]}],
        "before":["2026-01-30T00:00:00Z","off","stale"],
        "points":[["2026-01-31T01:00:00Z",{"x":[1.50]},"good"],["2026-01-31T02:00:00Z",null,"removed"],["2026-01-31T03:00:00Z",-4,"bad"]]}
        """;

    private const string Buckets =
        """{"key":"/a","from":"2026-01-31","to":"2026-02-01","width":60,"buckets":"""
        + """[["2026-01-31",1,2,1.5,2,"stale"],["2026-01-31",null,null,null,0,"stale"]]}""";

    [Fact]
    public void However_the_bytes_are_cut_the_same_is_read()
    {
        var bytes = Encoding.UTF8.GetBytes(Points);
        var random = new Random(1);
        for (var round = 0; round < 500; round++)
        {
            var body = Read(bytes, random);
            Assert.Equal(
                (new DateTime(2026, 1, 31, 0, 0, 0, DateTimeKind.Utc), "°C", true, TimeSpan.FromSeconds(30.5), "off"),
                (body.Series.From, body.Series.Unit, body.Series.IsDemo, body.Series.Hold!.Value,
                body.Series.Before!.Value.Value.ToString()));
            Assert.Equal(["""{"x":[1.50]}""", "", "-4"], body.Points.Select(p => p.Removed ? "" : p.Value.ToString()));
            Assert.Equal(["good", "removed", "bad"], body.Points.Select(p => p.QualityText));
            Assert.Equal(DateTimeKind.Utc, body.Points[0].Time.Kind);
            var buckets = Read(Encoding.UTF8.GetBytes(Buckets), random);
            Assert.Equal([2L, 0L], buckets.Buckets.Select(b => b.Count));
            Assert.Equal((1, 1.5, Quality.Stale), (buckets.Buckets[0].Minimum, buckets.Buckets[0].Mean, buckets.Buckets[0].Quality));
            Assert.Null(buckets.Buckets[1].Maximum);
            Assert.Equal(TimeSpan.FromMinutes(1), buckets.Width);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"points\":[]} 1")]
    [InlineData("{\"points\":[]")]
    [InlineData("{\"points\":{}}")]
    [InlineData("{\"points\":[[1,2]]}")]
    [InlineData("{\"points\":[[\"soon\",2,\"good\"]]}")]
    [InlineData("{\"points\":[[\"2026-01-31\",2,\"fine\"]]}")]
    [InlineData("{\"points\":[[\"2026-01-31\",\"\\ud800\",\"good\"]]}")]
    [InlineData("{\"buckets\":[[\"2026-01-31\",1,2,1.5,0.5,\"good\"]]}")]
    [InlineData("{\"buckets\":[[\"2026-01-31\",1,2,\"x\",5,\"good\"]]}")]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("{\"hold\":1e300,\"points\":[]}")]
    [InlineData("{\"hold\":\"x\",\"points\":[]}")]
    [InlineData("{\"before\":[],\"points\":[]}")]
    [InlineData("{\"key\":null,\"points\":[]}")]
    public void What_no_hub_sends_is_refused(string text) =>
        Assert.ThrowsAny<JsonException>(() => new HistoryBody().Take(Encoding.UTF8.GetBytes(text), isLast: true));

    [Fact]
    public void A_part_that_does_not_end_is_refused()
    {
        var text = "{\"points\":[[\"" + new string('x', HistoryBody.MostBytesPerPart);
        Assert.ThrowsAny<JsonException>(() => new HistoryBody().Take(Encoding.UTF8.GetBytes(text), isLast: false));
    }

    [Fact]
    public void Damaged_answers_are_read_or_refused_and_never_fail_otherwise()
    {
        var random = new Random(2);
        var refused = 0;
        for (var round = 0; round < 10_000; round++)
        {
            var bytes = Encoding.UTF8.GetBytes(round % 2 == 0 ? Points : Buckets);
            for (var edits = random.Next(1, 4); edits > 0; edits--)
            {
                bytes[random.Next(bytes.Length)] = random.Next(2) == 0 ? (byte)random.Next(256) : "\"{}[],:\\u0"u8[random.Next(10)];
            }
            try
            {
                Read(bytes, random);
            }
            catch (JsonException)
            {
                refused++;
            }
        }
        Assert.InRange(refused, 1000, 9999);
    }

    [Fact]
    public void Damaged_lists_and_reports_are_read_or_refused()
    {
        var newest = """[{"key":"/a","time":"2026-01-31T00:00:00Z","value":[1],"quality":"good"},"""
            + """{"key":"/b","time":"2026-01-31","quality":"removed"}]""";
        var report = """{"lines":4,"imported":2,"known":1,"refused":1,"problems":["line 3: no"]}""";
        Assert.Equal(["/a", "/b"], HistoryJson.ReadNewest(Encoding.UTF8.GetBytes(newest)).Select(n => n.Key));
        Assert.Equal("line 3: no", Assert.Single(HistoryJson.ReadImport(Encoding.UTF8.GetBytes(report)).Problems));
        var random = new Random(3);
        var refused = 0;
        for (var round = 0; round < 10_000; round++)
        {
            var bytes = Encoding.UTF8.GetBytes(round % 2 == 0 ? newest : report);
            for (var edits = random.Next(1, 4); edits > 0; edits--)
            {
                bytes[random.Next(bytes.Length)] = "\"{}[],:\\u0x\u00ff"u8[random.Next(12)];
            }
            try
            {
                if (round % 2 == 0) HistoryJson.ReadNewest(bytes);
                else HistoryJson.ReadImport(bytes);
            }
            catch (JsonException)
            {
                refused++;
            }
        }
        Assert.InRange(refused, 1000, 9999);
    }

    private static HistoryBody Read(byte[] bytes, Random random)
    {
        var body = new HistoryBody();
        var (start, end) = (0, 0);
        while (end < bytes.Length)
        {
            end = Math.Min(bytes.Length, end + random.Next(1, 60));
            start += body.Take(bytes.AsMemory(start, end - start), isLast: false);
        }
        body.Take(bytes.AsMemory(start), isLast: true);
        return body;
    }
}
