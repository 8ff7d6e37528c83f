using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Tree;

/// <summary>
/// The latest changes of the whole hub in the order of their sequence. One writer at a time (the tree's lock), any number of readers
/// without one: a reader that was overtaken sees another sequence than the one it asked for.
/// </summary>
internal sealed class ChangeRing
{
    /// <summary>The most that the values in the ring may take, so that large ones cannot fill a small machine's memory.</summary>
    public const long MaxBytes = 64 * 1024 * 1024;

    private readonly Entry?[] _entries;
    private readonly int[] _sizes;
    private readonly long _mask;
    private long _published;
    private long _kept;
    private long _bytes;

    public ChangeRing(int capacity, long last)
    {
        if (!BitOperations.IsPow2(capacity)) throw new ArgumentOutOfRangeException(nameof(capacity), capacity, "A power of two.");
        _entries = new Entry[capacity];
        _sizes = new int[capacity];
        _mask = capacity - 1;
        _published = last;
        _kept = last + 1;
    }

    /// <summary>The newest sequence that readers may see; everything up to it is in place.</summary>
    public long Published => Volatile.Read(ref _published);

    /// <summary>The oldest sequence that may still be here. By the time it is read it may be gone.</summary>
    public long Oldest => Math.Max(Volatile.Read(ref _kept), Published - _mask);

    /// <summary>Puts an entry in its place, unseen until <see cref="Publish"/>.</summary>
    public void Put(Entry entry)
    {
        var at = entry.Sequence & _mask;
        var size = entry.Value.Footprint;
        _bytes += size - _sizes[at];
        _sizes[at] = size;
        Volatile.Write(ref _entries[at], entry);
        if (_bytes > MaxBytes) DropOldest(entry.Sequence);
    }

    /// <summary>
    /// Shows everything up to <paramref name="sequence"/> at once. A full fence: what is read after it is at least as new.
    /// </summary>
    public void Publish(long sequence) => Interlocked.Exchange(ref _published, sequence);

    // Readers that have not come by yet are overtaken, as if the ring were smaller.
    private void DropOldest(long newest)
    {
        var oldest = Math.Max(_kept, newest - _mask);
        for (; _bytes > MaxBytes && oldest < newest; oldest++)
        {
            var at = oldest & _mask;
            _bytes -= _sizes[at];
            _sizes[at] = 0;
            Volatile.Write(ref _entries[at], null);
        }
        Volatile.Write(ref _kept, oldest);
    }

    /// <summary>The change with this number; false when it was overwritten or never was.</summary>
    public bool TryGet(long sequence, [NotNullWhen(true)] out Entry? entry)
    {
        entry = Volatile.Read(ref _entries[sequence & _mask]);
        return entry is not null && entry.Sequence == sequence;
    }
}
