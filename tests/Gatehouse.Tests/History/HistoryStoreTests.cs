using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Gatehouse.History;

namespace Gatehouse.Tests.History;

public sealed class HistoryStoreTests
{
    private static readonly DateTime Noon = HistoryFixture.Noon;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Appends, commits, flushes, crashes and queries in any order give what a plain list of all points gives.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Whatever_happens_in_between_queries_tell_what_was_appended(int seed)
    {
        var random = new Random(seed);
        var model = new Dictionary<string, List<Point>> { ["/a"] = [], ["/b"] = [], ["/c#x"] = [] };
        await using var history = await HistoryFixture.OpenAsync();
        var clock = Noon;
        for (var step = 0; step < 200; step++)
        {
            switch (random.Next(10))
            {
                case < 6:
                    for (var i = random.Next(40); i > 0; i--)
                    {
                        clock = clock.AddSeconds(random.Next(random.Next(20) == 0 ? 40_000 : 90));
                        var key = model.Keys.ElementAt(random.Next(3));
                        var time = random.Next(12) == 0 ? clock.AddSeconds(-random.Next(300_000)) : clock;
                        var point = PackedPointTests.RandomPoint(random) with { Time = time };
                        model[key].Add(point);
                        history.Store.Append([(history.Store.SeriesOf(key), point)]);
                    }
                    break;
                case 6 or 7:
                    await history.Store.CommitAsync(Stop);
                    break;
                case 8:
                    await history.Store.FlushAsync(Stop);
                    break;
                default:
                    await history.Store.CommitAsync(Stop);
                    if (random.Next(3) == 0) await history.CrashAsync();
                    break;
            }
            if (step % 10 == 0) AssertEqual(model, history.Store, random, clock);
        }
        await history.Store.CommitAsync(Stop);
        await history.CrashAsync();
        AssertEqual(model, history.Store, random, clock);
    }

    private static void AssertEqual(Dictionary<string, List<Point>> model, HistoryStore store, Random random, DateTime clock)
    {
        foreach (var (key, points) in model)
        {
            if (points.Count == 0) continue;
            var series = store.SeriesOf(key);
            var (from, to) = (Noon.AddSeconds(-random.Next(400_000)), clock.AddSeconds(-random.Next(100_000)));
            if (random.Next(3) == 0) (from, to) = (DateTime.MinValue, DateTime.MaxValue);
            if (to <= from) continue;
            // Points of one instant may come in any order.
            var expected = points.Where(p => p.Time >= from && p.Time < to).OrderBy(p => p.Time).ThenBy(p => p.ToString()).ToList();
            var found = new RangeReader(store, series).Read(from.Ticks, to.Ticks).ToList();
            Assert.Equal(found.Select(p => p.Time).Order(), found.Select(p => p.Time));
            Assert.Equal(expected, found.OrderBy(p => p.Time).ThenBy(p => p.ToString()));
            AssertBuckets(points, new BucketReader(store, series).Read(from.Ticks, to.Ticks, random.Next(1, 500)));
        }
    }

    private static void AssertBuckets(List<Point> points, BucketRange range)
    {
        for (var i = 0; i < range.Buckets.Length; i++)
        {
            var start = range.Width.First + (i * range.Width.Width);
            var expected = default(Bucket);
            foreach (var point in points.Where(p => p.Time.Ticks >= start && p.Time.Ticks < start + range.Width.Width)) expected.Add(point);
            var found = range.Buckets[i];
            Assert.Equal(
                (expected.Exists, expected.Count, expected.Quality, expected.Minimum, expected.Maximum),
                (found.Exists, found.Count, found.Quality, found.Minimum, found.Maximum));
            Assert.Equal(expected.Sum, found.Sum, Math.Max(1e-9, Math.Abs(expected.Sum) * 1e-9));
        }
    }

    [Fact]
    public async Task What_was_appended_is_found_at_once_and_the_newest_of_all()
    {
        await using var history = await HistoryFixture.OpenAsync();
        var store = history.Store;
        store.Append([(store.SeriesOf("/a"), new Point(Noon, 1)), (store.SeriesOf("/a"), new Point(Noon.AddSeconds(1), 2))]);
        store.Append([(store.SeriesOf("/a"), new Point(Noon.AddSeconds(-9), 0))], isPresent: false);
        Assert.Equal([0, 1, 2], history.Points("/a").Select(p => Number(p)));
        Assert.Equal(2, Number(Assert.Single(store.Newest()).Newest!.Value));
        await history.ReopenAsync();
        Assert.Equal(2, Number(Assert.Single(history.Store.Newest()).Newest!.Value));
        Assert.Equal(1, Number(new RangeReader(history.Store, history.Store.SeriesOf("/a")).Before(Noon.AddSeconds(1).Ticks)!.Value));
        Assert.Null(new RangeReader(history.Store, history.Store.SeriesOf("/a")).Before(Noon.AddSeconds(-9).Ticks));
    }

    [Fact]
    public void A_series_with_one_point_takes_little()
    {
        const int Count = 10_000;
        var memory = new HistoryMemory();
        var names = Enumerable.Range(0, Count).Select(i => $"/lab/{i}").ToArray();
        // What this thread allocates, with the tables that grew: the heap is shared with other tests.
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var name in names) memory.Append(memory.SeriesOf(name), new Point(Noon, 1));
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / Count, 100, 1200);
    }

    [Fact]
    public void Buffers_of_a_series_go_when_it_is_stored_and_had_no_point_until_the_next_flush()
    {
        var memory = new HistoryMemory();
        var (resting, busy) = (memory.SeriesOf("/resting"), memory.SeriesOf("/busy"));
        var buffer = Buffer(memory, resting);
        memory.Append(busy, new Point(Noon, 1));
        memory.Fill(new Journal());
        Flush(memory);
        memory.Append(busy, new Point(Noon.AddSeconds(1), 2));
        GC.Collect();
        Assert.True(buffer.IsAlive);
        Flush(memory);
        GC.Collect();
        Assert.False(buffer.IsAlive);
        memory.Append(resting, new Point(Noon.AddSeconds(2), 3));
        memory.Append(busy, new Point(Noon.AddSeconds(2), 3));
        Assert.Equal(1, Assert.Single(memory.Take(resting).Blocks).Count);
        Assert.Equal(3, Assert.Single(memory.Take(busy).Blocks).Count);
    }

    // A method of its own, for what it has in hand would keep the buffers.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Flush(HistoryMemory memory) => memory.Confirm(memory.TakeFlush());

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Buffer(HistoryMemory memory, Series series)
    {
        memory.Append(series, new Point(Noon, 1));
        MemoryMarshal.TryGetArray(Assert.Single(memory.Take(series).Blocks).Points, out var bytes);
        return new WeakReference(bytes.Array);
    }

    [Fact]
    public async Task A_journal_is_emptied_when_its_time_has_come()
    {
        await using var history = await HistoryFixture.OpenAsync();
        var series = history.Store.SeriesOf("/a");
        history.Store.Append([(series, new Point(Noon, 1))]);
        await history.Store.CommitAsync(Stop);
        Assert.Single(history.Store.Read(s => HistoryTables.JournalEntries(s).ToList()));
        history.Time.Advance(HistoryStore.FlushPeriod);
        await history.Store.CommitAsync(Stop);
        Assert.Empty(history.Store.Read(s => HistoryTables.JournalEntries(s).ToList()));
        Assert.Single(history.Points("/a"));
    }

    [Fact]
    public async Task Damaged_entries_of_the_journal_cost_themselves_alone()
    {
        await using var history = await HistoryFixture.OpenAsync();
        history.Store.Append([(history.Store.SeriesOf("/a"), new Point(Noon, 1))]);
        await history.Store.CommitAsync(Stop);
        await history.Store.WriteAsync(
            session =>
            {
                session.Execute("INSERT INTO journal(entries) VALUES (x'FF'), (x'0163000100'), (x'07010001FF'), (x'')");
                return true;
            },
            Stop);
        history.Store.Append([(history.Store.SeriesOf("/a"), new Point(Noon.AddSeconds(1), 2))]);
        await history.Store.CommitAsync(Stop);
        await history.CrashAsync();
        Assert.Equal([1, 2], history.Points("/a").Select(p => Number(p)));
    }

    /// <summary>Order of arrival decides what is present, before and after a crash alike.</summary>
    [Fact]
    public async Task The_newest_after_a_crash_is_what_arrived_last_whatever_its_time()
    {
        await using var history = await HistoryFixture.OpenAsync();
        foreach (var (key, times) in new[] { ("/a", new[] { 0, 9, 5 }), ("/b", [9, 0]), ("/c", [0, 9]) })
        {
            foreach (var time in times)
            {
                history.Store.Append([(history.Store.SeriesOf(key), new Point(Noon.AddSeconds(time), time))]);
                if (key == "/b") await history.Store.CommitAsync(Stop);
            }
        }
        history.Store.Append([(history.Store.SeriesOf("/a"), new Point(Noon.AddSeconds(-9), -9))], isPresent: false);
        await history.Store.CommitAsync(Stop);
        await history.CrashAsync();
        Assert.Equal([5, 0, 9], history.Store.Newest().Select(n => Number(n.Newest!.Value)));
    }

    private static double Number(Point point) => point.TryGetNumber(out var number) ? number : double.NaN;
}
