namespace Gatehouse.Sdk.Clone;

/// <summary>What a follower counts: written by the loop's thread, read by any.</summary>
internal sealed class KvFollowerCounts
{
    private long _updates;
    private long _repeats;
    private long _rejected;
    private long _snapshots;
    private long _gaps;
    private long _epochs;
    private long _failovers;

    public long Updates { get => Volatile.Read(ref _updates); set => Volatile.Write(ref _updates, value); }

    public long Repeats { get => Volatile.Read(ref _repeats); set => Volatile.Write(ref _repeats, value); }

    public long Rejected { get => Volatile.Read(ref _rejected); set => Volatile.Write(ref _rejected, value); }

    public long Snapshots { get => Volatile.Read(ref _snapshots); set => Volatile.Write(ref _snapshots, value); }

    public long Gaps { get => Volatile.Read(ref _gaps); set => Volatile.Write(ref _gaps, value); }

    public long Epochs { get => Volatile.Read(ref _epochs); set => Volatile.Write(ref _epochs, value); }

    public long Failovers { get => Volatile.Read(ref _failovers); set => Volatile.Write(ref _failovers, value); }
}
