using Gatehouse.Storage;

namespace Gatehouse.History;

/// <summary>Fills an empty <see cref="HistoryMemory"/> from the file: the series, and what the journal has that no flush stored.</summary>
internal static class HistoryLoader
{
    /// <returns>How many entries of the journal are damaged.</returns>
    public static int Load(Session session, HistoryMemory memory)
    {
        memory.Resume(HistoryTables.Generation(session), HistoryTables.LastBlock(session));
        var series = new Dictionary<int, Series>();
        foreach (var (id, key, isDemo, newest) in HistoryTables.Series(session)) series.Add(id, memory.Adopt(id, key, isDemo, newest));
        var blocks = new Dictionary<long, Block?>();
        var damaged = 0;
        foreach (var entries in HistoryTables.JournalEntries(session).ToList())
        {
            ReadOnlySpan<byte> rest = entries;
            while (JournalEntry.TryTake(ref rest, out var entry))
            {
                if (!TryReplay(session, memory, series, blocks, entry)) damaged++;
            }
            if (!rest.IsEmpty) damaged++;
        }
        return damaged;
    }

    private static bool TryReplay(
        Session session, HistoryMemory memory, Dictionary<int, Series> series, Dictionary<long, Block?> blocks, in JournalEntry entry)
    {
        if (!series.TryGetValue(entry.Series, out var owner)) return false;
        if (!blocks.TryGetValue(entry.Block, out var block))
        {
            block = HistoryTables.Block(session, entry.Block) is { } stored ? Block.Restore(stored, owner) : new Block(entry.Block, owner);
            blocks.Add(entry.Block, block);
        }
        if (block is null || entry.Offset > block.Length || !ReferenceEquals(block.Series, owner)) return false;
        // Bytes that the block has already were journaled again after a flush that failed.
        var known = block.Length - entry.Offset;
        return known >= entry.Bytes.Length || memory.Replay(block, entry.Bytes[known..], entry.IsNews);
    }
}
