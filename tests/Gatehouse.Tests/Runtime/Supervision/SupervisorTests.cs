using Gatehouse.Runtime.Supervision;
using Gatehouse.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatehouse.Tests.Runtime.Supervision;

public sealed class SupervisorTests
{
    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;
    private readonly ManualTime _time = new();

    [Fact]
    public async Task A_part_that_fails_is_started_again_with_growing_pauses()
    {
        var pauses = new List<PartStatus>();
        var runs = 0;
        var supervisor = New(_ => ++runs < 4 ? throw new IOException($"failure {runs}") : Task.CompletedTask);
        supervisor.Changed += status =>
        {
            if (status.State == PartState.BackingOff) pauses.Add(status);
        };
        var running = supervisor.RunAsync(_stop);
        foreach (var pause in new[] { 0.5, 1, 2 })
        {
            await UntilAsync(() => _time.Waiting == 1 && supervisor.Status.State == PartState.BackingOff);
            _time.Advance(TimeSpan.FromSeconds(pause - 0.01));
            Assert.Equal(PartState.BackingOff, supervisor.Status.State);
            _time.Advance(TimeSpan.FromSeconds(0.01));
        }
        Assert.True(await running);
        Assert.Equal(
            (PartState.Stopped, 3, "failure 3"),
            (supervisor.Status.State, supervisor.Status.Restarts, supervisor.Status.LastError));
        Assert.Equal(["failure 1", "failure 2", "failure 3"], pauses.Select(p => p.LastError));
    }

    [Fact]
    public async Task An_essential_part_is_given_up_after_failures_in_a_row()
    {
        var supervisor = New(_ => throw new IOException("no"), RestartPolicy.Essential with { FirstPause = TimeSpan.Zero });
        Assert.False(await supervisor.RunAsync(_stop));
        Assert.Equal((PartState.Failed, 4), (supervisor.Status.State, supervisor.Status.Restarts));
    }

    [Fact]
    public async Task A_part_that_ran_long_enough_fails_for_the_first_time_again()
    {
        var fail = new SemaphoreSlim(0);
        var supervisor = New(async _ =>
        {
            await fail.WaitAsync(_stop);
            throw new IOException("no");
        }, RestartPolicy.Patient with { GiveUpAfter = 2 });
        var running = supervisor.RunAsync(_stop);
        await UntilAsync(() => supervisor.Status.State == PartState.Running);
        for (var i = 0; i < 4; i++)
        {
            _time.Advance(TimeSpan.FromMinutes(2));
            fail.Release();
            await UntilAsync(() => supervisor.Status.State == PartState.BackingOff && _time.Waiting == 1);
            _time.Advance(TimeSpan.FromSeconds(1));
            await UntilAsync(() => supervisor.Status.State == PartState.Running);
        }
        fail.Release();
        Assert.False(await running);
    }

    [Fact]
    public async Task A_part_that_obeys_its_token_is_stopped_not_failed()
    {
        using var stop = new CancellationTokenSource();
        var supervisor = New(token => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token));
        var running = supervisor.RunAsync(stop.Token);
        await UntilAsync(() => supervisor.Status.State == PartState.Running);
        await stop.CancelAsync();
        Assert.True(await running);
        Assert.Equal((PartState.Stopped, null), (supervisor.Status.State, supervisor.Status.LastError));
    }

    [Fact]
    public async Task A_silent_part_that_does_not_obey_is_left_behind_and_started_again_at_most_so_often()
    {
        var hang = new TaskCompletionSource();
        var runs = 0;
        var silence = TimeSpan.Zero;
        var supervisor = New(_ =>
        {
            Interlocked.Increment(ref runs);
            return hang.Task;
        }, RestartPolicy.Patient with { FirstPause = TimeSpan.FromMilliseconds(1) }, () => (silence, TimeSpan.FromSeconds(30)));
        var running = supervisor.RunAsync(_stop);
        silence = TimeSpan.FromSeconds(31);
        while (!running.IsCompleted)
        {
            // Time stands until the pool has begun the run that it passes for.
            var hasBegun = supervisor.Status.State != PartState.Running || Volatile.Read(ref runs) > supervisor.Status.Restarts;
            if (hasBegun) _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        Assert.False(await running);
        Assert.Equal((Supervisor.MostAbandoned + 1, PartState.Failed), (runs, supervisor.Status.State));
        Assert.StartsWith("No sign of life for 31 s", supervisor.Status.LastError, StringComparison.Ordinal);
        hang.SetResult();
    }

    [Fact]
    public async Task A_silent_part_that_fails_when_it_is_ended_is_said_to_have_been_silent()
    {
        var supervisor = New(
            token =>
            {
                // At once, before any time passes.
                var run = new TaskCompletionSource();
                token.Register(() => run.SetException(new IOException("cable out")));
                return run.Task;
            },
            RestartPolicy.Patient with { GiveUpAfter = 1 },
            () => (TimeSpan.FromHours(1), TimeSpan.FromSeconds(30)));
        var running = supervisor.RunAsync(_stop);
        while (!running.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        Assert.False(await running);
        Assert.StartsWith("No sign of life for 3600 s", supervisor.Status.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_run_owes_no_sign_of_life_before_it_is_as_old_as_its_silence_may_be()
    {
        using var stop = new CancellationTokenSource();
        var supervisor = New(
            token => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token),
            silence: () => (TimeSpan.FromHours(1), TimeSpan.FromSeconds(30)));
        var running = supervisor.RunAsync(stop.Token);
        await UntilAsync(() => _time.Waiting > 0);
        for (var i = 0; i < 30; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            for (var turn = 0; turn < 100; turn++) await Task.Yield();
        }
        Assert.Equal((PartState.Running, null), (supervisor.Status.State, supervisor.Status.LastError));
        await stop.CancelAsync();
        Assert.True(await running);
    }

    [Fact]
    public void Pauses_double_up_to_the_longest_and_jitter_by_a_fifth()
    {
        var policy = RestartPolicy.Patient;
        Assert.Equal([0.5, 1, 2, 4, 60], new[] { 1, 2, 3, 4, 1000 }.Select(failures => policy.Pause(failures, 0.5).TotalSeconds));
        Assert.Equal((0.4, 0.6), (policy.Pause(1, 0).TotalSeconds, policy.Pause(1, 1).TotalSeconds));
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition()) await Task.Yield();
    }

    private Supervisor New(Func<CancellationToken, Task> run, RestartPolicy? policy = null, Func<(TimeSpan, TimeSpan)>? silence = null) =>
        new(new Supervised("part", run, policy ?? RestartPolicy.Patient, silence), _time, NullLogger<Supervisor>.Instance, () => 0.5);
}
