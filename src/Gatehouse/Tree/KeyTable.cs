using System.Diagnostics.CodeAnalysis;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Tree;

/// <summary>All keys that the hub has met, by text and by index. Keys are never forgotten, so a limit guards the memory.</summary>
internal sealed class KeyTable
{
    private readonly KeyIndex _index = new();
    private readonly ValueTree _tree;
    private readonly int _limit;
    private readonly Lock _adding = new();
    private Slot[] _slots = new Slot[256];
    private int _count;

    public KeyTable(ValueTree tree, int limit)
    {
        _tree = tree;
        _limit = limit;
    }

    public int Count => Volatile.Read(ref _count);

    /// <summary>Every slot there is now, in the order of their indexes. A view: do not keep it for long.</summary>
    public ReadOnlySpan<Slot> Slots
    {
        get
        {
            var count = Volatile.Read(ref _count);
            return Volatile.Read(ref _slots).AsSpan(0, count);
        }
    }

    /// <summary>Whether it is a slot of this table.</summary>
    public bool Has(Slot slot)
    {
        var slots = Volatile.Read(ref _slots);
        return slot.Index < slots.Length && ReferenceEquals(slots[slot.Index], slot);
    }

    public bool TryFind(ReadOnlySpan<char> text, [NotNullWhen(true)] out Slot? slot) =>
        _index.TryFind(text, KeyIndex.HashOf(text), ref _slots, out slot);

    public bool TryIntern(ReadOnlySpan<char> text, [NotNullWhen(true)] out Slot? slot, out KeyError error)
    {
        error = KeyError.None;
        var hash = KeyIndex.HashOf(text);
        if (_index.TryFind(text, hash, ref _slots, out slot)) return true;
        error = Key.Check(text);
        if (error != KeyError.None) return false;
        lock (_adding)
        {
            if (_index.TryFind(text, hash, ref _slots, out slot)) return true;
            if (_count >= _limit)
            {
                error = KeyError.TooMany;
                return false;
            }
            slot = new Slot(text.ToString(), _count);
            _tree.Adopt(slot);
            if (_count == _slots.Length)
            {
                var larger = new Slot[_slots.Length * 2];
                _slots.CopyTo(larger, 0);
                Volatile.Write(ref _slots, larger);
            }
            _slots[_count] = slot;
            Volatile.Write(ref _count, _count + 1);
            _index.Add(_slots, slot, hash);
            return true;
        }
    }

    /// <summary>Runs <paramref name="action"/> while no key can be added, so that what it does to all of them misses none.</summary>
    public void WhileClosed(Action<ReadOnlySpan<Slot>> action)
    {
        lock (_adding) action(Slots);
    }
}
