using Gatehouse.Storage;

namespace Gatehouse.History;

/// <summary>A range of a series as buckets, the empty ones too.</summary>
/// <param name="Buckets">One behind the other from the width's first on; one that does not exist had no points.</param>
internal sealed record BucketRange(BucketWidth Width, Bucket[] Buckets);

/// <summary>Sums a range of a series up into at most so many buckets: from points, or from the roll-ups that are kept ready.</summary>
internal sealed class BucketReader(HistoryStore store, Series series)
{
    private readonly SeriesMemory _memory = store.Take(series);

    /// <param name="from">Ticks; the bucket that this lies in is whole, and so is the last one.</param>
    /// <exception cref="StorageException">The file cannot be read.</exception>
    public BucketRange Read(long from, long to, int most) =>
        store.Read(session => FinestFor(session, from) is var least && BucketWidth.Choose(from, to, most, least) is { Level: not null } width
            ? ReadRows(session, width) : null)
        ?? ReadPoints(BucketWidth.Choose(from, to, most, least: null));

    // Points and minutes of long ago may be deleted: the finest that still goes back as far as anything does, or as far as is asked for.
    private RollupLevel? FinestFor(Session session, long from)
    {
        var firsts = RollupLevel.All.Select(level => FirstOf(session, level)).ToList();
        var needed = Math.Max(from, firsts.Min());
        if (FirstPoint(session) <= needed) return null;
        return RollupLevel.All[Math.Max(0, firsts.FindIndex(first => first <= needed))];
    }

    // A level's first bucket may begin before the first point, so that a deletion shows only where a whole bucket is missing.
    private long FirstPoint(Session session) =>
        Math.Min(HistoryTables.FirstBlock(session, series.Id) ?? long.MaxValue, _memory.Blocks.Select(b => b.Start).DefaultIfEmpty(long.MaxValue).Min())
            is var first and < long.MaxValue ? first - (first % RollupLevel.Minute.Width.Ticks) : first;

    private long FirstOf(Session session, RollupLevel level)
    {
        var first = long.MaxValue;
        if (HistoryTables.FirstRow(session, series.Id, level) is { } row)
        {
            HistoryTables.Rows(session, series.Id, level, row, row, (_, packed) => Note(row, packed));
        }
        foreach (var (key, _, packed) in _memory.Rows)
        {
            if (key.Level == level.Number) Note(key.Row, packed);
        }
        return first;

        void Note(long number, ReadOnlySpan<byte> packed)
        {
            if (RollupRow.TryUnpack(ref packed, out var index, out _)) first = Math.Min(first, level.StartOf(number, index));
        }
    }

    private BucketRange ReadRows(Session session, BucketWidth width)
    {
        var level = width.Level!;
        var buckets = new Bucket[width.Count];
        var last = width.First + (width.Width * width.Count) - 1;
        var (firstRow, lastRow) = (level.RowOf(width.First), level.RowOf(last));
        HistoryTables.Rows(session, series.Id, level, firstRow, lastRow, (row, packed) => Add(row, packed));
        var generation = HistoryTables.Generation(session);
        foreach (var (key, rowGeneration, packed) in _memory.Rows)
        {
            if (key.Level == level.Number && rowGeneration > generation) Add(key.Row, packed);
        }
        return new BucketRange(width, buckets);

        void Add(long row, ReadOnlySpan<byte> packed)
        {
            while (!packed.IsEmpty && RollupRow.TryUnpack(ref packed, out var index, out var bucket))
            {
                var place = (level.StartOf(row, index) - width.First) / width.Width;
                if (place >= 0 && place < buckets.Length && level.StartOf(row, index) >= width.First) buckets[place].Add(bucket);
            }
        }
    }

    private BucketRange ReadPoints(BucketWidth width)
    {
        var buckets = new Bucket[width.Count];
        foreach (var point in new RangeReader(store, series).Read(width.First, width.First + (width.Width * width.Count)))
        {
            buckets[(point.Time.Ticks - width.First) / width.Width].Add(point);
        }
        return new BucketRange(width, buckets);
    }
}
