using System.Globalization;
using System.Text.Json;
using Gatehouse.Sdk.Hub;

namespace Gatehouse.Runtime;

/// <summary>
/// The folder that holds all that the hub remembers. One hub at a time holds it, by a lock that the system drops with the process.
/// </summary>
internal sealed class DataDirectory : IDisposable
{
    private const string LockName = "lock";

    private readonly FileStream _lock;

    private DataDirectory(string path, FileStream heldLock) => (Path, _lock) = (path, heldLock);

    public string Path { get; }

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
                $"the data directory {path} is in use by {Describe(HubFolder.ReadRecord(path))}; "
                + "stop that hub first, or give this one another directory by --data",
                e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataDirectoryException($"the data directory {path} cannot be used: {e.Message}", e);
        }
    }

    /// <summary>Tells about this hub.</summary>
    public void Record(HubRecord record) =>
        DurableFile.Replace(
            System.IO.Path.Combine(Path, HubFolder.RecordName),
            JsonSerializer.SerializeToUtf8Bytes(record, HubFolderJson.Default.HubRecord));

    public void Dispose()
    {
        File.Delete(System.IO.Path.Combine(Path, HubFolder.RecordName));
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
