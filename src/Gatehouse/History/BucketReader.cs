using Gatehouse.Sdk.Values;
using Gatehouse.Storage;

namespace Gatehouse.History;

/// <summary>A range of a series as buckets, the empty ones too.</summary>
/// <param name="Buckets">One behind the other from the width's first on; one that does not exist had no points.</param>
internal sealed record BucketRange(BucketWidth Width, Bucket[] Buckets)
{
    public DateTime TimeOf(int index) => new(Math.Min(Width.First + (index * Width.Width), DateTime.MaxValue.Ticks), DateTimeKind.Utc);

    /// <summary>Whether nothing was known between two buckets that exist, with none between them that does.</summary>
    /// <param name="hold">How long a value stands; null when until the next one.</param>
    public bool IsGap(int before, int next, TimeSpan? hold)
    {
        if (next == before + 1 || Buckets[before].Count == 0) return false;
        var isOver = hold is { } longest && (next - before) * Width.Width > longest.Ticks;
        return isOver || Buckets[before].Quality >= Quality.Stale;
    }
}

/// <summary>Sums a range of a series up into at most so many buckets: from points, or from the roll-ups that are kept ready.</summary>
internal sealed class BucketReader(HistoryStore store, Series series)
{
    private readonly SeriesMemory _memory = store.Take(series);

    /// <param name="from">Ticks; the bucket that this lies in is whole, and so is the last one.</param>
    /// <exception cref="StorageException">The file cannot be read.</exception>
    public BucketRange Read(long from, long to, int most)
    {
        var width = store.Read(session => Choose(session, from, to, most));
        return width.Level is null ? ReadPoints(width) : store.Read(session => ReadRows(session, width));
    }

    // Points and minutes of long ago may be deleted: then the finest that still goes back as far as is asked for, or as days do.
    private BucketWidth Choose(Session session, long from, long to, int most)
    {
        var width = BucketWidth.Choose(from, to, most, least: null);
        if (width.Level == RollupLevel.Day) return width;
        var needed = Math.Max(from, FirstDay(session) + RollupLevel.Day.Width.Ticks);
        if (width.Level is null && FirstPoint(session) > needed) width = BucketWidth.Choose(from, to, most, RollupLevel.Minute);
        foreach (var level in RollupLevel.All)
        {
            if (width.Level == level && FirstOf(session, level) > needed) width = BucketWidth.Choose(from, to, most, Coarser(level));
        }
        return width;
    }

    private static RollupLevel Coarser(RollupLevel level) => level == RollupLevel.Minute ? RollupLevel.Hour : RollupLevel.Day;

    private long FirstPoint(Session session) => _memory.Blocks.Select(b => b.Start)
        .Append(HistoryTables.FirstBlock(session, series.Id) ?? DateTime.MaxValue.Ticks).Min();

    // The beginning of the first row: not after its first bucket, which is near enough here.
    private long FirstOf(Session session, RollupLevel level) =>
        Rows(level).Select(r => r.Key.Row).Append(HistoryTables.FirstRow(session, series.Id, level) ?? level.RowOf(DateTime.MaxValue.Ticks))
            .Min(row => level.StartOf(row, 0));

    private long FirstDay(Session session)
    {
        var first = DateTime.MaxValue.Ticks - RollupLevel.Day.Width.Ticks;
        if (HistoryTables.FirstRow(session, series.Id, RollupLevel.Day) is { } row)
        {
            HistoryTables.Rows(session, series.Id, RollupLevel.Day, row, row, Note);
        }
        foreach (var inMemory in Rows(RollupLevel.Day)) Note(inMemory.Key.Row, inMemory.Packed);
        return first;

        void Note(long number, byte[] packed)
        {
            ReadOnlySpan<byte> rest = packed;
            if (RollupRow.TryUnpack(ref rest, out var index, out _)) first = Math.Min(first, RollupLevel.Day.StartOf(number, index));
        }
    }

    private IEnumerable<RowInMemory> Rows(RollupLevel level) => _memory.Rows.Where(r => r.Key.Level == level.Number);

    private BucketRange ReadRows(Session session, BucketWidth width)
    {
        var level = width.Level!;
        var buckets = new Bucket[width.Count];
        var last = width.First + (width.Width * width.Count) - 1;
        var (firstRow, lastRow) = (level.RowOf(width.First), level.RowOf(last));
        HistoryTables.Rows(session, series.Id, level, firstRow, lastRow, (row, packed) => Add(row, packed));
        var generation = HistoryTables.Generation(session);
        foreach (var inMemory in Rows(level))
        {
            if (inMemory.Generation > generation) Add(inMemory.Key.Row, inMemory.Packed);
        }
        return new BucketRange(width, buckets);

        void Add(long row, byte[] packed)
        {
            ReadOnlySpan<byte> rest = packed;
            while (RollupRow.TryUnpack(ref rest, out var index, out var bucket))
            {
                var behind = level.StartOf(row, index) - width.First;
                if (behind >= 0 && behind / width.Width < buckets.Length) buckets[behind / width.Width].Add(bucket);
            }
        }
    }

    private BucketRange ReadPoints(BucketWidth width)
    {
        var buckets = new Bucket[width.Count];
        var last = width.First + (width.Width * width.Count);
        // Adding is the same in any order: each block goes into its buckets as it is unpacked, and no point is kept.
        foreach (var block in new RangeReader(store, series).Blocks(width.First, last)) Add(block, width, last, buckets);
        return new BucketRange(width, buckets);
    }

    private static void Add(StoredBlock block, in BucketWidth width, long last, Bucket[] buckets)
    {
        var reader = new PointReader(block.Points.Span);
        while (reader.TryRead(out var point))
        {
            var ticks = point.Time.Ticks;
            if (ticks >= width.First && ticks < last) buckets[(ticks - width.First) / width.Width].Add(point);
        }
    }
}
