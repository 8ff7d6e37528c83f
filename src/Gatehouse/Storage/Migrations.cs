using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage;

/// <summary>
/// Brings a file's tables to what this program knows. A file of one owner keeps its version where SQLite has a place for it; in a shared
/// file the table <c>migration</c> has one for each slice.
/// </summary>
internal static class Migrations
{
    /// <summary>For a file whose tables all belong to one owner.</summary>
    public static void Apply(Session session, string path, IReadOnlyList<Migration> migrations) =>
        Apply(
            session, path, "its tables", migrations,
            () => Number(session.Command("PRAGMA user_version")),
            version => session.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {version}")));

    /// <summary>For a file that slices share.</summary>
    public static void Apply(Session session, string path, IReadOnlyList<MigrationSet> sets)
    {
        session.Execute("CREATE TABLE IF NOT EXISTS migration (slice TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID");
        foreach (var (slice, migrations) in sets)
        {
            Apply(
                session, path, $"its tables of '{slice}'", migrations,
                () => VersionOf(session, slice), version => SetVersion(session, slice, version));
        }
    }

    private static void Apply(
        Session session, string path, string what, IReadOnlyList<Migration> migrations, Func<long> version, Action<int> setVersion)
    {
        var (present, known) = (version(), migrations.Count == 0 ? 0 : migrations[^1].Version);
        if (present > known)
        {
            throw new StorageException(StorageFault.Failed, string.Create(
                CultureInfo.InvariantCulture,
                $"{path} was written by a newer Gatehouse ({what} have version {present}, this one knows {known}); "
                + $"run that one, or move the file away to begin anew"));
        }
        for (var i = 0; i < migrations.Count; i++)
        {
            if (migrations[i].Version != i + 1) throw new ArgumentException($"Migration {i + 1} of {what} has another version.");
            if (migrations[i].Version > present) Step(session, migrations[i], setVersion);
        }
    }

    private static void Step(Session session, Migration migration, Action<int> setVersion)
    {
        session.Execute("BEGIN IMMEDIATE");
        try
        {
            session.Execute(migration.Sql);
            setVersion(migration.Version);
            session.Execute("COMMIT");
        }
        catch (SqliteException)
        {
            if (session.IsInTransaction) session.Execute("ROLLBACK");
            throw;
        }
    }

    private static long VersionOf(Session session, string slice)
    {
        var command = session.Command("SELECT coalesce(max(version), 0) FROM migration WHERE slice = $slice");
        command.Parameters.AddWithValue("$slice", slice);
        return Number(command);
    }

    private static void SetVersion(Session session, string slice, int version)
    {
        var command = session.Command("INSERT OR REPLACE INTO migration VALUES ($slice, $version)");
        command.Parameters.AddWithValue("$slice", slice);
        command.Parameters.AddWithValue("$version", version);
        command.ExecuteNonQuery();
    }

    private static long Number(SqliteCommand command) => (long)command.ExecuteScalar()!;
}
