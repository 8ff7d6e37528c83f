using Gatehouse.History;
using Gatehouse.Parts;
using Gatehouse.Runtime.Configuration;
using Gatehouse.Sdk.Values;
using Gatehouse.Security;
using Gatehouse.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatehouse.Tests.History;

public sealed class RetentionTests
{
    private const int Hour = 3600;
    private const int Day = 24 * Hour;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Old_points_go_first_then_minutes_and_hours_stay()
    {
        await using var history = await HistoryFixture.OpenAsync();
        await FillAsync(history, "/a", -500 * Day, 0, Hour);
        await Retention(history, new HistoryOptions()).DeleteOldAsync(history.Store, Stop);
        Assert.Empty(history.Points("/a", to: -32 * Day));
        Assert.Equal(30 * 24, history.Points("/a", from: -30 * Day).Count);
        Assert.Equal(500 * 24, history.Buckets("/a", -500 * Day, 0, 20_000).Buckets.Sum(b => b.Count));
        // Beyond the points' age minutes answer, beyond theirs hours.
        Assert.Equal(TimeSpan.FromMinutes(1).Ticks, history.Buckets("/a", -100 * Day, (-100 * Day) + Hour, 5000).Width.Width);
        Assert.Equal(TimeSpan.FromHours(1).Ticks, history.Buckets("/a", -499 * Day, (-499 * Day) + (2 * Hour), 5000).Width.Width);
        Assert.Equal(2, history.Buckets("/a", -499 * Day, (-499 * Day) + (2 * Hour), 5000).Buckets.Sum(b => b.Count));
    }

    [Fact]
    public async Task A_device_may_keep_its_points_longer_or_shorter()
    {
        await using var history = await HistoryFixture.OpenAsync();
        foreach (var key in (string[])["/a", "/long", "/long#x", "/short"]) await FillAsync(history, key, -100 * Day, 0, Hour);
        await Retention(history, new HistoryOptions()).DeleteOldAsync(history.Store, Stop);
        Assert.InRange(history.Points("/a").Count, 30 * 24, 32 * 24);
        Assert.Equal(100 * 24, history.Points("/long").Count);
        Assert.Equal(100 * 24, history.Points("/long#x").Count);
        Assert.InRange(history.Points("/short").Count, 24, 3 * 24);
    }

    [Fact]
    public async Task A_file_that_grew_too_large_loses_its_oldest_points_and_no_sum_of_them()
    {
        await using var history = await HistoryFixture.OpenAsync();
        await FillAsync(history, "/a", -60 * Day, 0, 10);
        await FillAsync(history, "/b", -2 * Day, 0, 10);
        var options = new HistoryOptions { MaxSize = 4_000_000 };
        var before = history.Buckets("/a", -60 * Day, 0, 100);
        Assert.True(history.Store.Read(HistoryTables.Size) > options.MaxSize);
        await Retention(history, options).KeepSmallAsync(history.Store, Stop);
        Assert.InRange(history.Store.Read(HistoryTables.Size), 1_000_000, options.MaxSize);
        Assert.Empty(history.Points("/a", to: -55 * Day));
        Assert.Equal(2 * Day / 10, history.Points("/b").Count);
        Assert.Equal(before.Buckets.Select(b => b.Count), history.Buckets("/a", -60 * Day, 0, 100).Buckets.Select(b => b.Count));
        // With no point left the oldest minutes go, and what is summed up by hours stays.
        options.MaxSize = 200_000;
        await Retention(history, options).KeepSmallAsync(history.Store, Stop);
        Assert.Empty(history.Points("/a", to: -3 * Day));
        Assert.Equal(60 * Day / 10, history.Buckets("/a", -60 * Day, 0, 100).Buckets.Sum(b => b.Count));
    }

    private static async Task FillAsync(HistoryFixture history, string key, int from, int to, int step)
    {
        var series = history.Store.SeriesOf(key);
        var random = new Random(1);
        history.Store.Append([.. Enumerable.Range(0, (to - from) / step)
            .Select(i => (series, new Point(HistoryFixture.Noon.AddSeconds(from + (i * step)), random.NextDouble())))]);
        await history.Store.FlushAsync(Stop);
    }

    private static Retention Retention(HistoryFixture history, HistoryOptions options)
    {
        var tree = Trees.New(history.Time);
        foreach (var key in (string[])["/long", "/short"]) tree.Intern(key);
        var settings = new Settings(new Dictionary<Type, object> { [typeof(HistoryOptions)] = options });
        return new Retention(
            null!, settings, new SeriesNotes(tree, new Wishes(), AllowAll.Instance), history.Time, NullLogger<Retention>.Instance);
    }

    private sealed class Wishes : IKeyCatalog
    {
        public long Version => 0;

        public KeyNotes? Find(Key key) => key.Text switch
        {
            "/long" => new KeyNotes("Long", null, false, null, TimeSpan.FromDays(1000)),
            "/short" => new KeyNotes("Short", null, false, null, TimeSpan.FromDays(1)),
            _ => null,
        };
    }
}
