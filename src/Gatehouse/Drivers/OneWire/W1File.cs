using System.Text;

namespace Gatehouse.Drivers.OneWire;

/// <summary>A file of the kernel's 1-Wire folders. Opening one may start a measurement, and may block for ever.</summary>
internal static class W1File
{
    private const int MaxSize = 4096;

    /// <summary>Reads it anew. Null when it is not there or cannot be read.</summary>
    public static byte[]? Read(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            var buffer = new byte[MaxSize];
            var length = file.ReadAtLeast(buffer, MaxSize, throwOnEndOfStream: false);
            return buffer[..length];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Writes a word into it; false when it is not there or this process may not.</summary>
    public static bool TryWrite(string path, string word)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            file.Write(Encoding.ASCII.GetBytes(word));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
