namespace Gatehouse.Tests.Support;

/// <summary>
/// Time that stands still until a test moves it. <see cref="Advance"/> fires what falls due, in order, on the calling thread;
/// <see cref="StepWallClock"/> sets the wall clock alone, as an operator or NTP would.
/// </summary>
internal sealed class ManualTime(DateTimeOffset? start = null) : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly SortedSet<Timer> _due = new(Comparer<Timer>.Create((a, b) => (a.Due, a.Order).CompareTo((b.Due, b.Order))));
    private TimeSpan _clock = (start ?? new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero)) - DateTimeOffset.MinValue;
    private TimeSpan _elapsed;
    private long _order;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>How many timers wait to fire: lets a test wait for code that is about to wait.</summary>
    public int Waiting => Locked(() => _due.Count);

    public override long GetTimestamp() => Locked(() => _elapsed.Ticks);

    public override DateTimeOffset GetUtcNow() => Locked(() => DateTimeOffset.MinValue + _clock + _elapsed);

    public void StepWallClock(TimeSpan by) => Locked(() => _clock += by);

    public void Advance(TimeSpan by)
    {
        var end = Locked(() => _elapsed + by);
        while (TakeDue(end) is { } timer) timer.Fire();
    }

    /// <summary>
    /// Moves the time on by half seconds, as fast as the work between them goes, until a task that may wait for it is done.
    /// </summary>
    public async Task<T> RunUntilAsync<T>(Task<T> task)
    {
        while (!task.IsCompleted)
        {
            Advance(TimeSpan.FromSeconds(0.5));
            await Task.WhenAny(task, Task.Delay(TimeSpan.FromMilliseconds(1), System, TestContext.Current.CancellationToken));
        }
        return await task;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private Timer? TakeDue(TimeSpan end) => Locked(() =>
    {
        if (_due.Min is not { } timer || timer.Due > end)
        {
            _elapsed = end;
            return null;
        }

        // A callback that advances the time itself must not be undone.
        if (timer.Due > _elapsed) _elapsed = timer.Due;
        Schedule(timer, timer.Period, timer.Period);
        return timer;
    });

    private void Schedule(Timer timer, TimeSpan dueTime, TimeSpan period)
    {
        _due.Remove(timer);
        timer.Period = period > TimeSpan.Zero ? period : Timeout.InfiniteTimeSpan;
        if (dueTime == Timeout.InfiniteTimeSpan) return;
        timer.Due = _elapsed + dueTime;
        timer.Order = _order++;
        _due.Add(timer);
    }

    private T Locked<T>(Func<T> action)
    {
        lock (_lock) return action();
    }

    private sealed class Timer(ManualTime time, TimerCallback callback, object? state) : ITimer
    {
        private bool _disposed;

        public TimeSpan Due { get; set; }

        public TimeSpan Period { get; set; }

        public long Order { get; set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period) => time.Locked(() =>
        {
            if (!_disposed) time.Schedule(this, dueTime, period);
            return !_disposed;
        });

        public void Dispose() => time.Locked(() => _disposed = time._due.Remove(this) || true);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
