using System.Net;
using System.Net.Sockets;
using Gatehouse.Sdk.Zmtp;
using Gatehouse.Tests.Sdk.Io;

namespace Gatehouse.Tests.Sdk.Zmtp;

/// <summary>A plain socket that says what a test makes it say.</summary>
internal sealed class RawPeer : IDisposable
{
    private readonly Socket _socket;

    public RawPeer(ZmtpAddress address, int receiveBuffer = 0)
        : this(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp), receiveBuffer) =>
        _socket.Connect(IPAddress.Loopback, address.Port);

    public RawPeer(Socket socket, int receiveBuffer = 0)
    {
        _socket = socket;
        _socket.ReceiveTimeout = (int)LoopPairs.Patience.TotalMilliseconds;
        _socket.NoDelay = true;
        if (receiveBuffer > 0) _socket.ReceiveBufferSize = receiveBuffer;
    }

    public Socket Socket => _socket;

    public RawPeer Say(params ReadOnlySpan<byte[]> parts)
    {
        foreach (var part in parts) _socket.Send(part);
        return this;
    }

    /// <summary>Receives exactly so much.</summary>
    public byte[] Hear(int count)
    {
        var bytes = new byte[count];
        for (var at = 0; at < count;)
        {
            var received = _socket.Receive(bytes.AsSpan(at));
            Assert.True(received > 0, "the connection has ended");
            at += received;
        }

        return bytes;
    }

    /// <summary>Reads until the connection ends.</summary>
    /// <returns>How much came before.</returns>
    public long HearOut()
    {
        long heard = 0;
        var buffer = new byte[65536];
        try
        {
            while (_socket.Receive(buffer) is var count and > 0) heard += count;
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.ConnectionReset)
        {
            // An end like any other here.
        }

        return heard;
    }

    /// <summary>Ends the connection so that the other side gets an error in place of an end.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
    }

    /// <summary>Ends the connection in good order, though there may be something left to hear.</summary>
    public void Leave() => _socket.Shutdown(SocketShutdown.Send);

    public void Dispose() => _socket.Dispose();
}
