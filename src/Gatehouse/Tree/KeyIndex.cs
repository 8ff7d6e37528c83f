using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace Gatehouse.Tree;

/// <summary>
/// Finds slots by their text: one table of numbers, four bytes for each place, where a dictionary would keep an object for each key.
/// Readers take no lock; one writer at a time.
/// </summary>
/// <remarks>
/// A place holds the slot's index, counted from 1, and above it as many bits of the text's hash as there is room for; 0 is free. Nothing is
/// ever taken out, so a reader of a table that was replaced meanwhile still finds all that was in it.
/// </remarks>
internal sealed class KeyIndex
{
    private const int LeastSize = 512;

    private uint[] _places = new uint[LeastSize];
    private int _count;

    /// <summary>The hash to look a text up by; strangers cannot choose texts that share one.</summary>
    public static uint HashOf(ReadOnlySpan<char> text) => (uint)string.GetHashCode(text);

    /// <summary>Any thread. <paramref name="slots"/> is read after the index, so it holds what the index names.</summary>
    public bool TryFind(ReadOnlySpan<char> text, uint hash, ref Slot[] slots, [NotNullWhen(true)] out Slot? slot)
    {
        var places = Volatile.Read(ref _places);
        var mask = (uint)(places.Length - 1);
        for (var at = hash; ; at++)
        {
            var place = Volatile.Read(ref places[at & mask]);
            slot = null;
            if (place == 0) return false;
            if (((place ^ TagOf(hash)) & ~mask) != 0) continue;
            slot = Volatile.Read(ref slots)[(int)(place & mask) - 1];
            if (text.SequenceEqual(slot.Text)) return true;
        }
    }

    /// <summary>Adds a slot that is in its place already, and whose text is not here yet.</summary>
    /// <param name="slots">All slots there are, for when the table has to grow.</param>
    /// <param name="slot">The last one of them.</param>
    /// <param name="hash">That of its text.</param>
    public void Add(Slot[] slots, Slot slot, uint hash)
    {
        // Three quarters at most are taken: a search that finds nothing looks at eight places or so.
        if ((_count + 1) * 4L > _places.Length * 3L)
        {
            var larger = new uint[_places.Length * 2];
            for (var i = 0; i < _count; i++) Put(larger, slots[i], HashOf(slots[i].Text));
            Volatile.Write(ref _places, larger);
        }
        Put(_places, slot, hash);
        _count++;
    }

    // Other bits than those that choose the place.
    private static uint TagOf(uint hash) => BitOperations.RotateLeft(hash, 16) ^ (hash * 0x9E3779B1);

    private static void Put(uint[] places, Slot slot, uint hash)
    {
        var mask = (uint)(places.Length - 1);
        var at = hash;
        while (places[at & mask] != 0) at++;
        Volatile.Write(ref places[at & mask], (uint)(slot.Index + 1) | (TagOf(hash) & ~mask));
    }
}
