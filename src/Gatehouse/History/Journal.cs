using System.Buffers;

namespace Gatehouse.History;

/// <summary>What blocks have grown by, on its way into the journal.</summary>
/// <remarks>
/// An entry is the block's id, doubled, and one more when it ends with the newest point of its series; the series; how many bytes the block
/// had before; and the bytes that came, with their number before them. All numbers are <see cref="Varint"/>s.
/// </remarks>
internal sealed class Journal
{
    private readonly ArrayBufferWriter<byte> _entries = new();
    private readonly List<Series> _series = [];

    /// <summary>Series that are new.</summary>
    public IReadOnlyList<Series> Series => _series;

    public ReadOnlyMemory<byte> Entries => _entries.WrittenMemory;

    public bool IsEmpty => _series.Count == 0 && _entries.WrittenCount == 0;

    public void Add(Series series) => _series.Add(series);

    public void Add(Block block)
    {
        var grown = block.BytesFrom(block.Journaled);
        Put(((ulong)block.Id << 1) | (block.Series.NewestIn == block ? 1UL : 0));
        Put((ulong)block.Series.Id);
        Put((ulong)block.Journaled);
        Put((ulong)grown.Length);
        _entries.Write(grown);
        block.Journaled = block.Length;
    }

    public void Clear()
    {
        _series.Clear();
        _entries.ResetWrittenCount();
    }

    private void Put(ulong number) => _entries.Advance(Varint.Write(_entries.GetSpan(Varint.MaxBytes), number));
}

/// <summary>One entry of the journal as it was read back.</summary>
internal readonly ref struct JournalEntry
{
    public long Block { get; private init; }

    /// <summary>The last point was the newest of its series then: the one that arrived last.</summary>
    public bool IsNews { get; private init; }

    public int Series { get; private init; }

    /// <summary>How many bytes the block had before.</summary>
    public int Offset { get; private init; }

    public ReadOnlySpan<byte> Bytes { get; private init; }

    /// <summary>Takes an entry from the front. False at the end, and where the bytes are damaged: then some are left.</summary>
    public static bool TryTake(ref ReadOnlySpan<byte> journal, out JournalEntry entry)
    {
        entry = default;
        var rest = journal;
        if (!Varint.TryTake(ref rest, out var block)
            || !Varint.TryTake(ref rest, out var series) || series > int.MaxValue
            || !Varint.TryTake(ref rest, out var offset) || offset > int.MaxValue
            || !Varint.TryTakeLength(ref rest, out var length))
        {
            return false;
        }
        entry = new JournalEntry
        {
            Block = (long)(block >> 1),
            IsNews = (block & 1) != 0,
            Series = (int)series,
            Offset = (int)offset,
            Bytes = rest[..length],
        };
        journal = rest[length..];
        return true;
    }
}
