using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gatehouse.Tests.Support;

/// <summary>A WebSocket client written from RFC 6455 alone, which may break its rules.</summary>
internal sealed class RawPeer : IDisposable
{
    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;
    private readonly TcpClient _tcp = new();
    private NetworkStream _stream = null!;

    public static async Task<RawPeer> OpenAsync(TestHub hub)
    {
        var peer = new RawPeer();
        await peer._tcp.ConnectAsync(IPAddress.Loopback, hub.Address.Port, peer._stop);
        peer._stream = peer._tcp.GetStream();
        // Section 4.1. The key is the example's of section 1.3, and so is what it must be answered by.
        await peer._stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"GET /api/stream HTTP/1.1\r\nHost: {hub.Address.Authority}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nAuthorization: Bearer {hub.Token}\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"),
            peer._stop);
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal)) head.Append((char)(await peer.ReadAsync(1))[0]);
        Assert.StartsWith("HTTP/1.1 101 ", head.ToString(), StringComparison.Ordinal);
        Assert.Contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", head.ToString(), StringComparison.Ordinal);
        return peer;
    }

    /// <summary>Two ends of one connection in this process.</summary>
    public static (NetworkStream Server, NetworkStream Client) Pair()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(listener.LocalEndpoint);
        return (new NetworkStream(listener.AcceptSocket(), ownsSocket: true), new NetworkStream(client, ownsSocket: true));
    }

    public async Task SendAsync(params byte[][] frames)
    {
        foreach (var frame in frames) await _stream.WriteAsync(frame, _stop);
    }

    /// <summary>The next frame (section 5.2); those of a server are not masked.</summary>
    public async Task<(int Code, byte[] Payload)> NextAsync()
    {
        var head = await ReadAsync(2);
        Assert.Equal(0, head[1] & 0x80);
        var length = (head[1] & 0x7F) switch
        {
            126 => BinaryPrimitives.ReadUInt16BigEndian(await ReadAsync(2)),
            127 => (int)BinaryPrimitives.ReadUInt64BigEndian(await ReadAsync(8)),
            var small => small,
        };
        return (head[0] & 0xF, await ReadAsync(length));
    }

    /// <summary>Reads on until the close frame; its status (section 5.5.1).</summary>
    public async Task<int> CloseStatusAsync()
    {
        while (true)
        {
            var (code, payload) = await NextAsync();
            if (code == 8) return BinaryPrimitives.ReadUInt16BigEndian(payload);
        }
    }

    public void Dispose() => _tcp.Dispose();

    private async Task<byte[]> ReadAsync(int count)
    {
        var bytes = new byte[count];
        await _stream.ReadExactlyAsync(bytes, _stop);
        return bytes;
    }
}
