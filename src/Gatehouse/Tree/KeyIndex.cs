using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace Gatehouse.Tree;

/// <summary>
/// Finds slots by their text: one table of numbers, eight bytes for each place, where a dictionary would keep an object for each key.
/// Readers take no lock; one writer at a time.
/// </summary>
/// <remarks>
/// A place holds 32 bits of the text's hash and the slot's index, counted from 1; 0 is free. Nothing is ever taken out, so a reader of a
/// table that was replaced meanwhile still finds all that was in it.
/// </remarks>
internal sealed class KeyIndex
{
    private const int LeastSize = 512;

    private ulong[] _places = new ulong[LeastSize];
    private int _count;

    /// <summary>The hash to look a text up by; strangers cannot choose texts that share one.</summary>
    public static uint HashOf(ReadOnlySpan<char> text) => (uint)string.GetHashCode(text);

    /// <summary>Any thread. <paramref name="slots"/> is read after the index, so it holds what the index names.</summary>
    public bool TryFind(ReadOnlySpan<char> text, uint hash, ref Slot[] slots, [NotNullWhen(true)] out Slot? slot)
    {
        var places = Volatile.Read(ref _places);
        for (var at = hash; ; at++)
        {
            var place = Volatile.Read(ref places[at & (uint)(places.Length - 1)]);
            slot = null;
            if (place == 0) return false;
            if ((uint)(place >> 32) != hash) continue;
            slot = Volatile.Read(ref slots)[(int)(uint)place - 1];
            if (text.SequenceEqual(slot.Text)) return true;
        }
    }

    /// <summary>Adds a slot that is in its place already, and whose text is not here yet.</summary>
    public void Add(Slot slot, uint hash)
    {
        // Three quarters at most are taken: a search that finds nothing looks at eight places or so.
        if ((_count + 1) * 4L > _places.Length * 3L) Volatile.Write(ref _places, Doubled(_places));
        Put(_places, ((ulong)hash << 32) | (uint)(slot.Index + 1));
        _count++;
    }

    private static ulong[] Doubled(ulong[] places)
    {
        var larger = new ulong[BitOperations.RoundUpToPowerOf2((uint)places.Length + 1)];
        foreach (var place in places)
        {
            if (place != 0) Put(larger, place);
        }
        return larger;
    }

    private static void Put(ulong[] places, ulong place)
    {
        var at = (uint)(place >> 32);
        while (places[at & (uint)(places.Length - 1)] != 0) at++;
        Volatile.Write(ref places[at & (uint)(places.Length - 1)], place);
    }
}
