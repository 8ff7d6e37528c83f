using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Tree;

/// <summary>All keys that the hub has met, by text and by index. Keys are never forgotten, so a limit guards the memory.</summary>
internal sealed class KeyTable
{
    private readonly ConcurrentDictionary<string, Slot> _byText = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Slot>.AlternateLookup<ReadOnlySpan<char>> _bySpan;
    private readonly ValueTree _tree;
    private readonly int _limit;
    private readonly Lock _adding = new();
    private Slot[] _slots = new Slot[256];
    private int _count;

    public KeyTable(ValueTree tree, int limit)
    {
        _tree = tree;
        _limit = limit;
        _bySpan = _byText.GetAlternateLookup<ReadOnlySpan<char>>();
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

    public bool TryFind(ReadOnlySpan<char> text, [NotNullWhen(true)] out Slot? slot) => _bySpan.TryGetValue(text, out slot);

    public bool TryIntern(ReadOnlySpan<char> text, [NotNullWhen(true)] out Slot? slot, out KeyError error)
    {
        error = KeyError.None;
        if (_bySpan.TryGetValue(text, out slot)) return true;
        error = Key.Check(text);
        if (error != KeyError.None) return false;
        lock (_adding)
        {
            if (_bySpan.TryGetValue(text, out slot)) return true;
            if (_count >= _limit)
            {
                error = KeyError.TooMany;
                return false;
            }
            slot = new Slot(text.ToString(), _count, _tree);
            _tree.Adopt(slot);
            if (_count == _slots.Length)
            {
                var larger = new Slot[_slots.Length * 2];
                _slots.CopyTo(larger, 0);
                Volatile.Write(ref _slots, larger);
            }
            _slots[_count] = slot;
            Volatile.Write(ref _count, _count + 1);
            _byText[slot.Text] = slot;
            return true;
        }
    }

    /// <summary>Runs <paramref name="action"/> while no key can be added, so that what it does to all of them misses none.</summary>
    public void WhileClosed(Action<ReadOnlySpan<Slot>> action)
    {
        lock (_adding) action(Slots);
    }
}
