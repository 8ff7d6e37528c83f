using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Hub;

/// <summary>What an event of a watch tells.</summary>
public enum HubEventKind
{
    /// <summary>All values as they stand; any other is gone. Comes first, and again when a place could not be resumed.</summary>
    Snapshot,

    /// <summary>What changed since the event before: the newest of each key, and every fact below <c>/event/</c>.</summary>
    Change,

    /// <summary>As <see cref="Change"/>, but facts below <c>/event/</c> were passed over before it; present values never are.</summary>
    Gap,
}

/// <summary>One event of a watch.</summary>
/// <param name="Kind">What it tells.</param>
/// <param name="Id">The place in the hub's feed after it. Keep it, to resume from here later.</param>
/// <param name="Entries">The values, in the order in which they were set; those with <see cref="Entry.Removed"/> are gone.</param>
public sealed record HubEvent(HubEventKind Kind, string Id, IReadOnlyList<Entry> Entries);

/// <summary>The values below some prefixes at one moment.</summary>
/// <param name="Id">That moment's place in the hub's feed: watch after it, and no change is missed or told twice.</param>
/// <param name="Entries">The values, by key.</param>
public sealed record HubSnapshot(string Id, IReadOnlyList<Entry> Entries);

/// <summary>How a watch's connection stands.</summary>
/// <param name="Failure">Why there is none now; null when there is one.</param>
/// <param name="RetryIn">After which time it is tried again.</param>
public readonly record struct HubLink(GatehouseException? Failure, TimeSpan RetryIn)
{
    /// <summary>True while the hub is connected.</summary>
    public bool IsUp => Failure is null;
}
