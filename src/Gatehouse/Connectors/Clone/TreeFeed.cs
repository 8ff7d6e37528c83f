using Gatehouse.Sdk.Values;
using Gatehouse.Tree;

namespace Gatehouse.Connectors.Clone;

/// <summary>Brings what the tree changes to the core: every change in its order, and after an overrun the newest of each key.</summary>
internal sealed class TreeFeed : IDisposable
{
    private readonly ValueTree _tree;
    private readonly CloneCore _core;
    private readonly Extras _extras;
    private readonly Watch _watch;
    private readonly Entry[] _entries = new Entry[256];

    public TreeFeed(ValueTree tree, CloneCore core, Extras extras, Origin reader)
    {
        (_tree, _core, _extras) = (tree, core, extras);
        _watch = tree.Watch(KeyFilter.All, WatchMode.Every, tree.Sequence, reader);
    }

    /// <summary>
    /// Takes what there was when this was made; what came since, the watch brings. Before all others.
    /// </summary>
    public void Begin()
    {
        var start = _watch.Sequence;
        foreach (var slot in _tree.Slots)
        {
            if (slot.Current is { } entry && entry.Sequence <= start) _core.TakePresent(entry);
        }
    }

    /// <inheritdoc cref="Watch.WakeBy"/>
    public void WakeBy(Action wake) => _watch.WakeBy(wake);

    /// <inheritdoc cref="Watch.Rearm"/>
    public void Rearm() => _watch.Rearm();

    /// <summary>Publishes what has changed, about so much of it.</summary>
    /// <returns>True when that was all.</returns>
    public bool Publish(int most)
    {
        var count = 1;
        for (; count > 0 && most > 0; most -= count)
        {
            count = _watch.Read(_entries, out var gap);
            if (gap.Count > 0) Heal(gap);
            foreach (var entry in _entries.AsSpan(0, count))
            {
                _extras.Take(entry.Sequence, out var uuid, out var properties);
                _core.Take(entry, uuid, properties);
            }
        }
        // What is kept here would live on though the tree has let it go.
        Array.Clear(_entries);
        return count == 0;
    }

    public void Dispose() => _watch.Dispose();

    // More was changed at once than the ring holds: the slots still have the newest of each key.
    private void Heal(Gap gap)
    {
        var newest = new List<Entry>();
        foreach (var slot in _tree.Slots)
        {
            if (slot.Current is { } entry && entry.Sequence >= gap.From && entry.Sequence <= gap.To && !slot.IsEvent) newest.Add(entry);
        }
        newest.Sort(static (a, b) => a.Sequence.CompareTo(b.Sequence));
        foreach (var entry in newest) _core.Take(entry, default, default);
        _core.Totals.Overrun += gap.Count - newest.Count;
    }
}
