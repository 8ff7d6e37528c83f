using System.Diagnostics;

namespace Gatehouse.SystemTests.Support;

/// <summary>A file system of its own that is soon full. Only root may mount one, so tests with it are skipped for others.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string _filler;

    private SmallDisk(string folder)
    {
        Folder = folder;
        _filler = Path.Combine(folder, "filler");
    }

    public string Folder { get; }

    public static SmallDisk Mount(string size)
    {
        var folder = Directory.CreateTempSubdirectory("gatehouse").FullName;
        var error = Run("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", folder);
        if (error is null) return new SmallDisk(folder);
        Directory.Delete(folder);
        Assert.Skip($"a small disk cannot be mounted here: {error}");
        return null;
    }

    /// <summary>Takes all the room that is left.</summary>
    public void Fill()
    {
        using var file = new FileStream(_filler, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true) file.Write(new byte[4096]);
        }
        catch (IOException)
        {
            // That was it.
        }
    }

    public void Free() => File.Delete(_filler);

    public void MakeReadOnly() => Assert.Null(Run("mount", "-o", "remount,ro", Folder));

    public void Dispose()
    {
        Run("umount", "--lazy", Folder);
        Directory.Delete(Folder);
    }

    private static string? Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? null : error.Trim();
    }
}
