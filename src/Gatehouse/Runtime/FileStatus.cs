using System.Runtime.InteropServices;

namespace Gatehouse.Runtime;

/// <summary>Whose a file is and who may do what with it; of a symbolic link, of the link itself.</summary>
internal readonly record struct FileStatus(bool IsFile, bool IsOwn, UnixFileMode Mode)
{
    private const int Permissions = 0xFFF;

    /// <summary>Null when there is nothing.</summary>
    /// <exception cref="IOException">It cannot be found out.</exception>
    public static FileStatus? Of(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            var file = new FileInfo(path);
            if (file.LinkTarget is not null) return new FileStatus(IsFile: false, IsOwn: true, UnixFileMode.None);
            return file.Exists
                ? new FileStatus(IsFile: true, IsOwn: true, OperatingSystem.IsWindows() ? UnixFileMode.UserRead : file.UnixFileMode)
                : null;
        }
        if (Interop.StatX(Interop.CurrentFolder, path, Interop.NoFollow, Interop.BasicStatus, out var status) == 0)
        {
            return new FileStatus(
                (status.Mode & Interop.FileType) == Interop.RegularFile,
                status.User == Interop.GetEffectiveUser(),
                (UnixFileMode)(status.Mode & Permissions));
        }
        var error = Marshal.GetLastPInvokeError();
        if (error is Interop.NoSuchFile) return null;
        throw new IOException($"Cannot look at '{path}': {Marshal.GetLastPInvokeErrorMessage()}.", error);
    }
}
