using Gatehouse.Storage;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Security;

/// <summary>The sessions in <c>hub.db</c>. Whoever reads the file can open none of them: it has their secrets' digests alone.</summary>
internal sealed class SessionTable(HubDatabase database)
{
    public static readonly MigrationSet Migrations = new("security",
    [
        new(1, """
            CREATE TABLE session
            (
                id TEXT PRIMARY KEY,
                secret BLOB NOT NULL UNIQUE, -- its SHA-256
                created INTEGER NOT NULL, -- milliseconds of Unix time, as seen is
                seen INTEGER NOT NULL,
                address TEXT NOT NULL,
                agent TEXT NOT NULL
            ) WITHOUT ROWID
            """),
    ]);

    /// <exception cref="StorageException">They cannot be read.</exception>
    public List<BrowserSession> ReadAll() => database.Read(session =>
    {
        using var reader = session.Command("SELECT id, secret, created, seen, address, agent FROM session").ExecuteReader();
        var all = new List<BrowserSession>();
        while (reader.Read()) all.Add(Read(reader));
        return all;
    });

    /// <summary>Adds one and removes others; returns when that is on disk.</summary>
    /// <exception cref="StorageException">It is not kept, and nothing has changed.</exception>
    public Task AddAsync(BrowserSession added, IReadOnlyCollection<BrowserSession> removed, CancellationToken stop) => database.WriteAsync(
        session =>
        {
            foreach (var one in removed) Remove(session, one);
            var command = session.Command("INSERT INTO session VALUES ($id, $secret, $created, $seen, $address, $agent)");
            command.Parameters.AddWithValue("$id", added.Id);
            command.Parameters.AddWithValue("$secret", added.Secret.Bytes.ToArray());
            command.Parameters.AddWithValue("$created", added.Created.ToUnixTimeMilliseconds());
            command.Parameters.AddWithValue("$seen", added.LastSeen.ToUnixTimeMilliseconds());
            command.Parameters.AddWithValue("$address", added.Address);
            command.Parameters.AddWithValue("$agent", added.Agent);
            return command.ExecuteNonQuery();
        },
        stop);

    /// <summary>Writes when one was seen last.</summary>
    /// <exception cref="StorageException">That is not kept.</exception>
    public Task SeeAsync(BrowserSession seen, CancellationToken stop) => database.WriteAsync(
        session =>
        {
            var command = session.Command("UPDATE session SET seen = $seen WHERE id = $id");
            command.Parameters.AddWithValue("$seen", seen.LastSeen.ToUnixTimeMilliseconds());
            command.Parameters.AddWithValue("$id", seen.Id);
            return command.ExecuteNonQuery();
        },
        stop);

    /// <summary>Removes one; returns when that is on disk.</summary>
    /// <exception cref="StorageException">It is there still.</exception>
    public Task RemoveAsync(BrowserSession removed, CancellationToken stop) =>
        database.WriteAsync(session => Remove(session, removed), stop);

    private static int Remove(Session session, BrowserSession removed)
    {
        var command = session.Command("DELETE FROM session WHERE id = $id");
        command.Parameters.AddWithValue("$id", removed.Id);
        return command.ExecuteNonQuery();
    }

    private static BrowserSession Read(SqliteDataReader reader) => new(
        reader.GetString(0), Digest.Kept(reader.GetFieldValue<byte[]>(1)), DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(2)),
        DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(3)), reader.GetString(4), reader.GetString(5));
}
