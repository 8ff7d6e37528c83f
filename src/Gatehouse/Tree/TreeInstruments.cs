namespace Gatehouse.Tree;

/// <summary>What the tree counts about itself. Any thread.</summary>
internal sealed class TreeInstruments
{
    private long _watches;
    private long _overruns;

    /// <summary>Watches that are open.</summary>
    public long Watches => Volatile.Read(ref _watches);

    /// <summary>Times that a watch was overtaken by the ring.</summary>
    public long Overruns => Volatile.Read(ref _overruns);

    public void WatchOpened() => Interlocked.Increment(ref _watches);

    public void WatchClosed() => Interlocked.Decrement(ref _watches);

    public void Overrun() => Interlocked.Increment(ref _overruns);
}
