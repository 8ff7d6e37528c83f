using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Gatehouse.Runtime;

/// <summary>
/// Small files that must survive a power cut: written whole beside the old one, flushed, then put in its place. Calls fsync itself,
/// because the platform's own flush reports no error on Linux.
/// </summary>
internal static class DurableFile
{
    private const int Interrupted = 4;

    /// <summary>Replaces the file by these bytes; after a failure the old one still stands.</summary>
    /// <param name="path">Which file.</param>
    /// <param name="content">All that it holds then.</param>
    /// <param name="mode">Who may use it, from the moment it exists; null for what is usual.</param>
    /// <exception cref="IOException">It could not be written or flushed.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public static void Replace(string path, ReadOnlySpan<byte> content, UnixFileMode? mode = null)
    {
        var next = path + ".next";
        using (var file = Create(next, mode))
        {
            file.Write(content);
            file.Flush();
            Flush(file.SafeFileHandle, next);
        }
        File.Move(next, path, overwrite: true);
        FlushFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>Flushes a file that was just written and puts it into its place, also over another one.</summary>
    /// <exception cref="IOException">It could not be flushed or moved.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public static void Move(string written, string path)
    {
        using (var file = File.OpenHandle(written, FileMode.Open, FileAccess.ReadWrite)) Flush(file, written);
        File.Move(written, path, overwrite: true);
        FlushFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    private static FileStream Create(string path, UnixFileMode? mode)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 0 };
        if (mode is not null && !OperatingSystem.IsWindows())
        {
            // What an interrupted run has left would keep the mode it has.
            File.Delete(path);
            options.Mode = FileMode.CreateNew;
            options.UnixCreateMode = mode;
        }
        return new FileStream(path, options);
    }

    private static void FlushFolder(string path)
    {
        if (OperatingSystem.IsWindows()) return; // folders cannot be opened there; the rename is journalled
        using var folder = Interop.Open(path, flags: 0);
        if (folder.IsInvalid) throw Failure("open", path);
        Flush(folder, path);
    }

    private static void Flush(SafeFileHandle file, string path)
    {
        if (OperatingSystem.IsWindows())
        {
#pragma warning disable RS0030 // honest on Windows; only the Linux one hides errors
            RandomAccess.FlushToDisk(file);
#pragma warning restore RS0030
            return;
        }
        while (Interop.FSync(file) != 0)
        {
            if (Marshal.GetLastPInvokeError() != Interrupted) throw Failure("flush", path);
        }
    }

    private static IOException Failure(string action, string path) =>
        new($"Cannot {action} '{path}': {Marshal.GetLastPInvokeErrorMessage()}.", Marshal.GetLastPInvokeError());
}
