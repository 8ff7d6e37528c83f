namespace Gatehouse.Sdk.Io;

/// <summary>Fires once on its loop, unless cancelled. Loop's thread only. May be restarted, also from what it fires.</summary>
internal sealed class IoTimer(IoLoop loop, Action fire)
{
    internal const int Idle = -1;

    /// <summary>When it fires, on the loop's clock.</summary>
    public long Due { get; internal set; }

    public bool IsRunning => Place != Idle;

    internal long Order { get; set; }

    internal int Place { get; set; } = Idle;

    public void Cancel() => loop.Timers.Remove(this);

    public void Restart(TimeSpan due)
    {
        loop.Timers.Remove(this);
        loop.Timers.Add(this, loop.Now + Math.Max(0, (long)Math.Ceiling(due.TotalMilliseconds)));
    }

    internal void Fire() => fire();
}

/// <summary>Running timers, soonest first; those due at the same time in the order of their start. A binary heap.</summary>
internal sealed class TimerHeap
{
    private IoTimer[] _heap = new IoTimer[16];
    private long _order;

    public int Count { get; private set; }

    /// <summary>When the first one is due; <see cref="long.MaxValue"/> when none runs.</summary>
    public long Due => Count == 0 ? long.MaxValue : _heap[0].Due;

    public void Add(IoTimer timer, long due)
    {
        (timer.Due, timer.Order) = (due, _order++);
        if (Count == _heap.Length) Array.Resize(ref _heap, Count * 2);
        Up(Count++, timer);
    }

    public void Remove(IoTimer timer)
    {
        var place = timer.Place;
        if (place == IoTimer.Idle) return;
        timer.Place = IoTimer.Idle;
        var last = _heap[--Count];
        _heap[Count] = null!;
        if (last == timer) return;
        if (place > 0 && IsBefore(last, _heap[(place - 1) / 2])) Up(place, last);
        else Down(place, last);
    }

    public IoTimer? TakeDue(long now)
    {
        if (Due > now) return null;
        var timer = _heap[0];
        Remove(timer);
        return timer;
    }

    private static bool IsBefore(IoTimer a, IoTimer b) => a.Due != b.Due ? a.Due < b.Due : a.Order < b.Order;

    private void Up(int place, IoTimer timer)
    {
        for (; place > 0 && IsBefore(timer, _heap[(place - 1) / 2]); place = (place - 1) / 2) Put(place, _heap[(place - 1) / 2]);
        Put(place, timer);
    }

    private void Down(int place, IoTimer timer)
    {
        for (int child; (child = (2 * place) + 1) < Count; place = child)
        {
            if (child + 1 < Count && IsBefore(_heap[child + 1], _heap[child])) child++;
            if (!IsBefore(_heap[child], timer)) break;
            Put(place, _heap[child]);
        }

        Put(place, timer);
    }

    private void Put(int place, IoTimer timer)
    {
        _heap[place] = timer;
        timer.Place = place;
    }
}
