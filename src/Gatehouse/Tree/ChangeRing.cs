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
    private readonly Entry?[] _entries;
    private readonly long _mask;
    private readonly long _first;
    private long _published;

    public ChangeRing(int capacity, long last)
    {
        if (!BitOperations.IsPow2(capacity)) throw new ArgumentOutOfRangeException(nameof(capacity), capacity, "A power of two.");
        _entries = new Entry[capacity];
        _mask = capacity - 1;
        _published = last;
        _first = last + 1;
    }

    public int Capacity => _entries.Length;

    /// <summary>The newest sequence that readers may see; everything up to it is in place.</summary>
    public long Published => Volatile.Read(ref _published);

    /// <summary>The oldest sequence that may still be here. By the time it is read it may be gone.</summary>
    public long Oldest => Math.Max(_first, Published - _mask);

    /// <summary>Puts an entry in its place, unseen until <see cref="Publish"/>.</summary>
    public void Put(Entry entry) => Volatile.Write(ref _entries[entry.Sequence & _mask], entry);

    /// <summary>
    /// Shows everything up to <paramref name="sequence"/> at once. A full fence: what is read after it is at least as new.
    /// </summary>
    public void Publish(long sequence) => Interlocked.Exchange(ref _published, sequence);

    /// <summary>The change with this number; false when it was overwritten or never was.</summary>
    public bool TryGet(long sequence, [NotNullWhen(true)] out Entry? entry)
    {
        entry = Volatile.Read(ref _entries[sequence & _mask]);
        return entry is not null && entry.Sequence == sequence;
    }
}
