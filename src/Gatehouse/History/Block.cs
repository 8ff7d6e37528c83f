namespace Gatehouse.History;

/// <summary>
/// Points of one series in the order of their times, packed; grows until it is full. Its bytes only ever grow, so whoever took some of them
/// may keep them without a copy.
/// </summary>
internal sealed class Block
{
    /// <summary>Points in a full block: enough to pack well, few enough to unpack in passing.</summary>
    public const int MostPoints = 1024;

    /// <summary>Bytes in a full block; one point may take more.</summary>
    public const int MostBytes = 16 * 1024;

    /// <summary>A block spans less than this, so that what overlaps a range is found by where blocks start.</summary>
    public static readonly TimeSpan MostSpan = TimeSpan.FromDays(1);

    private readonly PointWriter _points;

    public Block(long id, Series series)
    {
        (Id, Series) = (id, series);
        _points = new PointWriter();
    }

    private Block(StoredBlock stored, Series series, in PointContext context)
    {
        (Id, Series, Start, End, Count) = (stored.Id, series, stored.Start, stored.End, stored.Count);
        _points = new PointWriter(stored.Points.Span, context);
        Journaled = Stored = _points.Length;
    }

    /// <summary>Unique in the database; grows in the order in which blocks were begun.</summary>
    public long Id { get; }

    public Series Series { get; }

    /// <summary>Ticks of the first and the last point.</summary>
    public long Start { get; private set; }

    public long End { get; private set; }

    public int Count { get; private set; }

    public int Length => _points.Length;

    /// <summary>How many of its bytes were handed to the journal.</summary>
    public int Journaled { get; set; }

    /// <summary>How many of its bytes the database has in its place.</summary>
    public int Stored { get; set; }

    /// <summary>Takes up a block that was stored, so that it can grow again. Null when its bytes are damaged.</summary>
    public static Block? Restore(StoredBlock stored, Series series)
    {
        var reader = new PointReader(stored.Points.Span);
        while (reader.TryRead(out _)) { }
        return reader.Fault == PackedFault.None ? new Block(stored, series, reader.Context) : null;
    }

    /// <summary>Whether a point at this time may come behind the others.</summary>
    public bool Takes(long ticks) =>
        Count == 0 || (Count < MostPoints && _points.Length < MostBytes && ticks >= End && ticks - Start < MostSpan.Ticks);

    public void Add(in Point point)
    {
        if (Count++ == 0) Start = point.Time.Ticks;
        End = point.Time.Ticks;
        _points.Write(point);
    }

    /// <summary>The block as it is now.</summary>
    public StoredBlock Take() => new(Id, Series.Id, Start, End, Count, _points.Written);

    public ReadOnlySpan<byte> BytesFrom(int offset) => _points.Bytes[offset..];
}

/// <summary>A block as the database holds it. Immutable.</summary>
/// <param name="Start">Ticks of the first point.</param>
/// <param name="End">Ticks of the last point.</param>
internal sealed record StoredBlock(long Id, int Series, long Start, long End, int Count, ReadOnlyMemory<byte> Points);
