using System.Globalization;
using System.Text.Json;
using Gatehouse.History;
using Gatehouse.Parts;
using Gatehouse.Sdk.Values;
using Gatehouse.Security;
using Gatehouse.Tests.Support;
using Gatehouse.Tree;

namespace Gatehouse.Tests.Web;

public sealed class HistoryLinesTests : IAsyncLifetime
{
    private static readonly DateTime Noon = RecordedHub.Noon;

    private RecordedHub _hub = null!;

    public async ValueTask InitializeAsync() => _hub = await RecordedHub.StartAsync();

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    [Fact]
    public async Task Every_series_of_numbers_is_a_line_that_breaks_where_nothing_was_known()
    {
        _hub.Append(
            "/lab/t", new Point(Noon.AddMinutes(-10), 4), new(Noon.AddMinutes(-10).AddSeconds(20), 6, Quality.Stale),
            new(Noon.AddMinutes(-2), 7.123456));
        _hub.AppendNumbers("/lab/energy", 12345.00011, 12345.00022);
        _hub.Append("/lab/mode", new Point(Noon.AddMinutes(-3), "auto"));
        _hub.Append("/lab/on", new Point(Noon.AddMinutes(-3), true));
        _hub.Append("/lab/gone", new Point(Noon.AddMinutes(-3), 1), new(Noon.AddMinutes(-2), default, Removed: true));
        _hub.AppendNumbers("/other/t", 1);
        var noon = new DateTimeOffset(Noon).ToUnixTimeSeconds();
        Assert.Equal(
            $$"""[{"key":"/lab/energy","points":[[{{noon - 120}},12345.00011],[{{noon - 60}},12345.00022]]},"""
            + $$"""{"key":"/lab/t","points":[[{{noon - 600}},4],[{{noon - 540}},null],[{{noon - 120}},7.123]]}]""",
            (await GetAsync("prefix=/lab/&from=-10m&buckets=20")).Body);
    }

    [Fact]
    public async Task Without_a_choice_it_is_a_day_of_everything_in_50_spans_at_most()
    {
        _hub.AppendNumbers("/lab/t", [.. Enumerable.Range(0, 1400).Select(n => (double)n)]);
        var line = Assert.Single(Lines(await GetAsync("prefix=/lab/")));
        var points = line.GetProperty("points").EnumerateArray().ToList();
        Assert.InRange(points.Count, 40, 50);
        Assert.Equal(points.OrderBy(p => p[0].GetDouble()), points);
        // The mean of each span of a steady rise rises steadily.
        Assert.All(points.Zip(points.Skip(1)), p => Assert.True(p.First[1].GetDouble() < p.Second[1].GetDouble()));
    }

    [Fact]
    public async Task A_series_that_never_changes_and_one_without_points_in_the_range_are_lines_too()
    {
        _hub.AppendNumbers("/lab/steady", 2.5, 2.5);
        _hub.Append("/lab/old", new Point(Noon.AddDays(-3), 1));
        var lines = Lines(await GetAsync("prefix=/lab/&from=-1h&buckets=61"))
            .ToDictionary(l => l.GetProperty("key").GetString()!, l => l.GetProperty("points"));
        Assert.Equal([2.5, 2.5], lines["/lab/steady"].EnumerateArray().Select(p => p[1].GetDouble()));
        Assert.Equal(0, lines["/lab/old"].GetArrayLength());
    }

    [Fact]
    public async Task There_are_2000_lines_at_most_in_the_order_of_their_keys()
    {
        for (var i = 0; i < HistoryLines.MostLines + 5; i++)
        {
            _hub.AppendNumbers(string.Create(CultureInfo.InvariantCulture, $"/lab/{i:0000}"), i);
        }
        var lines = Lines(await GetAsync("prefix=/lab/&buckets=1")).ToList();
        Assert.Equal((HistoryLines.MostLines, "/lab/0000"), (lines.Count, lines[0].GetProperty("key").GetString()));
        Assert.Equal("/lab/1999", lines[^1].GetProperty("key").GetString());
    }

    [Fact]
    public void Rights_are_asked_for_each_series()
    {
        _hub.AppendNumbers("/lab/open", 1);
        _hub.AppendNumbers("/lab/secret", 1);
        var notes = new SeriesNotes(_hub.Hub.Get<ValueTree>(), _hub.Hub.Get<IKeyCatalog>(), new NoSecrets());
        var lines = new HistoryLines(_hub.Store, notes, _hub.Hub.Get<Recorder>().Rules, new HistoryRange(0, Noon.Ticks), 1);
        Assert.Equal(["/lab/open"], lines.Choose(new KeyFilter("/lab/"), new Origin("test")).Select(s => s.Key));
    }

    [Theory]
    [InlineData("prefix=lab", "prefix: a prefix starts with '/'")]
    [InlineData("from=noon", "from: expected ISO 8601")]
    [InlineData("buckets=0", "buckets: expected 1 to 500")]
    [InlineData("buckets=501", "buckets: expected 1 to 500")]
    public async Task What_makes_no_sense_is_refused_in_words(string query, string reason)
    {
        var answer = await GetAsync(query);
        Assert.Equal(400, answer.Status);
        Assert.Contains(reason, JsonDocument.Parse(answer.Body).RootElement.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private Task<Answer> GetAsync(string query) => _hub.GetAsync("/api/history/lines?" + query);

    private static JsonElement.ArrayEnumerator Lines(Answer answer) => JsonDocument.Parse(answer.Body).RootElement.EnumerateArray();

    private sealed class NoSecrets : IAccess
    {
        public bool MayRead(Origin reader, Key key) => key.Text != "/lab/secret";

        public bool MayWrite(Origin writer, Key key) => false;

        public bool MayCall(Origin caller, string service) => false;
    }
}
