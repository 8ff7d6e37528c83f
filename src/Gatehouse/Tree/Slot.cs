using Gatehouse.Sdk.Values;

namespace Gatehouse.Tree;

/// <summary>A key of this hub: one for each text, so that whoever keeps it reaches the present entry without a look-up.</summary>
internal sealed class Slot(string text, int index) : Key(text)
{
    private Entry? _current;
    private Rarity? _rarity;

    /// <summary>Its place in the order in which keys became known; watches keep a table by it.</summary>
    public int Index { get; } = index;

    /// <summary>The newest entry, a removal or event too. Written under the tree's lock, read from any thread.</summary>
    public Entry? Current
    {
        get => Volatile.Read(ref _current);
        set => Volatile.Write(ref _current, value);
    }

    /// <summary>Who answers writes of others; null for a free variable.</summary>
    public IKeyOwner? Owner
    {
        get => Volatile.Read(ref _rarity)?.Owner;
        set
        {
            while (Volatile.Read(ref _rarity) is var before && !TryReplace(before, value, before?.Awaited)) { }
        }
    }

    /// <summary>What is known of when news will come; null when nobody expects any.</summary>
    public Awaited? Awaited
    {
        get => Volatile.Read(ref _rarity)?.Awaited;
        set
        {
            while (Volatile.Read(ref _rarity) is var before && !TryReplace(before, before?.Owner, value)) { }
        }
    }

    /// <summary>The present state: null for an event and for what was removed.</summary>
    public Entry? State => Current is { Removed: false } entry && !IsEvent ? entry : null;

    private bool TryReplace(Rarity? before, IKeyOwner? owner, Awaited? awaited)
    {
        var after = owner is null && awaited is null ? null : new Rarity(owner, awaited);
        return ReferenceEquals(Interlocked.CompareExchange(ref _rarity, after, before), before);
    }

    /// <summary>What most keys do not have, of which there may be very many.</summary>
    private sealed record Rarity(IKeyOwner? Owner, Awaited? Awaited);
}

/// <summary>A key of which news is expected: without any for three times as long its value is stale.</summary>
/// <param name="interval">How often.</param>
/// <param name="lastNews">The injected clock's timestamp, for a beginning.</param>
internal sealed class Awaited(TimeSpan interval, long lastNews)
{
    private long _lastNews = lastNews;

    public TimeSpan Interval { get; } = interval;

    /// <summary>The injected clock's timestamp of the last set by anybody but the keeper.</summary>
    public long LastNews
    {
        get => Volatile.Read(ref _lastNews);
        set => Volatile.Write(ref _lastNews, value);
    }
}
