using System.Net.Sockets;
using Gatehouse.Sdk.Io;

namespace Gatehouse.Sdk.Zmtp;

/// <summary>The file of a Unix domain socket, which outlives a program that is killed.</summary>
internal static class UnixFile
{
    /// <summary>Binds to the path; a socket's file at which nobody answers is removed first.</summary>
    public static Socket Bind(ZmtpAddress address)
    {
        try
        {
            return TryBind(address);
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressAlreadyInUse && IsStale(address))
        {
            File.Delete(address.Path!);
            return TryBind(address);
        }
    }

    /// <summary>What is in the way at the path; null when it is not the path.</summary>
    public static string? Explain(ZmtpAddress address, SocketError error)
    {
        if (!address.HasFile) return null;
        var path = Path.GetFullPath(address.Path!);
        var folder = Path.GetDirectoryName(path) ?? path;
        if (!Directory.Exists(folder)) return $"the folder {folder} does not exist";
        return error switch
        {
            SocketError.AddressAlreadyInUse when Directory.Exists(path) => "a folder has that name; choose another path",
            SocketError.AddressAlreadyInUse when OperatingSystem.IsLinux() && !Interop.IsSocketFile(path) =>
                "a file has that name and is no socket; remove it, or choose another path",
            SocketError.AccessDenied => $"this user may not make files in the folder {folder}",
            SocketError.AddressNotAvailable => $"the folder {folder} takes no sockets",
            _ => null,
        };
    }

    private static Socket TryBind(ZmtpAddress address)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(address.UnixEndPoint);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // A file of another kind refuses connections as well, and may be somebody's only copy.
    private static bool IsStale(ZmtpAddress address)
    {
        if (!address.HasFile || !Interop.IsSocketFile(address.Path!)) return false;
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(address.UnixEndPoint);
            return false;
        }
        catch (SocketException error)
        {
            return error.SocketErrorCode == SocketError.ConnectionRefused;
        }
    }
}
