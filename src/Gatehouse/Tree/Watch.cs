using Gatehouse.Sdk.Values;
using Gatehouse.Security;

namespace Gatehouse.Tree;

/// <summary>What a watch passes on.</summary>
internal enum WatchMode : byte
{
    /// <summary>The newest change of each key; what came between may be left out. Events are never left out.</summary>
    Latest,

    /// <summary>Every change.</summary>
    Every,
}

/// <summary>
/// Changes that a watch could not pass on because it was overtaken: at most <see cref="Count"/> of them, numbers <see cref="From"/> to
/// <see cref="To"/>. None when <see cref="Count"/> is 0.
/// </summary>
internal readonly record struct Gap(long From, long To)
{
    public static Gap None => new(1, 0);

    public long Count => To - From + 1;
}

/// <summary>A cursor in the ring of changes: one reader's place. One reader at a time; disposing may happen on any thread.</summary>
internal sealed class Watch : IDisposable
{
    private const byte Unknown = 0, Selected = 1, Passed = 2;

    private readonly ValueTree _tree;
    private readonly KeyFilter _filter;
    private readonly WatchMode _mode;
    private readonly Origin _reader;
    private readonly IAccess _access;
    private readonly Lock _reading = new();

    // Under the lock, for it is shared with the waker: it moves the cursor over what is not selected while the reader waits.
    private readonly SlotTable<byte> _verdicts = new();
    private Queue<Entry> _caughtUp = new();
    private long _cursor;
    private long _caughtUpTo;

    // The reader's side of waiting.
    private TaskCompletionSource<bool>? _waiting;
    private Action? _wake;
    private volatile bool _disposed;

    internal Watch(ValueTree tree, KeyFilter filter, WatchMode mode, long after, Origin reader, IAccess access)
    {
        (_tree, _filter, _mode, _reader, _access, _cursor) = (tree, filter, mode, reader, access, after);
        _tree.Instruments.WatchOpened();
    }

    /// <summary>
    /// The number of the last change that was passed on or left out on purpose: resume after it and nothing is missed or repeated.
    /// </summary>
    public long Sequence
    {
        get
        {
            lock (_reading) return _cursor;
        }
    }

    /// <summary>Copies the next changes, oldest first, as many as fit and are there. Never waits.</summary>
    /// <param name="gap">
    /// Changes that were lost before the first of these. A <see cref="WatchMode.Latest"/> watch loses only events.
    /// </param>
    /// <returns>How many were copied; 0 when the reader has seen everything.</returns>
    public int Read(Span<Entry> into, out Gap gap)
    {
        gap = Gap.None;
        if (into.IsEmpty) return 0;
        lock (_reading)
        {
            while (true)
            {
                if (_caughtUp.Count > 0) return TakeCaughtUp(into);
                if (TryReadRing(into, out var count)) return count;
                var overrun = CatchUp();
                if (overrun.Count > 0) gap = gap.Count > 0 ? gap with { To = overrun.To } : overrun;
            }
        }
    }

    /// <summary>Completes when <see cref="Read"/> has something to return, at once if it has now.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled, or the watch disposed.</exception>
    public async ValueTask WaitAsync(CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        if (HasNews()) return;
        var waiting = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _waiting, waiting);
        _tree.Waker.Add(this);
        using var _ = stop.UnsafeRegister(static (w, token) => ((TaskCompletionSource<bool>)w!).TrySetCanceled(token), waiting);
        if (_disposed) waiting.TrySetCanceled(CancellationToken.None);
        await waiting.Task;
    }

    /// <summary>
    /// For loops of their own: from now on calls <paramref name="wake"/>, on any thread, once each time that news arrives after
    /// <see cref="Read"/> returned 0 and <see cref="Rearm"/> was called. It must not wait.
    /// </summary>
    public void WakeBy(Action wake)
    {
        _wake = wake;
        Rearm();
    }

    /// <summary>Asks for the next wake-up; when there is news already it comes at once.</summary>
    public void Rearm() => _tree.Waker.Add(this);

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _tree.Waker.Remove(this);
        _tree.Instruments.WatchClosed();
        Volatile.Read(ref _waiting)?.TrySetCanceled(CancellationToken.None);
    }

    /// <summary>True when there is something to read. Moves the cursor over what the filter passes by. Called by the waker too.</summary>
    internal bool HasNews()
    {
        lock (_reading)
        {
            if (_caughtUp.Count > 0) return true;
            for (var head = _tree.Ring.Published; _cursor < head; _cursor++)
            {
                if (!_tree.Ring.TryGet(_cursor + 1, out var entry) || Selects(entry.Key)) return true;
            }
            return false;
        }
    }

    /// <summary>Ends the reader's wait. Called by the waker, outside its lock.</summary>
    internal void Notify()
    {
        if (_wake is { } wake && !_disposed) wake();
        Volatile.Read(ref _waiting)?.TrySetResult(true);
    }

    private bool TryReadRing(Span<Entry> into, out int count)
    {
        count = 0;
        var head = _tree.Ring.Published;
        while (_cursor < head && count < into.Length)
        {
            if (!_tree.Ring.TryGet(_cursor + 1, out var entry)) return count > 0;
            if (Selects(entry.Key) && !IsOutdated(entry, head)) into[count++] = entry;
            _cursor++;
        }
        return true;
    }

    // Leaves out only what a newer change up to the head replaces: that one is sure to follow, however fast the key changes.
    private bool IsOutdated(Entry entry, long head) =>
        _mode == WatchMode.Latest && !entry.Key.IsEvent
        && ((Slot)entry.Key).Current is { } current && current.Sequence > entry.Sequence && current.Sequence <= head;

    private int TakeCaughtUp(Span<Entry> into)
    {
        var count = 0;
        while (count < into.Length && _caughtUp.TryDequeue(out var entry))
        {
            into[count++] = entry;
            _cursor = entry.Sequence;
        }
        if (_caughtUp.Count == 0)
        {
            _cursor = Math.Max(_cursor, _caughtUpTo);
            if (_caughtUp.EnsureCapacity(0) > 1024) _caughtUp = new();
        }
        return count;
    }

    // The ring has gone on without us. Every: say what was lost. Latest: the slots still hold the newest of each key.
    private Gap CatchUp()
    {
        _tree.Instruments.Overrun();
        if (_mode == WatchMode.Every)
        {
            var lost = new Gap(_cursor + 1, _tree.Ring.Oldest - 1);
            _cursor = Math.Max(_cursor, lost.To);
            return lost;
        }

        // Not to the very end, for events in the ring are not lost yet; not to its oldest, or the next set would overtake us again.
        var newest = _tree.Settle();
        var through = Math.Max(_cursor, (_tree.Ring.Oldest + newest) / 2);
        var missed = new List<Entry>();
        var eventsLost = false;
        foreach (var slot in _tree.Slots)
        {
            if (slot.Current is not { } current || current.Sequence <= _cursor || !Selects(slot)) continue;
            if (slot.IsEvent) eventsLost = true;
            else if (current.Sequence <= through) missed.Add(current);
        }
        missed.Sort(static (a, b) => a.Sequence.CompareTo(b.Sequence));
        foreach (var entry in missed) _caughtUp.Enqueue(entry);
        var gap = eventsLost ? new Gap(_cursor + 1, through) : Gap.None;
        _caughtUpTo = through;
        if (missed.Count == 0) _cursor = through;
        return gap;
    }

    private bool Selects(Key key)
    {
        ref var verdict = ref _verdicts[((Slot)key).Index];
        if (verdict == Unknown) verdict = _filter.Matches(key) && _access.MayRead(_reader, key) ? Selected : Passed;
        return verdict == Selected;
    }
}
