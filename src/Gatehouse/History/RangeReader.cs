namespace Gatehouse.History;

/// <summary>
/// Reads every recorded point of a series in a range, in the order of their times: blocks from the file, a page at a time, and those in
/// memory. A long range holds neither memory nor the file for long.
/// </summary>
internal sealed class RangeReader(HistoryStore store, Series series)
{
    private const int PageSize = 64;

    private readonly SeriesMemory _memory = store.Take(series);

    /// <summary>How many blocks could not be read to their ends.</summary>
    public int Damaged { get; private set; }

    /// <summary>The points from a time on and before another, in ticks.</summary>
    /// <exception cref="Storage.StorageException">The file cannot be read.</exception>
    public IEnumerable<Point> Read(long from, long to)
    {
        var waiting = new List<Point>();
        foreach (var block in Blocks(from, to))
        {
            // Blocks come in the order of their first points: what is older than that is complete.
            var ready = waiting.FindIndex(p => p.Time.Ticks >= block.Start);
            if (ready < 0) ready = waiting.Count;
            for (var i = 0; i < ready; i++) yield return waiting[i];
            waiting.RemoveRange(0, ready);
            Unpack(block, from, to, waiting);
        }
        foreach (var point in waiting) yield return point;
    }

    /// <summary>The last point before a time; null when there is none.</summary>
    /// <exception cref="Storage.StorageException">The file cannot be read.</exception>
    public Point? Before(long ticks)
    {
        var stored = store.Read(session => HistoryTables.BlockBefore(session, series.Id, ticks));
        var points = new List<Point>();
        foreach (var block in _memory.Blocks.Append(stored))
        {
            if (block is not null && block.Start < ticks) Unpack(block, 0, ticks, points);
        }
        return points.Count == 0 ? null : points[^1];
    }

    /// <summary>The blocks that overlap a range, in the order of their first points.</summary>
    /// <exception cref="Storage.StorageException">The file cannot be read.</exception>
    public IEnumerable<StoredBlock> Blocks(long from, long to)
    {
        var recent = new Queue<StoredBlock>(_memory.Blocks.Where(b => b.Start < to && b.End >= from).OrderBy(b => b.Start));
        var known = _memory.Blocks.Select(b => b.Id).ToHashSet();
        foreach (var block in StoredBlocks(from, to))
        {
            if (known.Contains(block.Id) || block.Id >= _memory.NextBlock) continue;
            while (recent.TryPeek(out var next) && next.Start < block.Start) yield return recent.Dequeue();
            yield return block;
        }
        foreach (var block in recent) yield return block;
    }

    private IEnumerable<StoredBlock> StoredBlocks(long from, long to)
    {
        var place = new BlockPlace(from - Block.MostSpan.Ticks, long.MaxValue);
        while (true)
        {
            var after = place;
            var page = store.Read(session => HistoryTables.Blocks(session, series.Id, after, to, PageSize));
            foreach (var block in page)
            {
                if (block.End >= from) yield return block;
            }
            if (page.Count < PageSize) yield break;
            place = new BlockPlace(page[^1].Start, page[^1].Id);
        }
    }

    // Behind what waits, which is sorted; most blocks begin where the one before ended.
    private void Unpack(StoredBlock block, long from, long to, List<Point> waiting)
    {
        var isSorted = waiting.Count == 0 || waiting[^1].Time.Ticks <= block.Start;
        var reader = new PointReader(block.Points.Span);
        while (reader.TryRead(out var point))
        {
            if (point.Time.Ticks >= from && point.Time.Ticks < to) waiting.Add(point);
        }
        if (reader.Fault != PackedFault.None) Damaged++;
        if (!isSorted) StableSort(waiting);
    }

    private static void StableSort(List<Point> points)
    {
        var sorted = points.OrderBy(p => p.Time).ToList();
        points.Clear();
        points.AddRange(sorted);
    }
}
