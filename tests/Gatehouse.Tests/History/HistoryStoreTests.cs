using Gatehouse.History;
using Gatehouse.Storage;
using Gatehouse.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatehouse.Tests.History;

public sealed class HistoryStoreTests : IDisposable
{
    private static readonly DateTime Noon = new(2026, 1, 31, 12, 0, 0, DateTimeKind.Utc);

    private readonly string _folder = Directory.CreateTempSubdirectory("gatehouse").FullName;
    private readonly ManualTime _time = new();

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
        var store = await OpenAsync();
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
                        store.Append([(store.SeriesOf(key), point)]);
                    }
                    break;
                case 6 or 7:
                    await store.CommitAsync(TestContext.Current.CancellationToken);
                    break;
                case 8:
                    await store.FlushAsync(TestContext.Current.CancellationToken);
                    break;
                default:
                    await store.CommitAsync(TestContext.Current.CancellationToken);
                    if (random.Next(3) == 0) store = await ReopenAsync(store);
                    break;
            }
            if (step % 10 == 0) AssertEqual(model, store, random, clock);
        }
        await store.CommitAsync(TestContext.Current.CancellationToken);
        store = await ReopenAsync(store);
        AssertEqual(model, store, random, clock);
        await store.DisposeAsync();
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

    private Task<HistoryStore> OpenAsync() => HistoryStore.OpenAsync(
        Path.Combine(_folder, "history.db"), _time, NullLogger<HistoryStore>.Instance, NullLogger<Database>.Instance);

    // As a crash leaves it: what was committed, without a flush. The file is copied, since a hub would not close it.
    private async Task<HistoryStore> ReopenAsync(HistoryStore store)
    {
        var copies = Directory.CreateTempSubdirectory("gatehouse");
        foreach (var file in Directory.GetFiles(_folder)) File.Copy(file, Path.Combine(copies.FullName, Path.GetFileName(file)));
        await store.DisposeAsync();
        foreach (var file in Directory.GetFiles(_folder)) File.Delete(file);
        foreach (var file in copies.GetFiles()) file.MoveTo(Path.Combine(_folder, file.Name));
        copies.Delete();
        return await OpenAsync();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
