using Gatehouse.Storage;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Requests.Store;

/// <summary>
/// The store's tables in <c>hub.db</c>. A section stays when its last key goes, as it does in RasPy, where whoever deletes a key twice is
/// told the same twice. Within a transaction of the caller's.
/// </summary>
internal static class StoreTables
{
    public static readonly MigrationSet Migrations = new("store",
    [
        new(1, """
            CREATE TABLE store_section
            (
                id INTEGER PRIMARY KEY,
                service TEXT NOT NULL,
                name TEXT NOT NULL,
                UNIQUE (service, name)
            );
            CREATE TABLE store_entry
            (
                id INTEGER PRIMARY KEY,
                section INTEGER NOT NULL REFERENCES store_section (id),
                folded TEXT NOT NULL, -- the key in lower case
                key TEXT NOT NULL,
                value BLOB NOT NULL,
                UNIQUE (section, folded, key)
            );
            CREATE TABLE store_total
            (
                entries INTEGER NOT NULL, -- keys and sections
                size INTEGER NOT NULL -- bytes of values and all names
            );
            INSERT INTO store_total VALUES (0, 0)
            """),
    ]);

    /// <summary>The number of a section; null when there is none.</summary>
    public static long? FindSection(Session session, string service, string section) =>
        (long?)Command(session, "SELECT id FROM store_section WHERE service = $a AND name = $b", service, section).ExecuteScalar();

    public static long AddSection(Session session, string service, string section) => (long)Command(
        session, "INSERT INTO store_section (service, name) VALUES ($a, $b) RETURNING id", service, section).ExecuteScalar()!;

    /// <summary>The number of a key's row and its value; null when there is none.</summary>
    public static (long Id, byte[] Value)? Find(Session session, long section, string key, bool ignoreCase)
    {
        var command = ignoreCase
            ? Command(
                session,
                "SELECT id, value FROM store_entry WHERE section = $a AND folded = $b ORDER BY key <> $c, key LIMIT 1",
                section, StoreName.Fold(key), key)
            : Command(
                session, "SELECT id, value FROM store_entry WHERE section = $a AND folded = $b AND key = $c",
                section, StoreName.Fold(key), key);
        using var reader = command.ExecuteReader();
        return reader.Read() ? (reader.GetInt64(0), (byte[])reader.GetValue(1)) : null;
    }

    public static void Add(Session session, long section, string key, byte[] value) => Command(
        session, "INSERT INTO store_entry (section, folded, key, value) VALUES ($a, $b, $c, $d)",
        section, StoreName.Fold(key), key, value).ExecuteNonQuery();

    public static void Change(Session session, long id, byte[] value) =>
        Command(session, "UPDATE store_entry SET value = $b WHERE id = $a", id, value).ExecuteNonQuery();

    /// <summary>Deletes a key in all spellings that count as this one; how many there were, and their bytes.</summary>
    public static StoreTotal Delete(Session session, long section, string key, bool ignoreCase)
    {
        const string Spelled = "section = $a AND folded = $b AND (key = $c OR $d)";
        var total = TotalOf(Command(
            session, "SELECT count(*), ifnull(sum(length(value) + length(CAST(key AS BLOB))), 0) FROM store_entry WHERE " + Spelled,
            section, StoreName.Fold(key), key, ignoreCase));
        if (total.Entries > 0)
        {
            Command(session, "DELETE FROM store_entry WHERE " + Spelled, section, StoreName.Fold(key), key, ignoreCase).ExecuteNonQuery();
        }
        return total;
    }

    /// <summary>Deletes a section, or all of a service; how many entries went, with their bytes.</summary>
    public static StoreTotal Delete(Session session, string service, string? section)
    {
        const string Chosen = "SELECT id FROM store_section WHERE service = $a AND ($b IS NULL OR name = $b)";
        object second = section is null ? DBNull.Value : section;
        var keys = TotalOf(Command(
            session,
            $"SELECT count(*), ifnull(sum(length(value) + length(CAST(key AS BLOB))), 0) FROM store_entry WHERE section IN ({Chosen})",
            service, second));
        var sections = TotalOf(Command(
            session,
            "SELECT count(*), ifnull(sum(length(CAST(service AS BLOB)) + length(CAST(name AS BLOB))), 0) FROM store_section "
            + $"WHERE id IN ({Chosen})",
            service, second));
        if (sections.Entries == 0) return default;
        Command(session, $"DELETE FROM store_entry WHERE section IN ({Chosen})", service, second).ExecuteNonQuery();
        Command(session, "DELETE FROM store_section WHERE service = $a AND ($b IS NULL OR name = $b)", service, second).ExecuteNonQuery();
        return new StoreTotal(keys.Entries + sections.Entries, keys.Size + sections.Size);
    }

    /// <summary>The services after one, in order; the first, after "".</summary>
    public static List<string> Services(Session session, string after, int limit) => Names(Command(
        session, "SELECT DISTINCT service FROM store_section WHERE service > $a ORDER BY service LIMIT $b", after, limit));

    public static List<string> Sections(Session session, string service, string after, int limit) => Names(Command(
        session, "SELECT name FROM store_section WHERE service = $a AND name > $b ORDER BY name LIMIT $c", service, after, limit));

    public static List<string> Keys(Session session, long section, string after, int limit) => Names(Command(
        session, "SELECT key FROM store_entry WHERE section = $a AND key > $b ORDER BY key LIMIT $c", section, after, limit));

    public static StoreTotal Total(Session session) => TotalOf(session.Command("SELECT entries, size FROM store_total"));

    public static void AddToTotal(Session session, StoreTotal change) => Command(
        session, "UPDATE store_total SET entries = entries + $a, size = size + $b", change.Entries, change.Size).ExecuteNonQuery();

    private static List<string> Names(SqliteCommand command)
    {
        using var reader = command.ExecuteReader();
        var names = new List<string>();
        while (reader.Read()) names.Add(reader.GetString(0));
        return names;
    }

    private static StoreTotal TotalOf(SqliteCommand command)
    {
        using var reader = command.ExecuteReader();
        reader.Read();
        return new StoreTotal(reader.GetInt64(0), reader.GetInt64(1));
    }

    private static SqliteCommand Command(Session session, string sql, params ReadOnlySpan<object> parameters)
    {
        var command = session.Command(sql);
        for (var i = 0; i < parameters.Length; i++) command.Parameters.AddWithValue(Names4[i], parameters[i]);
        return command;
    }

    private static readonly string[] Names4 = ["$a", "$b", "$c", "$d"];
}

/// <summary>How much there is in the store.</summary>
/// <param name="Entries">Keys and sections.</param>
/// <param name="Size">The bytes of values, and of all names.</param>
internal readonly record struct StoreTotal(long Entries, long Size);
