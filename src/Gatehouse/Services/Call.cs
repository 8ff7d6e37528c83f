using Gatehouse.Sdk.Values;

namespace Gatehouse.Services;

/// <summary>
/// One request on its way. Ends exactly once: by its owner, its deadline or its caller, whoever is first. Derive from it to be told on the
/// thread that ended it.
/// </summary>
/// <remarks>
/// Not pooled: an owner that answers after the deadline must find its own call, not another's. Any thread.
/// </remarks>
internal abstract class Call(string name, Frames frames, TimeSpan deadline, Origin origin)
{
    private const int Pending = 0, Ended = 1;

    private int _state;
    private ITimer? _timer;
    private TimeProvider? _time;
    private long _armed;
    private ServiceInstruments? _instruments;
    private ServiceTally? _tally;
    private CancellationTokenSource? _abandon;

    public string Name { get; } = name;

    public Frames Frames { get; } = frames;

    /// <summary>How long the caller waits, from the moment it is sent.</summary>
    public TimeSpan Deadline { get; } = deadline;

    public Origin Origin { get; } = origin;

    /// <summary>1 for the first try; greater when an earlier try may have been carried out already.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>The id of the durable request that this delivers; null for a plain call.</summary>
    public string? RequestId { get; init; }

    /// <summary>Whether the owner may carry it out again by itself when a try came to nothing; else that is left to the caller.</summary>
    public bool MayRepeat { get; init; } = true;

    /// <summary>Nobody waits for an answer: it is done when it has been handed on.</summary>
    public bool OneWay { get; init; }

    /// <summary>True when nobody waits any more: answered, too late, or given up.</summary>
    public bool HasEnded => Volatile.Read(ref _state) == Ended;

    /// <summary>Cancelled when the call ends before its owner answered: work for it may stop.</summary>
    public CancellationToken Abandoned
    {
        get
        {
            var source = LazyInitializer.EnsureInitialized(ref _abandon);
            if (HasEnded) source.Cancel();
            return source.Token;
        }
    }

    /// <summary>Ends the call. False when it had ended already: the reply is dropped and counted.</summary>
    public bool Complete(in Reply reply)
    {
        if (Interlocked.Exchange(ref _state, Ended) == Ended)
        {
            _instruments?.Late();
            return false;
        }
        _tally?.Count(reply.Status);
        if (Volatile.Read(ref _time) is { } time) _tally?.Count(time.GetElapsedTime(_armed));
        Interlocked.Exchange(ref _timer, null)?.Dispose();
        Volatile.Read(ref _abandon)?.Cancel();
        OnEnded(reply);
        return true;
    }

    /// <summary>Called once, on the thread that ended the call. Must not wait.</summary>
    protected abstract void OnEnded(in Reply reply);

    internal void Observe(ServiceInstruments instruments, ServiceTally tally) => (_instruments, _tally) = (instruments, tally);

    /// <summary>Starts the clock, unless the call has ended already.</summary>
    internal void Arm(TimeProvider time)
    {
        // Only now: a call that was answered at once needs no clock.
        _armed = time.GetTimestamp();
        Volatile.Write(ref _time, time);
        var timer = time.CreateTimer(static call => ((Call)call!).Expire(), this, Deadline, Timeout.InfiniteTimeSpan);
        Interlocked.Exchange(ref _timer, timer);
        if (HasEnded) Interlocked.Exchange(ref _timer, null)?.Dispose();
    }

    // An owner that is just answering wins or loses like anybody; the deadline itself is not a late answer.
    private void Expire()
    {
        if (!HasEnded) Complete(Reply.Timeout(Name, Deadline));
    }
}
