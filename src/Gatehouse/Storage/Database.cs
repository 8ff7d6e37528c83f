using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage;

/// <summary>
/// One SQLite file: one thread writes, in groups that one flush to the disk serves; any thread reads. What was acknowledged is on disk
/// (write-ahead log, <c>synchronous = FULL</c>).
/// </summary>
/// <remarks>
/// At most <see cref="DatabaseOptions.QueueLength"/> works wait for the writer; a caller beyond that waits for a place without holding a
/// thread. All members may be called from any thread, except that <see cref="Dispose"/> is not called within a read or a work.
/// </remarks>
internal sealed partial class Database : IDisposable
{
    private static int _libraryTold;

    private readonly DatabaseFile _file;
    private readonly ILogger<Database> _logger;
    private readonly GroupWriter _writer;
    private readonly ReaderPool _readers;
    private int _closed;

    private Database(DatabaseFile file, Session session, string? setAside, ILogger<Database> logger, DatabaseOptions options)
    {
        (_file, _logger, SetAside) = (file, logger, setAside);
        _writer = new GroupWriter(file, session, new LogKeeper(file, options, logger), options);
        _readers = new ReaderPool(file, options.IdleReaders);
    }

    public string Path => _file.Path;

    /// <summary>Where the damaged file that stood here was moved; null when there was none.</summary>
    public string? SetAside { get; private set; }

    /// <summary>The transactions so far.</summary>
    internal long Commits => _writer.Commits;

    /// <summary>Opens the file of one owner, or makes it. A damaged one is set aside, and a new one begun.</summary>
    /// <exception cref="StorageException">It cannot be used: no rights, no room, or it was written by a newer Gatehouse.</exception>
    public static Database Open(
        string path, IReadOnlyList<Migration> migrations, ILogger<Database> logger, DatabaseOptions? options = null) =>
        OpenFile(path, session => Migrations.Apply(session, path, migrations), logger, options ?? new DatabaseOptions());

    /// <summary>Opens a file that several slices share, each with tables of its own.</summary>
    /// <inheritdoc cref="Open(string, IReadOnlyList{Migration}, ILogger{Database}, DatabaseOptions?)"/>
    public static Database OpenShared(
        string path, IReadOnlyList<MigrationSet> sets, ILogger<Database> logger, DatabaseOptions? options = null) =>
        OpenFile(path, session => Migrations.Apply(session, path, sets), logger, options ?? new DatabaseOptions());

    /// <summary>
    /// Carries out <paramref name="work"/> on the writer's thread, in a transaction that it may share with others; it is undone alone when
    /// it throws. Returns when it is on disk.
    /// </summary>
    /// <param name="stop">Has an effect until the work begins.</param>
    /// <exception cref="StorageException">It is not stored. Later works may be: a full disk can get room again.</exception>
    public Task<T> WriteAsync<T>(Func<Session, T> work, CancellationToken stop = default) => _writer.WriteAsync(work, stop);

    /// <summary>
    /// Carries out a work as <see cref="WriteAsync"/> does, and tells it on the writer's thread. It takes no place of those that wait: who
    /// uses this has few works at a time.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The database is closed.</exception>
    public void Write(Work work) => ObjectDisposedException.ThrowIf(!_writer.TryAdd(work), typeof(Database));

    /// <summary>Reads what was committed; the whole call sees the file as it stood at one commit.</summary>
    /// <exception cref="StorageException">It cannot be read.</exception>
    public T Read<T>(Func<Session, T> read)
    {
        try
        {
            return _readers.Read(read);
        }
        catch (SqliteException e)
        {
            throw StorageException.From(e, Path);
        }
    }

    /// <summary>Closes the file and gives it, with those beside it, another name: it was found damaged.</summary>
    /// <exception cref="StorageException">It cannot be renamed; it is closed all the same.</exception>
    public void MoveAside()
    {
        Close(truncate: false);
        try
        {
            SetAside = SetFileAside(_file, _logger, "found while it was used");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StorageException.From(e, Path);
        }
    }

    /// <summary>Finishes what waits, and closes the file.</summary>
    public void Dispose() => Close(truncate: true);

    private static Database OpenFile(string path, Action<Session> migrate, ILogger<Database> logger, DatabaseOptions options)
    {
        var library = SqliteLibrary.Use();
        if (Interlocked.Exchange(ref _libraryTold, 1) == 0) LogLibrary(logger, library);
        var file = new DatabaseFile(path, options);
        try
        {
            var setAside = file.IsLogAlone() ? SetFileAside(file, logger, "it is empty, but its write-ahead log is not")
                : file.IsHeadDamaged() ? SetFileAside(file, logger, "it does not begin as a database does")
                : null;
            var logWasDamaged = file.IsLogDamaged();
            if (logWasDamaged) LogLogDamaged(logger, path, file.SetLogAside());
            try
            {
                return new Database(file, Prepare(file, migrate, logWasDamaged), setAside, logger, options);
            }
            catch (SqliteException e) when (StorageException.From(e, path).Fault == StorageFault.Damaged)
            {
                setAside = SetFileAside(file, logger, e.Message);
                return new Database(file, Prepare(file, migrate, isSuspect: false), setAside, logger, options);
            }
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw StorageException.From(e, path);
        }
    }

    private static Session Prepare(DatabaseFile file, Action<Session> migrate, bool isSuspect)
    {
        var session = file.OpenWriter();
        try
        {
            file.Check(session, isSuspect);
            migrate(session);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    private static string SetFileAside(DatabaseFile file, ILogger logger, string reason)
    {
        var to = file.SetAside();
        LogDamaged(logger, file.Path, to, reason);
        return to;
    }

    private void Close(bool truncate)
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0) return;
        _readers.Close();
        _writer.Close(truncate);
    }


    [LoggerMessage(2001, LogLevel.Debug, "SQLite {Library} is used")]
    private static partial void LogLibrary(ILogger logger, string library);

    [LoggerMessage(2002, LogLevel.Error,
        "{Path} is damaged ({Reason}). It was set aside as {To}; a new one is begun, and what the old one held is missing")]
    private static partial void LogDamaged(ILogger logger, string path, string to, string reason);

    [LoggerMessage(2003, LogLevel.Error,
        "The write-ahead log of {Path} is damaged. It was set aside as {To}; the latest changes may be missing")]
    private static partial void LogLogDamaged(ILogger logger, string path, string to);
}
