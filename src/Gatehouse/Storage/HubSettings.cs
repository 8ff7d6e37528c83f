using System.Collections.Concurrent;

namespace Gatehouse.Storage;

/// <summary>
/// Small choices of slices that last, by name, such as <c>demo.removed</c>. What users configure is not here but in the settings. Any
/// thread; reading costs a look into memory.
/// </summary>
internal sealed partial class HubSettings
{
    public static readonly MigrationSet Migrations = new(
        "settings", [new(1, "CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID")]);

    private readonly HubDatabase _database;
    private readonly ConcurrentDictionary<string, Kept> _kept = new(StringComparer.Ordinal);

    // The writer's own.
    private long _version;

    public HubSettings(HubDatabase database, ILogger<HubSettings> logger)
    {
        _database = database;
        try
        {
            foreach (var (name, value) in database.Read(ReadAll)) _kept[name] = new Kept(value, 0);
        }
        catch (StorageException e)
        {
            LogUnknown(logger, e.Message);
        }
    }

    /// <summary>What was kept; null when nothing was, or it cannot be read.</summary>
    public string? Get(string name) => _kept.TryGetValue(name, out var kept) ? kept.Value : null;

    /// <summary>Keeps a value, or with null forgets it; returns when that is on disk.</summary>
    /// <exception cref="StorageException">It is not kept, and nothing has changed.</exception>
    public async Task SetAsync(string name, string? value, CancellationToken stop)
    {
        var kept = await _database.WriteAsync(session => Write(session, name, value), stop);
        _kept.AddOrUpdate(name, kept, (_, other) => other.Version > kept.Version ? other : kept);
    }

    // Versions count on the writer's thread, so that of two that come back at once the later one stays.
    private Kept Write(Session session, string name, string? value)
    {
        var command = session.Command(
            value is null ? "DELETE FROM setting WHERE name = $name" : "INSERT OR REPLACE INTO setting VALUES ($name, $value)");
        command.Parameters.AddWithValue("$name", name);
        if (value is not null) command.Parameters.AddWithValue("$value", value);
        command.ExecuteNonQuery();
        return new Kept(value, ++_version);
    }

    private static List<(string Name, string Value)> ReadAll(Session session)
    {
        using var reader = session.Command("SELECT name, value FROM setting").ExecuteReader();
        var all = new List<(string, string)>();
        while (reader.Read()) all.Add((reader.GetString(0), reader.GetString(1)));
        return all;
    }

    private sealed record Kept(string? Value, long Version);

    [LoggerMessage(2007, LogLevel.Error, "The choices that were kept are not known, as if none had been made: {Reason}")]
    private static partial void LogUnknown(ILogger logger, string reason);
}
