namespace Gatehouse.Storage;

/// <summary>The connections that read. Each read sees the file as it stood at one commit, whatever the writer does meanwhile.</summary>
internal sealed class ReaderPool(DatabaseFile file, int idleLimit)
{
    private readonly object _state = new();

    // Under the lock.
    private readonly Stack<Session> _idle = new();
    private int _reading;
    private bool _closed;

    public T Read<T>(Func<Session, T> read)
    {
        var session = Take();
        var isSound = false;
        try
        {
            session ??= file.OpenReader();
            session.Execute("BEGIN");
            var result = read(session);
            session.Execute("COMMIT");
            isSound = true;
            return result;
        }
        finally
        {
            Return(session, isSound);
        }
    }

    /// <summary>
    /// Waits for the reads under way, then closes all: a reader that ended later would delete the log of the next file here.
    /// </summary>
    public void Close()
    {
        lock (_state)
        {
            _closed = true;
            while (_reading > 0) Monitor.Wait(_state);
            while (_idle.TryPop(out var session)) session.Dispose();
        }
    }

    private Session? Take()
    {
        lock (_state)
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(Database));
            _reading++;
            return _idle.TryPop(out var session) ? session : null;
        }
    }

    // One whose read failed is not used again: its transaction may still be open.
    private void Return(Session? session, bool isSound)
    {
        if (!isSound) session?.Dispose();
        lock (_state)
        {
            if (isSound && session is not null && _idle.Count < idleLimit) _idle.Push(session);
            else session?.Dispose();
            if (--_reading == 0) Monitor.PulseAll(_state);
        }
    }
}
