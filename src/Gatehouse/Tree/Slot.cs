using Gatehouse.Sdk.Values;

namespace Gatehouse.Tree;

/// <summary>A key of this hub: one for each text, so that whoever keeps it reaches the present entry without a look-up.</summary>
internal sealed class Slot(string text, int index, ValueTree tree) : Key(text)
{
    private Entry? _current;
    private long _interval;
    private long _lastNews;

    /// <summary>Its place in the order in which keys became known; watches keep a table by it.</summary>
    public int Index { get; } = index;

    public ValueTree Tree { get; } = tree;

    /// <summary>The newest entry, a removal or event too. Written under the tree's lock, read from any thread.</summary>
    public Entry? Current
    {
        get => Volatile.Read(ref _current);
        set => Volatile.Write(ref _current, value);
    }

    /// <summary>Who answers writes of others; null for a free variable.</summary>
    public IKeyOwner? Owner { get; set; }

    /// <summary>How often news is expected; zero when nobody said. After three times as long the value is stale.</summary>
    public TimeSpan Interval
    {
        get => new(Volatile.Read(ref _interval));
        set => Volatile.Write(ref _interval, value.Ticks);
    }

    /// <summary>
    /// The injected clock's timestamp of the last set by anybody but the keeper; kept only while <see cref="Interval"/> is set.
    /// </summary>
    public long LastNews
    {
        get => Volatile.Read(ref _lastNews);
        set => Volatile.Write(ref _lastNews, value);
    }

    /// <summary>The present state: null for an event and for what was removed.</summary>
    public Entry? State => Current is { Removed: false } entry && !IsEvent ? entry : null;
}
