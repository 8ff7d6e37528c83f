using System.Collections.Frozen;

namespace Gatehouse.History;

/// <summary>What one flush writes: all that changed since the last one. Immutable once it is taken.</summary>
/// <param name="Generation">Counts the flushes; the database holds the number of the last one that it has.</param>
internal sealed record Flush(long Generation, IReadOnlyList<FlushedSeries> Series);

/// <param name="Rows">What came to each row of roll-ups since the last flush.</param>
internal sealed record FlushedSeries(
    Series Series, Point? Newest, IReadOnlyList<StoredBlock> Blocks, IReadOnlyDictionary<RowKey, RollupRow> Rows);

/// <summary>A row of roll-ups that is only in memory, packed, unless the database has this generation.</summary>
internal sealed record RowInMemory(RowKey Key, long Generation, byte[] Packed);

/// <summary>What memory had of a series at one moment.</summary>
/// <param name="Blocks">Blocks as they were; where the database has one of the same id, this one counts.</param>
/// <param name="NextBlock">Blocks from this id on were begun later.</param>
internal sealed record SeriesMemory(IReadOnlyList<StoredBlock> Blocks, long NextBlock, IReadOnlyList<RowInMemory> Rows);

/// <summary>
/// What the history holds in memory: the newest of each series, the blocks that still grow, and what roll-ups have gained since they were
/// last stored. Knows no disk: it says what is to be journaled and flushed, and is told what became of it.
/// </summary>
/// <remarks>
/// Not safe for several threads. Each point reaches the disk twice: within a second as bytes in the journal, and with the next flush inside
/// its block and roll-ups, which empties the journal.
/// </remarks>
internal sealed class HistoryMemory
{
    private static readonly IReadOnlyDictionary<RowKey, RollupRow> Nothing = FrozenDictionary<RowKey, RollupRow>.Empty;

    private readonly Dictionary<string, Series> _byKey = new(StringComparer.Ordinal);
    private readonly List<Series> _series = [];
    private readonly List<Series> _newSeries = [];
    private readonly List<Block> _unjournaled = [];
    private readonly List<Series> _dirty = [];
    private List<Series> _atRest = [];
    private readonly Func<Series, Block> _begin;
    private long _nextBlock = 1;
    private int _nextSeries = 1;

    public HistoryMemory() => _begin = series => new Block(_nextBlock++, series);

    /// <summary>The number of the last flush taken.</summary>
    public long Generation { get; private set; }

    public IReadOnlyList<Series> All => _series;

    /// <summary>Bytes of points that no flush has stored.</summary>
    public long UnflushedBytes { get; private set; }

    public Series? Find(string key) => _byKey.GetValueOrDefault(key);

    public bool HasRoomFor(string key, int most) => _series.Count < most || _byKey.ContainsKey(key);

    /// <summary>The series of this name, made when it is new.</summary>
    public Series SeriesOf(string key, bool isDemo = false)
    {
        if (_byKey.TryGetValue(key, out var known)) return known;
        var series = Adopt(_nextSeries, key, isDemo, newest: null);
        _newSeries.Add(series);
        Touch(series);
        return series;
    }

    /// <summary>Takes in a series that the database has.</summary>
    public Series Adopt(int id, string key, bool isDemo, Point? newest)
    {
        var series = new Series(id, key, isDemo);
        if (newest is { } point) series.Renew(point);
        _byKey.Add(key, series);
        _series.Add(series);
        _nextSeries = Math.Max(_nextSeries, id + 1);
        return series;
    }

    /// <summary>Goes on where the database ended.</summary>
    public void Resume(long generation, long lastBlock) => (Generation, _nextBlock) = (generation, Math.Max(_nextBlock, lastBlock + 1));

    /// <param name="isPresent">True for what arrives now; false for what is brought in later and is no news when it is old.</param>
    public void Append(Series series, in Point point, bool isPresent = true)
    {
        var isNews = isPresent || !series.IsLate(point);
        var block = series.BlockFor(point, _begin);
        AppendTo(block, point);
        if (isNews) series.Renew(point);
        if (isNews || series.NewestIn == block) series.NewestIn = isNews ? block : null;
    }

    /// <summary>Takes up what the journal has of a block: bytes behind those that it has.</summary>
    /// <param name="isNews">The last point was the newest of its series.</param>
    /// <returns>False when they are damaged; the points before the damage are taken.</returns>
    public bool Replay(Block block, ReadOnlySpan<byte> bytes, bool isNews)
    {
        Point? last = null;
        var reader = new PointReader([.. block.BytesFrom(0), .. bytes]);
        for (var known = block.Count; known > 0; known--) reader.TryRead(out _);
        while (reader.TryRead(out var point))
        {
            AppendTo(block, point);
            block.Series.Reach(point.Time.Ticks);
            last = point;
        }
        if (isNews && last is { } newest) block.Series.Renew(newest);
        _nextBlock = Math.Max(_nextBlock, block.Id + 1);
        return reader.Fault == PackedFault.None;
    }

    /// <summary>Moves all that no journal has yet into this one.</summary>
    public void Fill(Journal journal)
    {
        foreach (var series in _newSeries) journal.Add(series);
        foreach (var block in _unjournaled) journal.Add(block);
        _newSeries.Clear();
        _unjournaled.Clear();
    }

    /// <summary>Takes all that changed since the last flush. One at a time: <see cref="Confirm"/> or <see cref="Return"/> it.</summary>
    public Flush TakeFlush()
    {
        var series = new List<FlushedSeries>(_dirty.Count);
        foreach (var dirty in _dirty)
        {
            dirty.IsDirty = false;
            dirty.TakeGained();
            series.Add(new FlushedSeries(dirty, dirty.Newest, dirty.Unflushed.ConvertAll(b => b.Take()), dirty.UnderWay!));
        }
        _dirty.Clear();
        return new Flush(++Generation, series);
    }

    /// <summary>
    /// The flush is on disk: what cannot grow any more is forgotten, and so are the buffers of a series that had no point from one flush to
    /// the next. Not at once, or a series with a point now and then would fill the file with blocks of one point.
    /// </summary>
    public void Confirm(Flush flush)
    {
        foreach (var flushed in flush.Series)
        {
            flushed.Series.UnderWay = null;
            flushed.Series.StoredBy = flush.Generation;
            var stored = flushed.Blocks.ToDictionary(b => b.Id, b => b.Points.Length);
            flushed.Series.Unflushed.RemoveAll(block =>
            {
                if (!stored.TryGetValue(block.Id, out var length)) return false;
                UnflushedBytes -= length - block.Stored;
                block.Stored = length;
                return block.Length == length;
            });
        }
        foreach (var series in _atRest.Where(s => s.IsStored && s.StoredBy < flush.Generation)) series.Rest();
        _atRest = [.. flush.Series.Select(f => f.Series).Where(s => s.IsStored)];
    }

    /// <summary>The flush failed: all that it held is to be flushed again.</summary>
    public void Return(Flush flush)
    {
        foreach (var flushed in flush.Series)
        {
            flushed.Series.ReturnGained();
            Touch(flushed.Series);
        }
    }

    /// <summary>What memory has of a series and the database may not have.</summary>
    public SeriesMemory Take(Series series) => new(
        series.Unflushed.ConvertAll(b => b.Take()),
        _nextBlock,
        [
            .. (series.UnderWay ?? Nothing).Select(r => new RowInMemory(r.Key, Generation, r.Value.Pack())),
            .. series.Gained.Select(r => new RowInMemory(r.Key, Generation + 1, r.Value.Pack())),
        ]);

    private void AppendTo(Block block, in Point point)
    {
        var series = block.Series;
        var before = block.Length;
        if (before == block.Journaled) _unjournaled.Add(block);
        if (before == block.Stored) series.Unflushed.Add(block);
        block.Add(point);
        UnflushedBytes += block.Length - before;
        series.AddToRollups(point);
        Touch(series);
    }

    private void Touch(Series series)
    {
        if (series.IsDirty) return;
        series.IsDirty = true;
        _dirty.Add(series);
    }
}
