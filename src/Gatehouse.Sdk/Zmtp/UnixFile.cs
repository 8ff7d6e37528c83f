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
