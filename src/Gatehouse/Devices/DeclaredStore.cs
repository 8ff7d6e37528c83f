using Gatehouse.Storage;

namespace Gatehouse.Devices;

/// <summary>The declared devices in <c>hub.db</c>. Their table is made with that of the <see cref="EditStore"/>.</summary>
internal sealed class DeclaredStore(HubDatabase database)
{
    /// <summary>Every declared device: its name in the hub and its JSON.</summary>
    /// <exception cref="StorageException">They cannot be read.</exception>
    public List<(string Name, string Json)> ReadAll() => database.Read(session =>
    {
        using var reader = session.Command("SELECT name, json FROM declared_device ORDER BY name").ExecuteReader();
        var all = new List<(string, string)>();
        while (reader.Read()) all.Add((reader.GetString(0), reader.GetString(1)));
        return all;
    });

    /// <summary>The JSON of one, as it was declared; null when there is none of this name.</summary>
    /// <exception cref="StorageException">It cannot be read.</exception>
    public string? Find(string name) => database.Read(session =>
    {
        var command = session.Command("SELECT json FROM declared_device WHERE name = $name");
        command.Parameters.AddWithValue("$name", name);
        return command.ExecuteScalar() as string;
    });

    /// <summary>Keeps a device; false when there is one of this name.</summary>
    /// <exception cref="StorageException">It is not kept.</exception>
    public Task<bool> AddAsync(string name, string json, CancellationToken stop) => database.WriteAsync(
        session =>
        {
            var command = session.Command("INSERT OR IGNORE INTO declared_device VALUES ($name, $json)");
            command.Parameters.AddWithValue("$name", name);
            command.Parameters.AddWithValue("$json", json);
            return command.ExecuteNonQuery() == 1;
        },
        stop);

    /// <summary>Forgets a device with its edits; false when there is none of this name.</summary>
    /// <exception cref="StorageException">It is still there.</exception>
    public Task<bool> RemoveAsync(string name, CancellationToken stop) => database.WriteAsync(
        session =>
        {
            var command = session.Command("DELETE FROM declared_device WHERE name = $name");
            command.Parameters.AddWithValue("$name", name);
            if (command.ExecuteNonQuery() == 0) return false;
            EditStore.Forget(session, name);
            return true;
        },
        stop);
}
