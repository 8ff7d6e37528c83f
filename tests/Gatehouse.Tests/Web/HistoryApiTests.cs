using System.Text.Json;
using Gatehouse.History;
using Gatehouse.Sdk.Values;
using Gatehouse.Tests.History;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Web;

public sealed class HistoryApiTests : IAsyncLifetime
{
    private static readonly DateTime Noon = RecordedHub.Noon;

    private RecordedHub _hub = null!;

    public async ValueTask InitializeAsync() => _hub = await RecordedHub.StartAsync();

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    [Fact]
    public async Task Points_come_in_the_order_of_their_times_with_the_one_before()
    {
        _hub.Append(
            "/lab/t", new Point(Noon.AddHours(-2), 1.5), new(Noon.AddMinutes(-30), "off", Quality.Suspect),
            new(Noon.AddMinutes(-10), default, Removed: true), new(Noon.AddMinutes(-20), Value.FromText("2.50")));
        var answer = await AskAsync("key=/lab/t&from=-1h");
        Assert.Equal("""["2026-01-31T10:00:00Z",1.5,"good"]""", answer.GetProperty("before").GetRawText());
        Assert.Equal(
            """[["2026-01-31T11:30:00Z","off","suspect"],["2026-01-31T11:40:00Z",2.50,"good"],["2026-01-31T11:50:00Z",null,"removed"]]""",
            answer.GetProperty("points").GetRawText());
        Assert.Equal(
            ("/lab/t", "2026-01-31T11:00:00Z"), (answer.GetProperty("key").GetString(), answer.GetProperty("from").GetString()));
        answer = await AskAsync("key=/lab/t&from=2026-01-31T11:30:00Z&to=1769859600");
        Assert.Equal(1, answer.GetProperty("points").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, (await AskAsync("key=/lab/t&from=-3h")).GetProperty("before").ValueKind);
    }

    [Fact]
    public async Task Buckets_sum_up_and_show_where_nothing_was_known()
    {
        _hub.Append(
            "/lab/t", new Point(Noon.AddMinutes(-10), 4), new(Noon.AddMinutes(-10).AddSeconds(20), 6, Quality.Stale),
            new(Noon.AddMinutes(-10).AddSeconds(10), 8), new(Noon.AddMinutes(-2), 7));
        var answer = await AskAsync("key=/lab/t&from=-10m&buckets=20");
        Assert.Equal(60, answer.GetProperty("width").GetDouble());
        Assert.Equal(
            """[["2026-01-31T11:50:00Z",4,8,6,2,"stale"],["2026-01-31T11:51:00Z",null,null,null,0,"stale"],"""
            + """["2026-01-31T11:58:00Z",7,7,7,1,"good"]]""",
            answer.GetProperty("buckets").GetRawText());
    }

    /// <summary>A chart asks for as many as it can draw, and wants the points themselves where that is possible.</summary>
    [Theory]
    [InlineData(59, "buckets")]
    [InlineData(60, "points")]
    [InlineData(20_000, "points")]
    public async Task So_many_at_most_are_every_point_where_they_are_no_more_and_buckets_otherwise(int most, string form)
    {
        _hub.AppendNumbers("/lab/t", [.. Enumerable.Range(0, 61).Select(i => (double)i)]);
        var answer = await AskAsync($"key=/lab/t&from=-1h&atMost={most}");
        var parts = answer.GetProperty(form);
        Assert.InRange(parts.GetArrayLength(), 1, most);
        Assert.Equal(form == "buckets", answer.TryGetProperty("width", out _));
        if (form == "points")
        {
            Assert.Equal(60, parts.GetArrayLength());
            Assert.Equal("""["2026-01-31T10:59:00Z",0.0,"good"]""", answer.GetProperty("before").GetRawText());
            Assert.Equal((await AskAsync("key=/lab/t&from=-1h")).GetRawText(), answer.GetRawText());
        }
        else
        {
            Assert.Equal((await AskAsync($"key=/lab/t&from=-1h&buckets={most}")).GetRawText(), answer.GetRawText());
        }
    }

    [Fact]
    public async Task So_many_at_most_of_text_are_the_newest_of_each_span()
    {
        _hub.Append("/lab/mode", [.. Enumerable.Range(0, 60).Select(i => new Point(Noon.AddMinutes(i - 60), $"m{i}"))]);
        Assert.Equal(
            (await AskAsync("key=/lab/mode&from=-1h&buckets=6")).GetRawText(),
            (await AskAsync("key=/lab/mode&from=-1h&atMost=6")).GetRawText());
    }

    /// <summary>So a program that shows a bucket which is not over yet can ask for it, and for what follows, in the same width.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Whole_buckets_asked_for_again_come_in_the_same_width(int seed)
    {
        var random = new Random(seed);
        _hub.Append("/lab/t", [.. Enumerable.Range(0, 5000).Select(_ => new Point(Noon.AddSeconds(-random.Next(86_400)), random.Next(9)))]);
        foreach (var most in (int[])[7, 100, 1000])
        {
            var whole = await AskAsync($"key=/lab/t&from=-1d&atMost={most}");
            var (width, buckets) = (whole.GetProperty("width").GetDouble(), whole.GetProperty("buckets").EnumerateArray().ToList());
            var from = buckets[^3][0].GetDateTime();
            var again = await AskAsync($"key=/lab/t&from={from:O}&to={from.AddSeconds(5 * width):O}&buckets=5");
            Assert.Equal(width, again.GetProperty("width").GetDouble());
            Assert.Equal(
                buckets[^3..].Select(b => b.GetRawText()), again.GetProperty("buckets").EnumerateArray().Select(b => b.GetRawText()));
        }
    }

    [Fact]
    public async Task A_series_of_text_is_thinned_to_the_newest_of_each_bucket()
    {
        _hub.Append("/lab/mode", [.. Enumerable.Range(0, 60).Select(i => new Point(Noon.AddMinutes(i - 60), $"m{i}"))]);
        var answer = await AskAsync("key=/lab/mode&from=-1h&buckets=6");
        Assert.False(answer.TryGetProperty("buckets", out _));
        Assert.Equal(
            ["m14", "m29", "m44", "m59"], answer.GetProperty("points").EnumerateArray().Select(p => p[1].GetString()));
    }

    [Fact]
    public async Task A_series_of_text_that_was_removed_is_thinned_too()
    {
        _hub.Append(
            "/lab/mode", new Point(Noon.AddMinutes(-50), "a"), new(Noon.AddMinutes(-40), "b"),
            new(Noon.AddMinutes(-5), default, Removed: true));
        var answer = await AskAsync("key=/lab/mode&from=-1h&buckets=6");
        Assert.Equal(
            ["a", "b", null], answer.GetProperty("points").EnumerateArray().Select(p => p[1].GetString()));
    }

    [Fact]
    public async Task Members_have_series_of_their_own_and_newest_lists_all()
    {
        _hub.AppendNumbers("/lab/pos#x", 1, 2);
        _hub.AppendNumbers("/lab/pos", 3);
        _hub.AppendNumbers("/other", 4);
        Assert.Equal(2, (await AskAsync("key=/lab/pos%23x")).GetProperty("points").GetArrayLength());
        var newest = await _hub.GetAsync("/api/history/newest?prefix=/lab/&prefix=/none/");
        Assert.Equal(
            """[{"key":"/lab/pos#x","time":"2026-01-31T11:59:00Z","value":2.0,"quality":"good"},"""
            + """{"key":"/lab/pos","time":"2026-01-31T11:59:00Z","value":3.0,"quality":"good"}]""",
            newest.Body);
    }

    [Theory]
    [InlineData("", "key: name the key")]
    [InlineData("?key=/lab/t&from=noon", "from: expected ISO 8601")]
    [InlineData("?key=/lab/t&to=-h", "to: expected ISO 8601")]
    [InlineData("?key=/lab/t&from=-1h&to=-2h", "from: expected a time before 'to'")]
    [InlineData("?key=/lab/t&buckets=0", "buckets: expected 1 to 20000")]
    [InlineData("?key=/lab/t&buckets=20001", "buckets: expected 1 to 20000")]
    [InlineData("?key=/lab/t&atMost=0", "atMost: expected 1 to 20000")]
    [InlineData("?key=/lab/t&atMost=20001", "atMost: expected 1 to 20000")]
    [InlineData("?key=/lab/t&atMost=5&buckets=5", "buckets, atMost: name one of them")]
    [InlineData("/newest?prefix=lab", "prefix: a prefix starts with '/'")]
    [InlineData("/export?prefix=lab", "prefix: a prefix starts with '/'")]
    [InlineData("/export?format=xml", "format: expected csv or jsonl")]
    [InlineData("/export?from=x", "from: expected ISO 8601")]
    public async Task A_wrong_question_is_refused_with_the_reason(string question, string reason)
    {
        var answer = await _hub.GetAsync("/api/history" + question);
        Assert.Equal((400, "application/problem+json"), (answer.Status, answer.MediaType));
        Assert.StartsWith(reason, JsonDocument.Parse(answer.Body).RootElement.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_number_of_buckets_that_is_none_is_refused() =>
        Assert.Equal(400, (await _hub.GetAsync("/api/history?key=/lab/t&buckets=many")).Status);

    [Fact]
    public async Task What_was_never_recorded_is_not_there()
    {
        var answer = await _hub.GetAsync("/api/history?key=/none");
        Assert.Equal(404, answer.Status);
        Assert.Contains("nothing is recorded of '/none'; /api/history/newest lists what there is", answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("csv", "text/csv", 1)]
    [InlineData("jsonl", "application/x-ndjson", 2)]
    [InlineData("csv", "text/csv", 3)]
    [InlineData("jsonl", "application/x-ndjson", 4)]
    public async Task What_is_exported_and_imported_is_exported_the_same(string format, string type, int seed)
    {
        var random = new Random(seed);
        string[] keys = ["/lab/a", "/lab/b#x", "/lab/quote\",b", "/lab/ä\u001b"];
        foreach (var key in keys) _hub.Append(key, [.. Enumerable.Range(0, 300).Select(_ => AnyPoint(random)).OrderBy(p => p.Time)]);
        var text = await _hub.ExportAsync(format);
        await using var second = await RecordedHub.StartAsync();
        var report = JsonDocument.Parse((await second.ImportAsync(text, type)).Body).RootElement;
        Assert.Equal(0, report.GetProperty("refused").GetInt64());
        Assert.Empty(Sorted(text).Except(Sorted(await second.ExportAsync(format))));
        Assert.Equal(Sorted(text), Sorted(await second.ExportAsync(format)));
        foreach (var hub in (RecordedHub[])[second, _hub])
        {
            var again = JsonDocument.Parse((await hub.ImportAsync(text, type)).Body).RootElement;
            Assert.Equal((0, 1200), (again.GetProperty("imported").GetInt64(), again.GetProperty("known").GetInt64()));
        }
    }

    [Fact]
    public async Task Lines_that_are_no_points_are_told_and_the_others_imported()
    {
        var answer = await _hub.ImportAsync(
            "key,time,value,quality\n/lab/x,2026-01-01,1,good\nlab,2026-01-01,1,good\n/lab/x,noon,1,good\n\n/lab/x,2026-01-02\n"
            + "/lab/y,2026-01-02,5\" pipe,\n/lab/x,2026-01-02,2,fine\n/lab/x,2026-01-03,\"\"\"bad\",good\n/lab/x,2026-01-04,3,stale\n");
        Assert.Equal(
            """{"lines":8,"imported":3,"known":0,"refused":5,"problems":["""
            + "\"line 3: the key is none: '/' and segments, at most 255 bytes\","
            + "\"line 4: the time is none: expected ISO 8601 or unix seconds\",\"line 6: key, time and value are needed\","
            + "\"line 8: the quality is none of good, suspect, stale, bad, removed\","
            + "\"line 9: the value has more than 65536 bytes or is not valid\"]}",
            answer.Body);
        Assert.Contains("/lab/y,2026-01-02T00:00:00Z,\"5\"\" pipe\",good,,", await _hub.ExportAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_of_another_kind_is_refused_whole()
    {
        var answer = await _hub.ImportAsync("time,temperature\n2026-01-01,5\n");
        Assert.Equal(400, answer.Status);
        Assert.Contains("the first line has to name the columns: key,time,value,quality,unit,demo", answer.Body, StringComparison.Ordinal);
        answer = await _hub.ImportAsync($"key,time,value\n/lab/x,2026-01-01,1\n/lab/x,2026-01-01,{new string('x', 1_100_000)}");
        Assert.Equal(400, answer.Status);
        Assert.Contains("line 3 has more than 1048576 bytes; 1 points before it were imported", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_of_another_site_cannot_import()
    {
        var answer = await _hub.ImportAsync("key,time,value\n", headers: h => h.Add("Origin", "http://evil.example"));
        Assert.Equal(403, answer.Status);
        Assert.Equal(415, (await _hub.ImportAsync("key,time,value\n", "text/plain")).Status);
    }

    // Points of one instant come in any order, and the same point is brought in once.
    private static string[] Sorted(string text) => [.. text.Split('\n').Distinct().Order(StringComparer.Ordinal)];

    private static Point AnyPoint(Random random) => PackedPointTests.RandomPoint(random) is var point && random.Next(3) > 0 ? point
        : point with
        {
            Value = random.Next(9) switch
            {
                0 => Value.From("21.50"),
                1 => Value.From("\"quoted\", and\r\nbroken"),
                2 => Value.FromJson("{\"a\":\n [1,\r\n2]}"u8),
                3 => Value.From(""),
                4 => Value.From("null"),
                5 => double.NaN,
                6 => Value.From("{\"x\":1}"),
                7 => Value.From("\ttab , comma"),
                _ => Value.FromText("1e400"),
            },
        };

    private async Task<JsonElement> AskAsync(string query)
    {
        var answer = await _hub.GetAsync("/api/history?" + query);
        Assert.Equal(200, answer.Status);
        return JsonDocument.Parse(answer.Body).RootElement;
    }
}
