namespace Gatehouse.Tests.Support;

/// <summary>
/// A clock that stands until it is moved. <see cref="Advance"/> moves both clocks and fires the timers that come due, in order, on the
/// calling thread; <see cref="StepWallClock"/> moves the wall clock alone, as a time server does.
/// </summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly Lock _changing = new();
    private readonly List<ManualTimer> _timers = [];
    private DateTimeOffset _wall = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private TimeSpan _elapsed;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_changing) return _wall;
    }

    public override long GetTimestamp()
    {
        lock (_changing) return _elapsed.Ticks;
    }

    public void StepWallClock(TimeSpan by)
    {
        lock (_changing) _wall += by;
    }

    /// <summary>How many timers wait to fire: lets a test wait for code that is about to wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_changing) return _timers.Count(t => t.Due is not null);
        }
    }

    public void Advance(TimeSpan by)
    {
        var end = _elapsed + by;
        while (TakeDue(end) is { } timer) timer.Fire();
        lock (_changing) Move(end);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private ManualTimer? TakeDue(TimeSpan end)
    {
        lock (_changing)
        {
            var next = _timers.Where(t => t.Due <= end).MinBy(t => t.Due);
            if (next is null) return null;
            Move(next.Due!.Value);
            next.Due = next.Period is { } period ? next.Due + period : null;
            return next;
        }
    }

    private void Move(TimeSpan to)
    {
        _wall += to - _elapsed;
        _elapsed = to;
    }

    private sealed class ManualTimer(ManualTime time, TimerCallback callback, object? state) : ITimer
    {
        public TimeSpan? Due { get; set; }

        public TimeSpan? Period { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._changing)
            {
                time._timers.Remove(this);
                Due = dueTime == Timeout.InfiniteTimeSpan ? null : time._elapsed + dueTime;
                Period = period == Timeout.InfiniteTimeSpan || period == TimeSpan.Zero ? null : period;
                time._timers.Add(this);
                return true;
            }
        }

        public void Dispose()
        {
            lock (time._changing) time._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
