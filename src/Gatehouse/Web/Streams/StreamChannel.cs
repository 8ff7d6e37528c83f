using Gatehouse.Runtime.Logs;
using Gatehouse.Web.Events;

namespace Gatehouse.Web.Streams;

/// <summary>Something that one client follows: a cursor of its own, which costs nobody anything while the client does not read.</summary>
internal abstract class StreamChannel(int number, Action pulse) : IDisposable
{
    private volatile bool _isArmed;

    protected int Number => number;

    /// <summary>Builds the next message; false when the client has seen everything. Never waits.</summary>
    /// <param name="message">Where it is built.</param>
    /// <param name="mayGoOn">There may be another at once.</param>
    public abstract bool TryWrite(StreamMessage message, out bool mayGoOn);

    /// <summary>Has the connection's loop told when there is news, at once when there is some already.</summary>
    public void Arm()
    {
        if (_isArmed) return;
        _isArmed = true;
        Rearm();
    }

    public abstract void Dispose();

    protected abstract void Rearm();

    protected void Wake()
    {
        _isArmed = false;
        pulse();
    }
}

/// <summary>Follows changes.</summary>
internal sealed class ChangesChannel : StreamChannel
{
    private readonly ChangeCursor _cursor;

    public ChangesChannel(int number, ChangeCursor cursor, Action pulse) : base(number, pulse)
    {
        _cursor = cursor;
        _cursor.WakeBy(Wake);
    }

    public override bool TryWrite(StreamMessage message, out bool mayGoOn)
    {
        var isThere = _cursor.TryRead(out var next);
        mayGoOn = next.MayGoOn;
        if (isThere) message.Change(Number, next);
        return isThere;
    }

    public override void Dispose() => _cursor.Dispose();

    protected override void Rearm() => _cursor.Rearm();
}

/// <summary>Follows the log.</summary>
internal sealed class LogChannel : StreamChannel
{
    private readonly LogCursor _cursor;
    private bool _isFirst = true;

    public LogChannel(int number, LogTail tail, StreamLog request, Action pulse) : base(number, pulse) =>
        _cursor = new LogCursor(tail, request.Least, request.After ?? 0, Wake);

    // Also when there are none: then the client knows that it has what there is.
    public override bool TryWrite(StreamMessage message, out bool mayGoOn)
    {
        var reading = _cursor.Read();
        mayGoOn = reading.Records.Count > 0;
        if (!mayGoOn && reading.Lost == 0 && !_isFirst) return false;
        _isFirst = false;
        message.Records(Number, reading);
        return true;
    }

    public override void Dispose() => _cursor.Dispose();

    protected override void Rearm() => _cursor.Rearm();
}
