using System.Diagnostics;
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
    private readonly TimeSpan _lookOut;
    private readonly SemaphoreSlim _places;
    private readonly object _state = new();
    private readonly Thread _thread;

    // Under the lock.
    private readonly Queue<Work> _queue = new();
    private bool _closing, _isAsleep;

    // Changed under the lock; the thread looks at it without.
    private bool _hasWork;

    // The thread's own.
    private readonly List<Work> _group = [];
    private long _commits;

    public GroupWriter(DatabaseFile file, Session session, LogKeeper log, DatabaseOptions options)
    {
        (_file, _session, _log) = (file, session, log);
        (_groupSize, _lookOut) = (options.GroupSize, options.LookOut);
        _places = new SemaphoreSlim(options.QueueLength);
        _thread = new Thread(Run) { IsBackground = true, Name = $"{Path.GetFileName(file.Path)} writer" };
        _thread.Start();
    }

    /// <summary>The transactions so far.</summary>
    public long Commits => Volatile.Read(ref _commits);

    public async Task<T> WriteAsync<T>(Func<Session, T> work, CancellationToken stop)
    {
        await _places.WaitAsync(stop);
        var next = new Work<T>(work, stop) { HoldsPlace = true };
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
            _closing = _hasWork = true;
            Monitor.Pulse(_state);
        }
        _thread.Join();
        if (truncate) LogKeeper.TryTruncate(_session);
        _session.Dispose();
    }

    /// <summary>Adds a work at once, whether or not there is a place for it. False when the writer ends: it is not carried out.</summary>
    public bool TryAdd(Work work)
    {
        lock (_state)
        {
            if (_closing) return false;
            _queue.Enqueue(work);
            _hasWork = true;
            if (_isAsleep) Monitor.Pulse(_state);
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
        LookOut();
        var places = 0;
        lock (_state)
        {
            while (_queue.Count == 0)
            {
                if (_closing) return false;
                _isAsleep = true;
                Monitor.Wait(_state);
                _isAsleep = false;
            }
            while (_group.Count < _groupSize && _queue.TryDequeue(out var work))
            {
                _group.Add(work);
                if (work.HoldsPlace) places++;
            }
            _hasWork = _closing || _queue.Count > 0;
        }
        if (places > 0) _places.Release(places);
        return true;
    }

    // Who waits for one write after the other sends the next soon: not to fall asleep before spares both a wake-up.
    private void LookOut()
    {
        if (Environment.ProcessorCount == 1) return;
        var began = Stopwatch.GetTimestamp();
        while (!Volatile.Read(ref _hasWork) && Stopwatch.GetElapsedTime(began) < _lookOut) Thread.Yield();
    }

    // One transaction of the works from this one on, and where the next begins: an error that ends the transaction takes the works before
    // it along, those behind it get another.
    private int CarryOut(int from)
    {
        var next = from;
        Exception? failure = null;
        try
        {
            _session.Statement("BEGIN IMMEDIATE").Run();
            // One that is alone is undone with the transaction.
            if (next + 1 == _group.Count) failure = Try(_group[next++]);
            else while (next < _group.Count && failure is null) failure = Attempt(_group[next++]);
            if (failure is null) _session.Statement("COMMIT").Run();
            Volatile.Write(ref _commits, _commits + 1);
        }
        catch (SqliteException e)
        {
            failure = e;
            if (next == from) next = _group.Count;
        }
        if (failure is not null) RollBack();
        for (var i = from; i < next; i++) _group[i].End(failure is null ? null : StorageException.From(failure, _file.Path));
        return next;
    }

    // Within a savepoint: what ended the transaction; null when it goes on, whether or not the work succeeded.
    private Exception? Attempt(Work work)
    {
        _session.Statement("SAVEPOINT work").Run();
        if (Try(work) is not { } failure)
        {
            _session.Statement("RELEASE work").Run();
            return null;
        }
        if (!_session.IsInTransaction) return failure;
        _session.Statement("ROLLBACK TO work").Run();
        _session.Statement("RELEASE work").Run();
        return null;
    }

    private Exception? Try(Work work)
    {
        try
        {
            if (work.IsCancelled) throw new OperationCanceledException();
            work.Run(_session);
            return null;
        }
        catch (Exception e)
        {
            work.Failure = e is SqliteException ? StorageException.From(e, _file.Path) : e;
            return e;
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
