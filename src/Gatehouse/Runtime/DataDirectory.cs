using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gatehouse.Runtime;

/// <summary>What a running hub tells about itself in its data directory, so that commands find it and a second hub can name it.</summary>
internal sealed record HubRecord(int Process, DateTimeOffset Started, string? Address);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(HubRecord))]
internal sealed partial class DataDirectoryJson : JsonSerializerContext;

/// <summary>
/// The folder that holds all that the hub remembers. One hub at a time holds it, by a lock that the system drops with the process.
/// </summary>
internal sealed class DataDirectory : IDisposable
{
    private const string LockName = "lock";
    private const string RecordName = "hub.json";

    private readonly FileStream _lock;

    private DataDirectory(string path, FileStream heldLock) => (Path, _lock) = (path, heldLock);

    public string Path { get; }

    /// <summary>
    /// The folder when nobody names one: what systemd gives (<c>$STATE_DIRECTORY</c>), else <c>gatehouse</c> in the user's data folder.
    /// </summary>
    public static string DefaultPath(Func<string, string?> environment)
    {
        if (environment("STATE_DIRECTORY") is { Length: > 0 } state) return state.Split(':')[0];
        var data = environment("XDG_DATA_HOME") is { Length: > 0 } xdg ? xdg
            : System.IO.Path.Combine(environment("HOME") is { Length: > 0 } home ? home : ".", ".local", "share");
        return System.IO.Path.Combine(data, "gatehouse");
    }

    /// <summary>Makes the folder if need be, readable by its user alone, and takes it.</summary>
    /// <exception cref="DataDirectoryException">Another hub holds it, or it cannot be written.</exception>
    public static DataDirectory Take(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        try
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
            else Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return new DataDirectory(
                path,
                new FileStream(System.IO.Path.Combine(path, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (IsHeld(path))
        {
            throw new DataDirectoryException(
                $"the data directory {path} is in use by {Describe(ReadRecord(path))}; "
                + "stop that hub first, or give this one another directory by --data",
                e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataDirectoryException($"the data directory {path} cannot be used: {e.Message}", e);
        }
    }

    /// <summary>What the hub that holds a data directory, or held it last, told about itself; null when there is nothing.</summary>
    public static HubRecord? ReadRecord(string path)
    {
        try
        {
            var record = File.ReadAllBytes(System.IO.Path.Combine(path, RecordName));
            return JsonSerializer.Deserialize(record, DataDirectoryJson.Default.HubRecord);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Tells about this hub.</summary>
    public void Record(HubRecord record) =>
        DurableFile.Replace(
            System.IO.Path.Combine(Path, RecordName),
            JsonSerializer.SerializeToUtf8Bytes(record, DataDirectoryJson.Default.HubRecord));

    public void Dispose()
    {
        File.Delete(System.IO.Path.Combine(Path, RecordName));
        _lock.Dispose();
    }

    private static bool IsHeld(string path)
    {
        try
        {
            // For reading, so that a disk that may not be written is not taken for a hub that runs.
            using var probe = new FileStream(System.IO.Path.Combine(path, LockName), FileMode.Open, FileAccess.Read, FileShare.None);
            return false;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static string Describe(HubRecord? record)
    {
        if (record is null) return "another hub";
        var place = record.Address is { } address ? $", at {address}" : "";
        return string.Create(
            CultureInfo.InvariantCulture, $"the hub with process id {record.Process}, started {record.Started:u}{place}");
    }
}

/// <summary>The data directory cannot be used; the message says why and what to do.</summary>
internal sealed class DataDirectoryException(string message, Exception inner) : Exception(message, inner);
