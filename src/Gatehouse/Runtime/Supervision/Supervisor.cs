namespace Gatehouse.Runtime.Supervision;

/// <summary>What a supervisor runs.</summary>
/// <param name="Name">Unique in the hub.</param>
/// <param name="RunAsync">Runs until the token is cancelled; throwing is a failure, returning is an end.</param>
/// <param name="Policy">When it is started again.</param>
/// <param name="Silence">How long it has given no sign of life, and how long it may; null for parts that owe none.</param>
internal sealed record Supervised(
    string Name, Func<CancellationToken, Task> RunAsync, RestartPolicy Policy, Func<(TimeSpan Silence, TimeSpan Allowed)>? Silence = null);

/// <summary>
/// Keeps one part running: starts it, starts it again after a failure with growing pauses, leaves a part behind that hangs, gives up when
/// the policy says so. The only retry loop of the hub.
/// </summary>
internal sealed partial class Supervisor(Supervised part, TimeProvider time, ILogger<Supervisor> logger, Func<double> random)
{
    /// <summary>Runs of a hung part that may be left behind; with one more the part is down for good.</summary>
    public const int MostAbandoned = 2;

    /// <summary>How long a part may take to obey its token.</summary>
    public static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan WatchPeriod = TimeSpan.FromSeconds(1);

    private int _abandoned;
    private volatile PartStatus _status = new(part.Name, PartState.Waiting, time.GetUtcNow(), 0, null);

    /// <summary>Raised after each change of <see cref="Status"/>, on the supervisor's own flow.</summary>
    public event Action<PartStatus>? Changed;

    public PartStatus Status => _status;

    /// <summary>Runs until the token is cancelled or the part has ended. Never throws for the part's failures.</summary>
    /// <returns>True unless the supervisor gave up.</returns>
    public async Task<bool> RunAsync(CancellationToken stop)
    {
        var failures = 0;
        while (!stop.IsCancellationRequested)
        {
            var started = time.GetTimestamp();
            Become(PartState.Running);
            var error = await RunOnceAsync(stop);
            if (error is null || stop.IsCancellationRequested) break;

            failures = time.GetElapsedTime(started) >= part.Policy.HealthyAfter ? 1 : failures + 1;
            if (failures >= part.Policy.GiveUpAfter || _abandoned > MostAbandoned)
            {
                LogGaveUp(part.Name, failures, error);
                Become(PartState.Failed, error);
                return false;
            }
            var pause = part.Policy.Pause(failures, random());
            LogFailed(part.Name, pause.TotalSeconds, error);
            Become(PartState.BackingOff, error);
            if (!await PauseAsync(pause, stop)) break;
            _status = _status with { Restarts = _status.Restarts + 1 };
        }
        Become(PartState.Stopped);
        return true;
    }

    private async Task<Exception?> RunOnceAsync(CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        // On the pool: a part that blocks before its first await must not hold up the others.
        var running = Task.Run(() => part.RunAsync(ending.Token), CancellationToken.None);
        var hung = await WatchAsync(running, stop);
        await ending.CancelAsync();
        try
        {
            await running.WaitAsync(StopPatience, time, CancellationToken.None);
            return hung;
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            return hung;
        }
        catch (TimeoutException e) when (!running.IsCompleted)
        {
            _abandoned++;
            LogAbandoned(part.Name, _abandoned);
            return hung ?? e;
        }
        catch (Exception e)
        {
            // Also when it ended just as the patience did: why it was ended says more than that.
            return hung ?? e;
        }
    }

    // Returns when the part has ended, must stop, or has been silent for too long; then with that as the error.
    private async Task<Exception?> WatchAsync(Task running, CancellationToken stop)
    {
        if (part.Silence is null)
        {
            await running.WaitAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return null;
        }
        var started = time.GetTimestamp();
        using var timer = new PeriodicTimer(WatchPeriod, time);
        while (!running.IsCompleted && !stop.IsCancellationRequested)
        {
            await Task.WhenAny(running, timer.WaitForNextTickAsync(stop).AsTask());
            var (silence, allowed) = part.Silence();
            // The last sign may be that of the run before: this one owes none until it is as old.
            if (silence > allowed && time.GetElapsedTime(started) > allowed && !running.IsCompleted)
            {
                return new TimeoutException(
                    $"No sign of life for {silence.TotalSeconds:0} s; at most {allowed.TotalSeconds:0} s are allowed.");
            }
        }
        return null;
    }

    private async Task<bool> PauseAsync(TimeSpan pause, CancellationToken stop)
    {
        try
        {
            await Task.Delay(pause, time, stop);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private void Become(PartState state, Exception? error = null)
    {
        _status = _status with { State = state, Since = time.GetUtcNow(), LastError = error?.Message ?? _status.LastError };
        Changed?.Invoke(_status);
    }

    [LoggerMessage(1051, LogLevel.Error, "Part {Part} failed and starts again in {Seconds:0.0} s")]
    private partial void LogFailed(string part, double seconds, Exception e);

    [LoggerMessage(1052, LogLevel.Critical, "Part {Part} failed {Failures} times and stays down")]
    private partial void LogGaveUp(string part, int failures, Exception e);

    [LoggerMessage(1053, LogLevel.Warning, "Part {Part} does not stop and is left behind ({Count} so far)")]
    private partial void LogAbandoned(string part, int count);
}
