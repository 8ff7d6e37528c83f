using System.Net.Sockets;

namespace Gatehouse.Sdk.Io;

/// <summary>
/// One thread that waits for sockets, timers and work posted to it. Everything it calls runs on that thread and may not wait. A round is:
/// what is ready, posted work, timers that are due, and at last what asked for the round's end.
/// </summary>
internal sealed class IoLoop : IDisposable
{
    private const int BufferSize = 256 * 1024;
    private static readonly Lazy<IoLoop> SharedLoop = new(() => new IoLoop("gatehouse-io"));
    private static readonly IoWork Ended = new IoWork.Nothing();

    // Any thread.
    private readonly TimeProvider _time;
    private readonly IPoller _poller;
    private readonly Thread _thread;
    private IoWork? _posted;
    private long _now;
    private volatile bool _isEnding;

    // The loop's thread.
    private readonly Readiness[] _ready = new Readiness[256];
    private readonly Stack<int> _free = [];
    private readonly ITimer? _alarm;
    private Slot[] _slots = new Slot[64];
    private int _slotCount;
    private IRoundEnd?[] _roundEnds = new IRoundEnd?[64];
    private int _roundEndCount;

    /// <summary>Starts the thread, in the background.</summary>
    /// <param name="name">The thread's name.</param>
    /// <param name="time">The clock; the system's own by default.</param>
    /// <param name="poller">How to wait; the best of this system by default. The loop disposes it.</param>
    public IoLoop(string name, TimeProvider? time = null, IPoller? poller = null)
    {
        _time = time ?? TimeProvider.System;
        _poller = poller ?? EpollPoller.TryCreate() as IPoller ?? new SelectPoller();
        _now = ReadClock();
        // A wait can time out by the system's clock alone; another clock says by a timer when it is time.
        if (_time != TimeProvider.System)
        {
            _alarm = _time.CreateTimer(_ => _poller.Wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        _thread = new Thread(Run) { IsBackground = true, Name = name };
        _thread.Start();
    }

    /// <summary>Told of what a handler, work or timer threw; the loop goes on. On the loop's thread.</summary>
    public event Action<Exception>? Failed;

    /// <summary>The loop of sockets that programs make; runs as long as the process.</summary>
    public static IoLoop Shared => SharedLoop.Value;

    /// <summary>Milliseconds that never step back, read once a round. Any thread.</summary>
    public long Now => Volatile.Read(ref _now);

    public bool IsOwnThread => Thread.CurrentThread == _thread;

    /// <summary>Room to receive into; free for whoever runs on the loop, until it returns.</summary>
    public byte[] Buffer { get; } = GC.AllocateUninitializedArray<byte>(BufferSize, pinned: true);

    internal TimerHeap Timers { get; } = new();

    /// <summary>Runs it on the loop, in the order posted; what the loop posts itself runs in the next round. Any thread.</summary>
    /// <returns>False when the loop has ended: it will not run.</returns>
    public bool Post(IoWork work)
    {
        var head = Volatile.Read(ref _posted);
        while (true)
        {
            if (head == Ended) return false;
            work.Next = head;
            var seen = Interlocked.CompareExchange(ref _posted, work, head);
            if (seen == head) break;
            head = seen;
        }

        // Who finds the list empty wakes the loop up, for all that come until it looks.
        if (head is null && !IsOwnThread) _poller.Wake();
        return true;
    }

    /// <inheritdoc cref="Post(IoWork)"/>
    public bool Post(Action work) => Post(new IoWork.OfAction(work));

    /// <summary>Fires once after so long. Loop's thread only.</summary>
    public IoTimer StartTimer(TimeSpan due, Action fire)
    {
        var timer = new IoTimer(this, fire);
        timer.Restart(due);
        return timer;
    }

    /// <summary>Watches a socket, level-triggered, until <see cref="Unregister"/>. Loop's thread only.</summary>
    /// <returns>The token for <see cref="Change"/> and <see cref="Unregister"/>.</returns>
    public long Register(Socket socket, IReady handler, Interest interest)
    {
        if (!_free.TryPop(out var index))
        {
            index = _slotCount++;
            if (index == _slots.Length) Array.Resize(ref _slots, index * 2);
        }

        ref var slot = ref _slots[index];
        var token = ((long)slot.Generation << 32) | (uint)index;
        try
        {
            _poller.Add(socket, token, interest);
        }
        catch
        {
            _free.Push(index);
            throw;
        }

        slot.Handler = handler;
        return token;
    }

    /// <summary>Watches for something else from now on. Loop's thread only.</summary>
    public void Change(Socket socket, long token, Interest interest) => _poller.Change(socket, token, interest);

    /// <summary>
    /// Watches no more; what was seen already and not handled yet is forgotten. Before the socket closes. Loop's thread only.
    /// </summary>
    public void Unregister(Socket socket, long token)
    {
        _poller.Remove(socket);
        ref var slot = ref _slots[(uint)token];
        slot.Handler = null;
        slot.Generation = (slot.Generation + 1) & int.MaxValue;
        _free.Push((int)(uint)token);
    }

    /// <summary>Calls it once after all events of this round, or of the next when the loop waits. Loop's thread only.</summary>
    public void AtRoundEnd(IRoundEnd once)
    {
        if (_roundEndCount == _roundEnds.Length) Array.Resize(ref _roundEnds, _roundEndCount * 2);
        _roundEnds[_roundEndCount++] = once;
    }

    /// <summary>Ends the loop after the work posted so far, and waits for its thread. Not from the thread itself.</summary>
    public void Dispose()
    {
        if (IsOwnThread) throw new InvalidOperationException("A loop cannot wait for its own end.");
        _isEnding = true;
        _poller.Wake();
        _thread.Join();
    }

    private long ReadClock() => (long)_time.GetElapsedTime(0).TotalMilliseconds;

    private void Run()
    {
        while (!_isEnding)
        {
            var count = 0;
            try
            {
                count = _poller.Wait(_ready, Patience());
            }
            catch (Exception error)
            {
                // Nothing that a socket does can lead here; the loop must not die of what no one foresaw.
                Failed?.Invoke(error);
            }

            Volatile.Write(ref _now, ReadClock());
            for (var i = 0; i < count; i++) Dispatch(_ready[i]);
            RunPosted(null);
            while (Timers.TakeDue(Now) is { } timer) Guarded(static t => t.Fire(), timer);
            EndRound();
        }

        // Whoever waits for what it posted gets it; after that, posting is refused.
        while (!RunPosted(Ended)) { }
        EndRound();
        _alarm?.Dispose();
        _poller.Dispose();
    }

    private void Dispatch(in Readiness item)
    {
        ref var slot = ref _slots[(uint)item.Token];
        // An event of a socket that was given up in this very round must not reach its successor in the slot.
        if (slot.Handler is not { } handler || slot.Generation != (int)(item.Token >> 32)) return;
        try
        {
            handler.Ready(item.Seen);
        }
        catch (Exception error)
        {
            Failed?.Invoke(error);
        }
    }

    private bool RunPosted(IoWork? successor)
    {
        var head = successor is null
            ? Volatile.Read(ref _posted) is null ? null : Interlocked.Exchange(ref _posted, null)
            : Interlocked.CompareExchange(ref _posted, successor, null) is null ? null : Interlocked.Exchange(ref _posted, null);
        if (head is null) return true;
        IoWork? first = null;
        while (head is not null) (head.Next, first, head) = (first, head, head.Next);
        while (first is { } work)
        {
            // Read before it runs: it may be posted again from then on.
            first = work.Next;
            work.Next = null;
            Guarded(static w => w.Run(), work);
        }

        return false;
    }

    private void EndRound()
    {
        for (var i = 0; i < _roundEndCount; i++)
        {
            var once = _roundEnds[i]!;
            _roundEnds[i] = null;
            Guarded(static o => o.RoundEnd(), once);
        }

        _roundEndCount = 0;
    }

    private void Guarded<T>(Action<T> action, T argument)
    {
        try
        {
            action(argument);
        }
        catch (Exception error)
        {
            Failed?.Invoke(error);
        }
    }

    private int Patience()
    {
        if (_isEnding || Volatile.Read(ref _posted) is not null) return 0;
        var due = Timers.Due;
        if (due == long.MaxValue) return -1;
        var left = due - ReadClock();
        if (left <= 0) return 0;
        if (_alarm is null) return (int)Math.Min(left, int.MaxValue);
        _alarm.Change(TimeSpan.FromMilliseconds(left), Timeout.InfiniteTimeSpan);
        // The clock may have moved since it was read.
        return due <= ReadClock() ? 0 : -1;
    }

    private struct Slot
    {
        public IReady? Handler;
        public int Generation;
    }
}
