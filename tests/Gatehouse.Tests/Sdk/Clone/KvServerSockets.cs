using System.Buffers.Binary;
using System.Text;
using Gatehouse.Sdk.Clone;
using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp;
using Gatehouse.Tests.Sdk.Zmtp;

namespace Gatehouse.Tests.Sdk.Clone;

/// <summary>The three sockets of a server; what they say is the test's own.</summary>
internal sealed class KvServerSockets
{
    private readonly bool _isFull;
    private readonly Sockets _sockets;

    public KvServerSockets(Sockets sockets, bool isFull = false, bool takesPub = false)
    {
        (_sockets, _isFull) = (sockets, isFull);
        (Snapshots, var snapshots) = sockets.Bound(ZmtpSocketType.Router);
        (Updates, var updates) = sockets.Bound(ZmtpSocketType.XPub);
        (Collector, var collector) = sockets.Bound(takesPub ? ZmtpSocketType.Sub : ZmtpSocketType.Pull);
        if (takesPub) Collector.Subscribe("");
        Server = new KvServer(snapshots, updates, collector);
    }

    public ZmtpSocket Snapshots { get; }

    public ZmtpSocket Updates { get; private set; }

    public ZmtpSocket Collector { get; }

    public KvServer Server { get; }

    /// <summary>The next subscription.</summary>
    public async Task<string> SubscriptionAsync() => (await Sockets.ReceiveAsync(Updates))[0];

    /// <summary>The next request for a snapshot: who asks, and for what.</summary>
    public async Task<(byte[] Who, string Subtree)> AskedAsync()
    {
        var request = await Sockets.TakeAsync(Snapshots);
        Assert.Equal((3, "ICANHAZ?"), (request.Count, request.Text(1)));
        return (request[0].ToArray(), request.Text(2));
    }

    /// <summary>Answers the next request.</summary>
    public async Task AnswerAsync(long sequence, params (string Key, string Body)[] items)
    {
        var (who, subtree) = await AskedAsync();
        foreach (var (key, body) in items) await ItemAsync(who, key, 1, body);
        await ItemAsync(who, "KTHXBAI", sequence, subtree);
    }

    public Task ItemAsync(byte[] who, string key, long sequence, string body) =>
        Sockets.SendAsync(Snapshots, Frames.Of([who, .. Message(key, sequence, body)]));

    public Task PublishAsync(string key, long sequence, string body) => Sockets.SendAsync(Updates, Frames.Of(Message(key, sequence, body)));

    /// <summary>The publisher goes, and comes back at the same address.</summary>
    public async Task RestartUpdatesAsync()
    {
        await Updates.DisposeAsync();
        Updates = _sockets.New(ZmtpSocketType.XPub);
        Updates.Bind(Server.Updates);
    }

    private byte[][] Message(string key, long sequence, string body)
    {
        var number = new byte[_isFull ? 8 : 4];
        if (_isFull) BinaryPrimitives.WriteInt64BigEndian(number, sequence);
        else BinaryPrimitives.WriteInt32BigEndian(number, (int)sequence);
        var (k, b) = (Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(body));
        return _isFull ? [k, number, [], [], b] : [k, number, b];
    }
}
