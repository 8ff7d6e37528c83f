namespace Gatehouse.Tree;

/// <summary>
/// Wakes the watches that wait, so that a set only ever does one thing: start this, if anybody waits and it is not running already.
/// </summary>
internal sealed class WatchWaker(ChangeRing ring) : IThreadPoolWorkItem, IDisposable
{
    private const int Idle = 0, Running = 1;

    private readonly Lock _listing = new();
    private readonly HashSet<Watch> _waiting = [];
    private Watch[] _round = [];
    private volatile int _anybody;
    private int _state;
    private volatile bool _disposed;

    /// <summary>Called after each set, on the setter's thread.</summary>
    public void Wake()
    {
        if (_anybody != 0 && _state == Idle && Interlocked.CompareExchange(ref _state, Running, Idle) == Idle)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>Adds a watch that waits. What was set before this call wakes it at once.</summary>
    public void Add(Watch watch)
    {
        lock (_listing)
        {
            _waiting.Add(watch);
            _anybody = _waiting.Count;
        }
        Interlocked.MemoryBarrier();
        // Not left to a round that is under way: it may have looked at those who wait before, and see nothing new to look again for.
        if (watch.HasNews() && Remove(watch)) watch.Notify();
    }

    /// <summary>False when it does not wait any more: then whoever took it out wakes it.</summary>
    public bool Remove(Watch watch)
    {
        lock (_listing)
        {
            var waited = _waiting.Remove(watch);
            _anybody = _waiting.Count;
            return waited;
        }
    }

    public void Dispose() => _disposed = true;

    void IThreadPoolWorkItem.Execute()
    {
        while (!_disposed)
        {
            var seen = ring.Published;
            WakeThoseWithNews();
            Interlocked.Exchange(ref _state, Idle);
            // A set in between found us running and left the rest to us.
            if (_anybody == 0 || ring.Published == seen) return;
            if (Interlocked.CompareExchange(ref _state, Running, Idle) != Idle) return;
        }
    }

    private void WakeThoseWithNews()
    {
        int count;
        lock (_listing)
        {
            count = _waiting.Count;
            if (_round.Length < count) _round = new Watch[count * 2];
            _waiting.CopyTo(_round, 0, count);
        }
        foreach (var watch in _round.AsSpan(0, count))
        {
            if (watch.HasNews() && Remove(watch)) watch.Notify();
        }
        Array.Clear(_round, 0, count);
    }
}
