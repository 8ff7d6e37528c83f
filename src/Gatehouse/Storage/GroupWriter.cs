using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage;

/// <summary>
/// The one thread that writes. Whatever waits is carried out in one transaction, each work in a savepoint of its own, so that one flush to
/// the disk serves many; those who wait learn of it after the flush.
/// </summary>
#pragma warning disable CA1001 // the semaphore has no handle to free, and those who still wait for it must be let go
internal sealed class GroupWriter
#pragma warning restore CA1001
{
    private readonly DatabaseFile _file;
    private readonly Session _session;
    private readonly LogKeeper _log;
    private readonly int _groupSize;
    private readonly SemaphoreSlim _places;
    private readonly object _state = new();
    private readonly Thread _thread;

    // Under the lock.
    private readonly Queue<Work> _queue = new();
    private bool _closing;

    // The thread's own.
    private readonly List<Work> _group = [];
    private long _commits;

    public GroupWriter(DatabaseFile file, Session session, LogKeeper log, DatabaseOptions options)
    {
        (_file, _session, _log, _groupSize) = (file, session, log, options.GroupSize);
        _places = new SemaphoreSlim(options.QueueLength);
        _thread = new Thread(Run) { IsBackground = true, Name = $"{Path.GetFileName(file.Path)} writer" };
        _thread.Start();
    }

    /// <summary>The transactions so far.</summary>
    public long Commits => Volatile.Read(ref _commits);

    public async Task<T> WriteAsync<T>(Func<Session, T> work, CancellationToken stop)
    {
        await _places.WaitAsync(stop);
        var next = new Work<T>(work, stop);
        if (!TryAdd(next))
        {
            _places.Release(); // for the next who waits, to whom the same is said
            throw new ObjectDisposedException(nameof(Database));
        }
        return await next.Done;
    }

    /// <summary>Carries out what waits, ends the thread, moves the log into the file if wanted, and closes the connection.</summary>
    public void Close(bool truncate)
    {
        lock (_state)
        {
            _closing = true;
            Monitor.Pulse(_state);
        }
        _thread.Join();
        if (truncate) LogKeeper.TryTruncate(_session);
        _session.Dispose();
    }

    private bool TryAdd(Work work)
    {
        lock (_state)
        {
            if (_closing) return false;
            _queue.Enqueue(work);
            Monitor.Pulse(_state);
            return true;
        }
    }

    private void Run()
    {
        while (TakeGroup())
        {
            for (var from = 0; from < _group.Count;) from = CarryOut(from);
            _group.Clear();
            _log.Tend(_session);
        }
    }

    private bool TakeGroup()
    {
        lock (_state)
        {
            while (_queue.Count == 0)
            {
                if (_closing) return false;
                Monitor.Wait(_state);
            }
            while (_group.Count < _groupSize && _queue.TryDequeue(out var work)) _group.Add(work);
        }
        _places.Release(_group.Count);
        return true;
    }

    // One transaction of the works from this one on, and where the next begins: an error that ends the transaction takes the works before
    // it along, those behind it get another.
    private int CarryOut(int from)
    {
        var next = from;
        Exception? failure = null;
        try
        {
            _session.Execute("BEGIN IMMEDIATE");
            while (next < _group.Count && failure is null) failure = Attempt(_group[next++]);
            if (failure is null) _session.Execute("COMMIT");
            Volatile.Write(ref _commits, _commits + 1);
        }
        catch (SqliteException e)
        {
            failure = e;
            if (next == from) next = _group.Count;
        }
        if (failure is not null) RollBack();
        for (var i = from; i < next; i++) _group[i].Settle(failure is null ? null : StorageException.From(failure, _file.Path));
        return next;
    }

    // What ended the transaction; null when it goes on, whether or not the work succeeded.
    private Exception? Attempt(Work work)
    {
        if (work.IsCancelled)
        {
            work.Failure = new OperationCanceledException();
            return null;
        }
        _session.Execute("SAVEPOINT work");
        try
        {
            work.Run(_session);
            _session.Execute("RELEASE work");
            return null;
        }
        catch (Exception e)
        {
            work.Failure = e is SqliteException ? StorageException.From(e, _file.Path) : e;
            if (!_session.IsInTransaction) return e;
            _session.Execute("ROLLBACK TO work");
            _session.Execute("RELEASE work");
            return null;
        }
    }

    private void RollBack()
    {
        try
        {
            if (_session.IsInTransaction) _session.Execute("ROLLBACK");
        }
        catch (SqliteException)
        {
            // It was rolled back by the error itself; the next BEGIN tells if not.
        }
    }
}
