namespace Gatehouse.Connectors.Clone;

/// <summary>What is counted since the connector started.</summary>
internal sealed class CloneTotals
{
    private readonly long[] _faults = new long[Enum.GetValues<CloneFault>().Length];

    /// <summary>Updates that came in and were taken.</summary>
    public long Collected { get; set; }

    /// <summary>Snapshots that were given out whole.</summary>
    public long Snapshots { get; set; }

    /// <summary>How often a set of ports began to count anew.</summary>
    public long Epochs { get; set; }

    /// <summary>How often a subscriber fell behind.</summary>
    public long FellBehind { get; set; }

    /// <summary>Updates that a subscriber that had fallen behind was not given one by one.</summary>
    public long Conflated { get; set; }

    /// <summary>Events that a subscriber that had fallen behind did not get.</summary>
    public long EventsMissed { get; set; }

    /// <summary>Changes that nobody could be told because more came at once than the tree's ring holds.</summary>
    public long Overrun { get; set; }

    public ReadOnlySpan<long> Faults => _faults;

    public void Count(CloneFault fault) => _faults[(int)fault]++;
}
