namespace Gatehouse.Sdk.Clone;

/// <summary>What a subscriber had counted at one moment.</summary>
public sealed record KvSubscriberCounters
{
    internal KvSubscriberCounters(KvFollowerCounts counts)
    {
        (Updates, Repeats, Rejected) = (counts.Updates, counts.Repeats, counts.Rejected);
        (Snapshots, Gaps, Epochs, Failovers) = (counts.Snapshots, counts.Gaps, counts.Epochs, counts.Failovers);
    }

    /// <summary>Updates that were applied.</summary>
    public long Updates { get; }

    /// <summary>Updates that the snapshot had already, or that came twice.</summary>
    public long Repeats { get; }

    /// <summary>Messages that are none of the protocol's, and keys that are not UTF-8.</summary>
    public long Rejected { get; }

    /// <summary>Snapshots that were taken over.</summary>
    public long Snapshots { get; }

    /// <summary>How often numbers were missing.</summary>
    public long Gaps { get; }

    /// <summary>How often a server began to count anew.</summary>
    public long Epochs { get; }

    /// <summary>How often it was the next server's turn.</summary>
    public long Failovers { get; }
}
