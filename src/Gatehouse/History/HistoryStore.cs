using System.Diagnostics.CodeAnalysis;
using Gatehouse.Storage;

namespace Gatehouse.History;

/// <summary>
/// The recorded past: <see cref="HistoryMemory"/> and the file behind it. Appending never waits for the disk;
/// <see cref="CommitAsync(CancellationToken)"/> brings what was appended there. Any thread.
/// </summary>
internal sealed partial class HistoryStore : IAsyncDisposable
{
    /// <summary>The journal is emptied into blocks at the latest after this long.</summary>
    public static readonly TimeSpan FlushPeriod = TimeSpan.FromMinutes(10);

    /// <summary>The journal is emptied into blocks when they have grown by so many bytes.</summary>
    public const long FlushBytes = 16 * 1024 * 1024;

    /// <summary>How many bytes of points may wait in memory for a disk that takes none; what comes then is not recorded.</summary>
    public const long MostWaiting = 96 * 1024 * 1024;

    private readonly Database _database;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _committing = new(1);
    private readonly Lock _memoryLock = new();

    // Under the lock.
    private readonly HistoryMemory _memory = new();
    private long _appended;

    // Under the semaphore.
    private readonly Journal _journal = new();
    private long _flushedAt;

    private HistoryStore(Database database, TimeProvider time, ILogger logger)
    {
        (_database, _time, _logger) = (database, time, logger);
        _flushedAt = time.GetTimestamp();
    }

    public string Path => _database.Path;

    /// <summary>Where the damaged file that stood here was moved; null when there was none.</summary>
    public string? SetAside => _database.SetAside;

    /// <summary>How many points were appended in this run.</summary>
    public long Appended => Volatile.Read(ref _appended);

    /// <summary>Bytes of points that wait in memory for their place in blocks; up to <see cref="MostWaiting"/>.</summary>
    public long Waiting => Locked(m => m.UnflushedBytes);

    public int SeriesCount => Locked(m => m.All.Count);

    /// <summary>Opens the file, takes up what the journal holds, and brings that to its place.</summary>
    /// <exception cref="StorageException">It cannot be used.</exception>
    public static async Task<HistoryStore> OpenAsync(string path, TimeProvider time, ILogger<HistoryStore> logger, ILogger<Database> log)
    {
        var database = Database.Open(path, HistoryTables.Migrations, log, new DatabaseOptions { Time = time });
        try
        {
            var store = new HistoryStore(database, time, logger);
            var damaged = database.Read(session => HistoryLoader.Load(session, store._memory));
            if (damaged > 0) LogJournalDamaged(logger, path, damaged);
            if (store.Waiting > 0) await store.FlushAsync();
            return store;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>The series of this name, made when it is new.</summary>
    public Series SeriesOf(string key, bool isDemo = false) => Locked(m => m.SeriesOf(key, isDemo));

    /// <summary>The series of this name; null when it would be a new one and there are so many.</summary>
    public Series? TrySeriesOf(string key, bool isDemo, int most) => Locked(m => m.HasRoomFor(key, most) ? m.SeriesOf(key, isDemo) : null);

    /// <summary>Whether there is a series of this name, or may be a new one.</summary>
    public bool HasRoomFor(string key, int most) => Locked(m => m.HasRoomFor(key, most));

    public bool TryFind(string key, [NotNullWhen(true)] out Series? series)
    {
        series = Locked(m => m.Find(key));
        return series is not null;
    }

    /// <summary>All series with what was recorded of them last.</summary>
    public IReadOnlyList<(Series Series, Point? Newest)> Newest()
    {
        lock (_memoryLock)
        {
            var newest = new (Series, Point?)[_memory.All.Count];
            for (var i = 0; i < newest.Length; i++) newest[i] = (_memory.All[i], _memory.All[i].Newest);
            return newest;
        }
    }

    /// <summary>Appends points, each to its series. They can be queried at once, and are safe after the next commit.</summary>
    /// <param name="isPresent">True for what arrives now; false for what is brought in later and is no news when it is old.</param>
    /// <returns>How many were taken: all, or none when too much waits for a disk that takes nothing.</returns>
    public int Append(ReadOnlySpan<(Series Series, Point Point)> points, bool isPresent = true)
    {
        lock (_memoryLock)
        {
            if (_memory.UnflushedBytes >= MostWaiting) return 0;
            foreach (ref readonly var one in points) _memory.Append(one.Series, one.Point, isPresent);
            _appended += points.Length;
            return points.Length;
        }
    }

    /// <summary>Brings all that was appended before to the disk; now and then, from the journal into blocks and roll-ups.</summary>
    /// <exception cref="StorageException">It is not on disk; the next commit tries again.</exception>
    public Task CommitAsync(CancellationToken stop = default) => CommitAsync(isFlush: false, stop);

    /// <summary>Brings all that was appended before into its place in blocks and roll-ups, which empties the journal.</summary>
    /// <inheritdoc cref="CommitAsync(CancellationToken)"/>
    public Task FlushAsync(CancellationToken stop = default) => CommitAsync(isFlush: true, stop);

    /// <summary>What memory has of a series and the file may not have. Take it before reading the file.</summary>
    public SeriesMemory Take(Series series) => Locked(m => m.Take(series));

    /// <summary>Reads the file as it stands at one commit.</summary>
    /// <exception cref="StorageException">It cannot be read.</exception>
    public T Read<T>(Func<Session, T> read) => _database.Read(read);

    /// <summary>Changes the file beside appending: for what deletes from it.</summary>
    /// <exception cref="StorageException">It was not done.</exception>
    public Task<T> WriteAsync<T>(Func<Session, T> work, CancellationToken stop) => _database.WriteAsync(work, stop);

    /// <summary>Gives the file another name: it was found damaged. The store cannot be used any more.</summary>
    public void MoveAside() => _database.MoveAside();

    /// <summary>Flushes, if the disk lets it, and closes the file. What was committed is safe either way.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await FlushAsync();
        }
        catch (Exception e) when (e is StorageException or ObjectDisposedException)
        {
            LogNotFlushed(_logger, Path, e.Message);
        }
        _database.Dispose();
        _committing.Dispose();
    }

    private async Task CommitAsync(bool isFlush, CancellationToken stop)
    {
        await _committing.WaitAsync(stop);
        try
        {
            Flush? flush;
            lock (_memoryLock)
            {
                _memory.Fill(_journal);
                flush = isFlush || _memory.UnflushedBytes >= FlushBytes || _time.GetElapsedTime(_flushedAt) >= FlushPeriod
                    ? _memory.TakeFlush() : null;
            }
            if (flush is not null) await StoreAsync(flush);
            else if (!_journal.IsEmpty) await WriteAsync(session => HistoryTables.Append(session, _journal));
            _journal.Clear();
        }
        finally
        {
            _committing.Release();
        }
    }

    private async Task StoreAsync(Flush flush)
    {
        try
        {
            await WriteAsync(session => HistoryTables.Apply(session, flush));
        }
        catch
        {
            if (!IsStored(flush))
            {
                lock (_memoryLock) _memory.Return(flush);
                throw;
            }
        }
        lock (_memoryLock) _memory.Confirm(flush);
        _flushedAt = _time.GetTimestamp();
    }

    private Task<bool> WriteAsync(Action<Session> work) => _database.WriteAsync(
        session =>
        {
            work(session);
            return true;
        },
        CancellationToken.None);

    // A commit may report an error and have been done all the same: to store it again would count its points twice.
    private bool IsStored(Flush flush)
    {
        try
        {
            return _database.Read(HistoryTables.Generation) == flush.Generation;
        }
        catch (Exception e) when (e is StorageException or ObjectDisposedException)
        {
            return false;
        }
    }

    private T Locked<T>(Func<HistoryMemory, T> use)
    {
        lock (_memoryLock) return use(_memory);
    }

    [LoggerMessage(6001, LogLevel.Error, "{Count} entries of the journal of {Path} are damaged and were left out")]
    private static partial void LogJournalDamaged(ILogger logger, string path, int count);

    [LoggerMessage(6002, LogLevel.Warning, "{Path} was closed with its journal full, which the next start takes up: {Reason}")]
    private static partial void LogNotFlushed(ILogger logger, string path, string reason);
}
