using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage;

/// <summary>The file of a database and those beside it: how it is opened and checked, and where it goes when it is damaged.</summary>
internal sealed class DatabaseFile(string path, DatabaseOptions options)
{
    private const string Log = "-wal";

    private static readonly string[] Beside = [Log, "-shm", "-journal"];

    public string Path => path;

    /// <summary>The bytes of its write-ahead log.</summary>
    public long LogLength => new FileInfo(path + Log) is { Exists: true } log ? log.Length : 0;

    /// <summary>A connection for the writer; makes the file when there is none.</summary>
    public Session OpenWriter()
    {
        var session = Open(SqliteOpenMode.ReadWriteCreate);
        try
        {
            // The size of a page is that of a new file alone.
            session.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA page_size = {options.PageSize}"));
            session.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON");
            session.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA journal_size_limit = {options.LogLimit}"));
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>A connection that can only read; the writer's is open.</summary>
    public Session OpenReader() => Open(SqliteOpenMode.ReadOnly);

    /// <summary>Reads the file through, unless it is large and nothing is known against it.</summary>
    /// <exception cref="SqliteException">It is damaged.</exception>
    public void Check(Session session, bool isSuspect)
    {
        if (!isSuspect && new FileInfo(path).Length > options.CheckUpTo)
        {
            session.Command("SELECT count(*) FROM sqlite_master").ExecuteScalar();
            return;
        }
        var found = (string)session.Command("PRAGMA quick_check(1)").ExecuteScalar()!;
        if (found != "ok") throw new SqliteException(found, SQLitePCL.raw.SQLITE_CORRUPT);
    }

    /// <summary>True when a log stands without the file that it belongs to: SQLite would delete it.</summary>
    public bool IsLogAlone() => LogLength > 0 && new FileInfo(path) is not { Exists: true, Length: > 0 };

    /// <summary>True when there is something in the file, but not what a database begins with.</summary>
    public bool IsHeadDamaged() => Head(path, DatabaseHead.Size) is { Length: > 0 } head && !DatabaseHead.IsSound(head);

    /// <summary>True when there is a log with something in it, but not what a log begins with.</summary>
    public bool IsLogDamaged() => LogLength > WriteAheadLog.HeadSize && !WriteAheadLog.IsSound(Head(path + Log, WriteAheadLog.HeadSize));

    /// <summary>Renames the file and those beside it, so that they still belong together; the new name.</summary>
    public string SetAside()
    {
        var to = FreeName(path);
        foreach (var name in Beside) Rename(path + name, to + name);
        Rename(path, to);
        return to;
    }

    /// <summary>Renames the log alone; the new name.</summary>
    public string SetLogAside()
    {
        var to = FreeName(path + Log);
        Rename(path + Log, to);
        return to;
    }

    private static byte[] Head(string path, int size)
    {
        if (!File.Exists(path)) return [];
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var head = new byte[size];
        return head[..RandomAccess.Read(file, head, 0)];
    }

    private static void Rename(string from, string to)
    {
        if (File.Exists(from)) File.Move(from, to);
    }

    private string FreeName(string name)
    {
        var stamp = options.Time.GetUtcNow().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var free = $"{name}.damaged-{stamp}";
        for (var i = 2; File.Exists(free) || File.Exists(free + Log); i++)
        {
            free = string.Create(CultureInfo.InvariantCulture, $"{name}.damaged-{stamp}-{i}");
        }
        return free;
    }

    private Session Open(SqliteOpenMode mode)
    {
        var text = new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString();
        // The client's own waiting, on top of SQLite's, is kept short: it sleeps.
        var session = new Session(new SqliteConnection(text) { DefaultTimeout = 1 });
        try
        {
            session.Connection.Open();
            session.Execute(string.Create(
                CultureInfo.InvariantCulture,
                $"PRAGMA busy_timeout = {options.BusyPatience.TotalMilliseconds:0}; PRAGMA cache_size = {-options.CacheSize / 1024}"));
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }
}
