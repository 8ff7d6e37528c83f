using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage;

/// <summary>
/// Keeps the write-ahead log from growing for ever. SQLite moves it into the file by itself, but begins it anew only when no reader stands
/// in it, and with many readers one always does. So beyond a limit the writer waits for them; who begins to read meanwhile reads the file.
/// </summary>
internal sealed partial class LogKeeper(DatabaseFile file, DatabaseOptions options, ILogger logger)
{
    /// <summary>The pause after an attempt that readers prevented.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private long? _prevented;
    private bool _told;

    /// <summary>After each transaction, on the writer's thread.</summary>
    public void Tend(Session session)
    {
        var length = file.LogLength;
        if (length <= options.LogLimit || (_prevented is { } since && options.Time.GetElapsedTime(since) < Pause)) return;
        if (TryTruncate(session))
        {
            (_prevented, _told) = (null, false);
            return;
        }
        _prevented = options.Time.GetTimestamp();
        if (_told) return;
        _told = true;
        LogGrows(file.Path, length);
    }

    /// <summary>Moves the log into the file and empties it; false when somebody reads in it, or the disk does not take it.</summary>
    public static bool TryTruncate(Session session)
    {
        try
        {
            using var result = session.Command("PRAGMA wal_checkpoint(TRUNCATE)").ExecuteReader();
            return result.Read() && result.GetInt64(0) == 0;
        }
        catch (SqliteException)
        {
            return false; // nothing is lost: the log holds it
        }
    }

    [LoggerMessage(2005, LogLevel.Warning,
        "The write-ahead log of {Path} has {Length} bytes and cannot begin anew: a reader holds it, or the disk is full")]
    private partial void LogGrows(string path, long length);
}
