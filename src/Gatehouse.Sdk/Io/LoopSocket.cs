using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Gatehouse.Sdk.Io;

/// <summary>
/// Receives and sends without ever waiting, throwing or allocating: by the native calls on Linux, by <see cref="Socket"/> elsewhere. Used
/// and disposed on one thread.
/// </summary>
internal sealed class LoopSocket : IDisposable
{
    private readonly nint _descriptor;
    private readonly bool _isNative;

    /// <summary>Takes the socket over.</summary>
    /// <param name="socket">A stream socket.</param>
    /// <param name="isPortable">True never takes the native way.</param>
    public LoopSocket(Socket socket, bool isPortable = false)
    {
        Socket = socket;
        _isNative = OperatingSystem.IsLinux() && !isPortable;
        // Natively each call says that it will not wait, which saves what the runtime keeps for a socket that does not block.
        if (_isNative) _descriptor = socket.SafeHandle.DangerousGetHandle();
        else socket.Blocking = false;
    }

    public Socket Socket { get; }

    /// <summary>Receives what is there, at most so much.</summary>
    /// <returns>How many bytes; 0 with <see cref="SocketError.Success"/> when the peer has ended.</returns>
    public int Receive(Span<byte> buffer, out SocketError error)
    {
        if (!_isNative) return Socket.Receive(buffer, SocketFlags.None, out error);
        while (true)
        {
            var count = Interop.Receive(_descriptor, ref MemoryMarshal.GetReference(buffer), buffer.Length, Interop.DontWait);
            error = SocketError.Success;
            if (count >= 0) return (int)count;
            if (!IsInterrupted(out error)) return 0;
        }
    }

    /// <summary>Sends as much as the system takes now.</summary>
    /// <returns>How many bytes.</returns>
    public int Send(ReadOnlySpan<byte> bytes, out SocketError error)
    {
        if (!_isNative) return Socket.Send(bytes, SocketFlags.None, out error);
        while (true)
        {
            var count = Interop.Send(
                _descriptor, ref MemoryMarshal.GetReference(bytes), bytes.Length, Interop.DontWait | Interop.NoSignal);
            error = SocketError.Success;
            if (count >= 0) return (int)count;
            if (!IsInterrupted(out error)) return 0;
        }
    }

    public void Dispose() => Socket.Dispose();

    private static bool IsInterrupted(out SocketError error)
    {
        var number = Marshal.GetLastPInvokeError();
        error = number switch
        {
            Interop.Again => SocketError.WouldBlock,
            Interop.ConnectionReset or Interop.BrokenPipe => SocketError.ConnectionReset,
            _ => SocketError.SocketError,
        };
        return number == Interop.Interrupted;
    }
}
