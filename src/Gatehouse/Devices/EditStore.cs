using System.Buffers;
using System.Text;
using Gatehouse.Runtime;
using Gatehouse.Sdk.Devices;
using Gatehouse.Sdk.Values;
using Gatehouse.Storage;

namespace Gatehouse.Devices;

/// <summary>The edits of all devices in <c>hub.db</c>, one row for each field. A device that is not there keeps its edits.</summary>
internal sealed class EditStore(HubDatabase database)
{
    public static readonly MigrationSet Migrations = new("devices",
    [
        new(1, """
            CREATE TABLE device_edit
            (
                device TEXT NOT NULL,
                property TEXT NOT NULL, -- '' for the device itself
                field TEXT NOT NULL,
                value TEXT NOT NULL, -- JSON
                PRIMARY KEY (device, property, field)
            ) WITHOUT ROWID;
            CREATE TABLE declared_device
            (
                name TEXT PRIMARY KEY, -- of the device in the hub
                json TEXT NOT NULL -- as it was declared
            ) WITHOUT ROWID
            """),
    ]);

    // The writer's own.
    private long _version;

    /// <summary>The edits of all devices, by device.</summary>
    /// <exception cref="StorageException">They cannot be read.</exception>
    public Dictionary<string, DeviceEdits> ReadAll() => database.Read(session =>
    {
        var rows = new List<(string Device, FieldEdit Edit)>();
        using var reader = session.Command("SELECT device, property, field, value FROM device_edit").ExecuteReader();
        while (reader.Read()) rows.Add((reader.GetString(0), ToEdit(reader.GetString(1), reader.GetString(2), reader.GetString(3))));
        return rows.GroupBy(r => r.Device, r => r.Edit).ToDictionary(g => g.Key, g => new DeviceEdits(g), StringComparer.Ordinal);
    });

    /// <summary>Adds to the edits of a device, unless <paramref name="objection"/> has something against what comes of it.</summary>
    /// <returns>All edits of the device, with a number that is greater for later ones.</returns>
    /// <exception cref="StorageException">They are not kept.</exception>
    public Task<EditOutcome> MergeAsync(
        string device, IReadOnlyList<FieldEdit> edits, Func<DeviceEdits, FieldError?> objection, CancellationToken stop) =>
        database.WriteAsync(
            session =>
            {
                var all = Read(session, device).With(edits);
                if (objection(all) is { } error) return new EditOutcome(all, 0, error);
                foreach (var edit in edits) Write(session, device, edit);
                return new EditOutcome(all, ++_version, null);
            },
            stop);

    /// <summary>Forgets all edits of a device, in a work of somebody else's.</summary>
    public static void Forget(Session session, string device)
    {
        var command = session.Command("DELETE FROM device_edit WHERE device = $device");
        command.Parameters.AddWithValue("$device", device);
        command.ExecuteNonQuery();
    }

    private static DeviceEdits Read(Session session, string device)
    {
        var command = session.Command("SELECT property, field, value FROM device_edit WHERE device = $device");
        command.Parameters.AddWithValue("$device", device);
        using var reader = command.ExecuteReader();
        var edits = new List<FieldEdit>();
        while (reader.Read()) edits.Add(ToEdit(reader.GetString(0), reader.GetString(1), reader.GetString(2)));
        return new DeviceEdits(edits);
    }

    private static void Write(Session session, string device, FieldEdit edit)
    {
        var isTakenBack = edit.Value.Kind == ValueKind.Null;
        var command = session.Command(isTakenBack
            ? "DELETE FROM device_edit WHERE device = $device AND property = $property AND field = $field"
            : "INSERT OR REPLACE INTO device_edit VALUES ($device, $property, $field, $value)");
        command.Parameters.AddWithValue("$device", device);
        command.Parameters.AddWithValue("$property", edit.Property ?? "");
        command.Parameters.AddWithValue("$field", edit.Field);
        if (!isTakenBack) command.Parameters.AddWithValue("$value", Json(edit.Value));
        command.ExecuteNonQuery();
    }

    private static string Json(Value value)
    {
        var output = new ArrayBufferWriter<byte>();
        value.WriteJson(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static FieldEdit ToEdit(string property, string field, string value)
    {
        _ = Value.TryParse(Encoding.UTF8.GetBytes(value), out var read); // what is no JSON says nothing
        return new FieldEdit(field, read, property.Length == 0 ? null : property);
    }
}

/// <summary>What came of an edit.</summary>
/// <param name="Edits">All edits of the device.</param>
/// <param name="Version">Greater for later ones.</param>
/// <param name="Error">Why nothing was changed; null when it was.</param>
internal sealed record EditOutcome(DeviceEdits Edits, long Version, FieldError? Error);
