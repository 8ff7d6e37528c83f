using Gatehouse.Sdk.Values;
using Gatehouse.Security;

namespace Gatehouse.Tree;

/// <summary>Part of the tree as it stood right after change number <see cref="Sequence"/>, in no particular order.</summary>
internal readonly record struct Snapshot(long Epoch, long Sequence, IReadOnlyList<Entry> Entries);

/// <summary>
/// Reads a consistent snapshot while others set: slots first, as they happen to be, then over them the changes that came meanwhile.
/// </summary>
internal static class SnapshotReader
{
    private const int Attempts = 3;

    public static Snapshot Read(ValueTree tree, KeyFilter filter, Origin reader, IAccess access)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var before = tree.Sequence;
            var entries = Collect(tree.Slots, filter);
            var after = tree.Settle();
            if (TryReplay(tree.Ring, before, after, filter, entries)) return Make(after, entries);
        }

        // Each time more changes came than the ring holds. Rather hold the setters up once than never answer.
        return tree.WhileSettled(sequence => Make(sequence, Collect(tree.Slots, filter)));

        Snapshot Make(long sequence, Dictionary<Key, Entry> entries) =>
            new(tree.Epoch, sequence, [.. entries.Values.Where(e => !e.Removed && access.MayRead(reader, e.Key))]);
    }

    private static Dictionary<Key, Entry> Collect(ReadOnlySpan<Slot> slots, KeyFilter filter)
    {
        var entries = new Dictionary<Key, Entry>(ReferenceEqualityComparer.Instance);
        foreach (var slot in slots)
        {
            if (slot.State is { } entry && filter.Matches(slot)) entries[slot] = entry;
        }
        return entries;
    }

    private static bool TryReplay(ChangeRing ring, long before, long after, KeyFilter filter, Dictionary<Key, Entry> entries)
    {
        for (var sequence = before + 1; sequence <= after; sequence++)
        {
            if (!ring.TryGet(sequence, out var entry)) return false;
            if (!entry.Key.IsEvent && filter.Matches(entry.Key)) entries[entry.Key] = entry;
        }
        return true;
    }
}
