namespace Gatehouse.Tests.Support;

public sealed class ManualTimeTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualTime _time = new();

    [Fact]
    public void Nothing_moves_by_itself()
    {
        Assert.Equal(_time.GetUtcNow(), _time.GetUtcNow());
        Assert.Equal(_time.GetTimestamp(), _time.GetTimestamp());
    }

    [Fact]
    public void Advancing_moves_both_clocks()
    {
        var (stamp, now) = (_time.GetTimestamp(), _time.GetUtcNow());
        _time.Advance(3 * Second);
        Assert.Equal(3 * Second, _time.GetElapsedTime(stamp));
        Assert.Equal(3 * Second, _time.GetUtcNow() - now);
    }

    [Fact]
    public void Stepping_moves_the_wall_clock_alone()
    {
        var (stamp, now) = (_time.GetTimestamp(), _time.GetUtcNow());
        _time.StepWallClock(-60 * Second);
        Assert.Equal(TimeSpan.Zero, _time.GetElapsedTime(stamp));
        Assert.Equal(-60 * Second, _time.GetUtcNow() - now);
    }

    [Fact]
    public void Timers_fire_in_order_of_their_due_time_and_see_it()
    {
        var fired = new List<string>();
        var start = _time.GetUtcNow();
        foreach (var due in (int[])[3, 1, 2, 9])
            Start(() => fired.Add($"{due} at {(_time.GetUtcNow() - start).TotalSeconds}"), due * Second);
        _time.Advance(5 * Second);
        Assert.Equal(["1 at 1", "2 at 2", "3 at 3"], fired);
        Assert.Equal(5 * Second, _time.GetUtcNow() - start);
        Assert.Equal(1, _time.Waiting);
    }

    [Fact]
    public void Timers_of_the_same_instant_fire_in_order_of_their_start()
    {
        var fired = new List<int>();
        for (var i = 0; i < 5; i++)
        {
            var number = i;
            Start(() => fired.Add(number), Second);
        }

        _time.Advance(Second);
        Assert.Equal([0, 1, 2, 3, 4], fired);
    }

    [Fact]
    public void A_periodic_timer_fires_each_time_until_disposed()
    {
        var count = 0;
        var timer = Start(() => count++, Second, 2 * Second);
        _time.Advance(6 * Second);
        Assert.Equal(3, count);
        timer.Dispose();
        _time.Advance(6 * Second);
        Assert.Equal(3, count);
        Assert.False(timer.Change(Second, Second));
    }

    [Fact]
    public void A_timer_that_a_callback_starts_fires_in_the_same_advance()
    {
        var fired = false;
        Start(() => Start(() => fired = true, Second), Second);
        _time.Advance(2 * Second);
        Assert.True(fired);
    }

    [Fact]
    public void A_timer_due_at_once_fires_at_the_next_advance()
    {
        var fired = false;
        Start(() => fired = true, TimeSpan.Zero);
        Assert.False(fired);
        _time.Advance(TimeSpan.Zero);
        Assert.True(fired);
    }

    [Fact]
    public void A_changed_timer_fires_at_its_new_time_only()
    {
        var count = 0;
        var timer = Start(() => count++, Second);
        timer.Change(3 * Second, Timeout.InfiniteTimeSpan);
        _time.Advance(2 * Second);
        Assert.Equal(0, count);
        _time.Advance(Second);
        Assert.Equal(1, count);
    }

    [Fact]
    public async Task A_delay_ends_when_its_time_has_come()
    {
        var delay = Task.Delay(Second, _time, TestContext.Current.CancellationToken);
        Assert.False(delay.IsCompleted);
        _time.Advance(Second);
        await delay;
    }

    [Fact]
    public async Task A_cancellation_comes_when_its_time_has_come()
    {
        using var source = new CancellationTokenSource(Second, _time);
        _time.Advance(Second);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Delay(Second, _time, source.Token));
    }

    private ITimer Start(Action action, TimeSpan due, TimeSpan? period = null) =>
        _time.CreateTimer(_ => action(), null, due, period ?? Timeout.InfiniteTimeSpan);
}
