namespace Gatehouse.Devices;

/// <summary>
/// Something of a device that is read by calls which may never return. It is either idle, read by one thread, or ended; a read that was
/// left behind publishes when it does come back, unless the run that it belongs to has ended by then.
/// </summary>
/// <param name="name">Names it in messages; the same in every run.</param>
/// <param name="family">The reads that are likely to hang together with it.</param>
internal abstract class AbandonableRead(string name, string? family = null) : IDisposable
{
    private readonly Lock _state = new();
    private bool _reading;
    private bool _ended;
    private long _since;
    private HungReads? _hung;
    private Exception? _failure;

    public string Name { get; } = name;

    public string Family { get; } = family ?? name;

    /// <summary>Reads and parses, on a thread of the reader. May block; touches only what no other member uses while it runs.</summary>
    protected abstract void Read();

    /// <summary>Sets what was read. Must not block.</summary>
    protected abstract void Publish();

    /// <summary>Gives back what <see cref="Publish"/> made, while a read may be under way. No publishing follows.</summary>
    protected abstract void Leave();

    /// <summary>Gives back what <see cref="Read"/> opened. No read is under way and none follows.</summary>
    protected abstract void Close();

    /// <summary>What a read died of, once.</summary>
    internal Exception? TakeFailure()
    {
        lock (_state)
        {
            var failure = _failure;
            _failure = null;
            return failure;
        }
    }

    /// <summary>Reads and publishes, unless a read is under way or must not start.</summary>
    internal void CarryOut(HungReads hung, TimeProvider time)
    {
        lock (_state)
        {
            if (_reading || _ended || !hung.MayStart(Name, Family)) return;
            (_reading, _since) = (true, time.GetTimestamp());
        }
        var failure = Attempt(Read);
        lock (_state)
        {
            _reading = false;
            _hung?.Remove(Name);
            _hung = null;
            _failure = _ended ? null : failure ?? Attempt(Publish);
            if (_ended) Close();
        }
    }

    /// <summary>The others go on without it.</summary>
    internal void LeaveBehind(HungReads hung)
    {
        lock (_state)
        {
            if (!_reading) return;
            _hung = hung;
            hung.Leave(Name, Family);
        }
    }

    /// <summary>Counts it as hung when it has been read for longer than the limit.</summary>
    internal void CheckHung(HungReads hung, TimeProvider time, TimeSpan limit)
    {
        lock (_state)
        {
            if (_reading && time.GetElapsedTime(_since) > limit) Abandon(hung);
        }
    }

    /// <summary>The run ends. A read that is still under way is remembered, as hung if it was left behind before.</summary>
    internal void End(HungReads hung)
    {
        lock (_state)
        {
            if (_reading && _hung is not null) Abandon(hung);
            else if (_reading) LeaveBehind(hung);
        }
        Dispose();
    }

    public void Dispose()
    {
        lock (_state)
        {
            if (_ended) return;
            _ended = true;
            Leave();
            if (!_reading) Close();
        }
    }

    private void Abandon(HungReads hung)
    {
        _hung = hung;
        hung.Add(Name, Family);
    }

    // The outermost frame of a reading thread: what escaped would end the process. The reader throws it to its driver.
    private static Exception? Attempt(Action step)
    {
        try
        {
            step();
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }
}
