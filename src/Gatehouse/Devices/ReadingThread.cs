namespace Gatehouse.Devices;

/// <summary>A background thread that carries out rounds of reads until it is left behind; then it ends with its present read.</summary>
internal sealed class ReadingThread
{
    private const int StackSize = 256 * 1024;

    private readonly HungReads _hung;
    private readonly TimeProvider _time;
    private readonly object _state = new();

    // Under the lock.
    private IReadOnlyList<AbandonableRead> _reads = [];
    private TaskCompletionSource? _round;
    private int _next;
    private long? _since;
    private bool _left;

    public ReadingThread(string owner, HungReads hung, TimeProvider time)
    {
        (_hung, _time) = (hung, time);
        new Thread(Run, StackSize) { IsBackground = true, Name = $"{owner} reads" }.Start();
    }

    /// <summary>Begins a round; the round before has ended. Completes when the last read has.</summary>
    public Task ReadAsync(IReadOnlyList<AbandonableRead> reads, int from)
    {
        var round = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_state)
        {
            (_reads, _next, _round) = (reads, from, round);
            Monitor.Pulse(_state);
        }
        return round.Task;
    }

    /// <summary>Leaves it behind when its present read has taken this long; returns the read to go on with.</summary>
    public int? LeaveAfter(TimeSpan patience)
    {
        lock (_state)
        {
            // Not begun yet: the machine is busy, not the device.
            if (_since is not { } since || _time.GetElapsedTime(since) < patience) return null;
            _left = true;
            return _next;
        }
    }

    /// <summary>It ends as soon as its present read lets it.</summary>
    public void Leave()
    {
        lock (_state)
        {
            _left = true;
            Monitor.Pulse(_state);
        }
    }

    private void Run()
    {
        while (Next() is { } read) read.CarryOut(_hung, _time);
    }

    // Waits for the next read; null when this thread was left behind.
    private AbandonableRead? Next()
    {
        lock (_state)
        {
            while (!_left)
            {
                if (_round is not null && _next < _reads.Count)
                {
                    _since = _time.GetTimestamp();
                    return _reads[_next++];
                }
                _round?.SetResult();
                (_round, _since) = (null, null);
                Monitor.Wait(_state);
            }
            return null;
        }
    }
}
