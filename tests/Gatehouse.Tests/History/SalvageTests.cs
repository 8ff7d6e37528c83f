using Gatehouse.History;
using Gatehouse.Storage;
using Gatehouse.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatehouse.Tests.History;

public sealed class SalvageTests : IDisposable
{
    private const int PageSize = 4096;
    private static readonly DateTime Noon = new(2026, 1, 31, 12, 0, 0, DateTimeKind.Utc);

    private readonly string _folder = Directory.CreateTempSubdirectory("gatehouse").FullName;
    private readonly Dictionary<string, List<Point>> _model = [];

    private string File => Path.Combine(_folder, "history.db");

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    [InlineData(4, false)]
    public async Task Of_a_sound_file_every_point_comes_back(int seed, bool isClosed)
    {
        await WriteAsync(seed, isClosed);
        using var salvage = Salvage.Open(File);
        Assert.False(salvage.IsEmpty);
        AssertEqual(_model, ReadAll(salvage));
        Assert.Equal((0L, 0L, 0L), (salvage.Lost, salvage.LostBlocks, salvage.LostEntries));
        Assert.Equal(_model.Values.Sum(p => p.Count), salvage.Points);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Damaged_pages_cost_the_points_on_them_and_no_others(int seed)
    {
        await WriteAsync(seed, isClosed: true);
        var good = await System.IO.File.ReadAllBytesAsync(File, TestContext.Current.CancellationToken);
        var random = new Random(seed);
        for (var round = 0; round < 40; round++)
        {
            var bytes = good.ToArray();
            var damaged = new HashSet<int>();
            for (var pages = random.Next(1, 4); pages > 0; pages--)
            {
                var page = random.Next(bytes.Length / PageSize);
                damaged.Add(page);
                if (random.Next(2) == 0) bytes.AsSpan(page * PageSize, PageSize).Clear();
                else random.NextBytes(bytes.AsSpan(page * PageSize, PageSize));
            }
            await System.IO.File.WriteAllBytesAsync(File, bytes, TestContext.Current.CancellationToken);
            using var salvage = Salvage.Open(File);
            var found = ReadAll(salvage).Values.Sum(p => p.Count);
            var expected = _model.Values.Sum(p => p.Count);
            // A page holds parts of several blocks, and a block that lies on several pages ends at the first damaged one.
            Assert.InRange(expected - found, 0, (damaged.Count * 12 * Block.MostPoints) - 1);
            Assert.True(expected == found || salvage.Lost + salvage.LostBlocks > 0 || expected - found < 400, "A loss is not told.");
            foreach (var (key, points) in ReadAll(salvage))
            {
                var known = _model.GetValueOrDefault(key)?.ToHashSet();
                if (known is not null) Assert.All(points, p => Assert.Contains(p, known));
            }
        }
    }

    [Fact]
    public async Task A_damaged_inner_page_costs_nothing()
    {
        await WriteAsync(7, isClosed: true);
        var bytes = await System.IO.File.ReadAllBytesAsync(File, TestContext.Current.CancellationToken);
        for (var page = 1; page < bytes.Length / PageSize; page++)
        {
            if (bytes[page * PageSize] == 5) bytes.AsSpan(page * PageSize, PageSize).Fill(0xA5);
        }
        await System.IO.File.WriteAllBytesAsync(File, bytes, TestContext.Current.CancellationToken);
        using var salvage = Salvage.Open(File);
        AssertEqual(_model, ReadAll(salvage));
    }

    [Fact]
    public async Task Without_its_beginning_a_file_is_read_all_the_same()
    {
        await WriteAsync(8, isClosed: true);
        var bytes = await System.IO.File.ReadAllBytesAsync(File, TestContext.Current.CancellationToken);
        bytes.AsSpan(0, PageSize).Clear();
        await System.IO.File.WriteAllBytesAsync(File, bytes, TestContext.Current.CancellationToken);
        using var salvage = Salvage.Open(File);
        AssertEqual(_model, ReadAll(salvage));
    }

    [Fact]
    public async Task A_file_that_was_cut_off_gives_what_is_left_and_never_throws()
    {
        await WriteAsync(9, isClosed: true);
        var good = await System.IO.File.ReadAllBytesAsync(File, TestContext.Current.CancellationToken);
        var before = long.MaxValue;
        for (var length = good.Length; length > 0; length -= 9_999)
        {
            await System.IO.File.WriteAllBytesAsync(File, good[..length], TestContext.Current.CancellationToken);
            using var salvage = Salvage.Open(File);
            var found = ReadAll(salvage).Values.Sum(p => (long)p.Count);
            Assert.InRange(found, 0, before);
            before = found;
        }
        await System.IO.File.WriteAllBytesAsync(File, [], TestContext.Current.CancellationToken);
        using var empty = Salvage.Open(File);
        Assert.True(empty.IsEmpty);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_damaged_log_costs_what_came_behind_the_damage(int seed)
    {
        await WriteAsync(seed, isClosed: false);
        var log = await System.IO.File.ReadAllBytesAsync(File + "-wal", TestContext.Current.CancellationToken);
        var random = new Random(seed);
        for (var round = 0; round < 20; round++)
        {
            var bytes = log.ToArray();
            bytes[random.Next(bytes.Length)] ^= 0x10;
            await System.IO.File.WriteAllBytesAsync(File + "-wal", bytes, TestContext.Current.CancellationToken);
            using var salvage = Salvage.Open(File);
            foreach (var (key, points) in ReadAll(salvage))
            {
                if (_model.TryGetValue(key, out var known)) Assert.Empty(points.Except(known));
            }
        }
    }

    [Fact]
    public async Task Series_without_a_name_are_lost_and_found()
    {
        await WriteAsync(5, isClosed: true);
        var bytes = await System.IO.File.ReadAllBytesAsync(File, TestContext.Current.CancellationToken);
        foreach (var key in _model.Keys)
        {
            for (var at = bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(key)); at >= 0;)
            {
                bytes.AsSpan(at / PageSize * PageSize, PageSize).Clear();
                at = bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(key));
            }
        }
        await System.IO.File.WriteAllBytesAsync(File, bytes, TestContext.Current.CancellationToken);
        using var salvage = Salvage.Open(File);
        var found = ReadAll(salvage);
        Assert.All(found.Keys, key => Assert.StartsWith("/lost/", key, StringComparison.Ordinal));
        Assert.Equal(_model.Values.Sum(p => p.Count), found.Values.Sum(p => p.Count));
    }

    [Theory]
    [InlineData("SQLite format 3\0", "x", true)]
    [InlineData("noise", "/a/history.db.damaged-20260131T120000Z", true)]
    [InlineData("key,time", "/a.db/january.csv", false)]
    public void A_database_is_known_by_its_beginning_or_its_name(string beginning, string name, bool expected) =>
        Assert.Equal(expected, Salvage.IsDatabase(System.Text.Encoding.UTF8.GetBytes(beginning), name));

    // Some points only in the journal, some deleted, blocks that grew after they were stored.
    private async Task WriteAsync(int seed, bool isClosed)
    {
        var random = new Random(seed);
        var stop = TestContext.Current.CancellationToken;
        var folder = isClosed ? _folder : Directory.CreateTempSubdirectory("gatehouse").FullName;
        var store = await HistoryStore.OpenAsync(
            Path.Combine(folder, "history.db"), new ManualTime(), NullLogger<HistoryStore>.Instance, NullLogger<Database>.Instance);
        var clock = Noon;
        for (var round = 0; round < 12; round++)
        {
            foreach (var key in (string[])["/lab/alpha", "/lab/beta#x", "/lab/gamma"])
            {
                var points = _model.TryGetValue(key, out var known) ? known : _model[key] = [];
                for (var i = random.Next(900); i > 0; i--)
                {
                    var point = PackedPointTests.RandomPoint(random) with { Time = clock = clock.AddSeconds(random.Next(1, 60)) };
                    points.Add(point);
                    store.Append([(store.SeriesOf(key), point)]);
                }
            }
            await store.CommitAsync(stop);
            if (round % 3 == 1) await store.FlushAsync(stop);
        }
        if (!isClosed)
        {
            foreach (var file in Directory.GetFiles(folder)) System.IO.File.Copy(file, Path.Combine(_folder, Path.GetFileName(file)));
        }
        await store.DisposeAsync();
        if (!isClosed) Directory.Delete(folder, recursive: true);
    }

    private static Dictionary<string, List<Point>> ReadAll(Salvage salvage) =>
        salvage.Read().GroupBy(p => p.Key).ToDictionary(g => g.Key, g => g.Select(p => p.Point).ToList());

    private static void AssertEqual(Dictionary<string, List<Point>> expected, Dictionary<string, List<Point>> found)
    {
        Assert.Equal(expected.Keys.Order(), found.Keys.Order());
        foreach (var (key, points) in expected) Assert.Equal(points, found[key].OrderBy(p => p.Time));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
