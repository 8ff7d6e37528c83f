using System.Net;
using Gatehouse.Sdk;
using Gatehouse.Sdk.Io;
using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp;

namespace Gatehouse.Connectors.Clone;

/// <summary>The sockets of one set of ports: who asks for snapshots, who follows, who publishes.</summary>
internal sealed class ClonePorts
{
    // Requests are short, and their subtree is sent back.
    private const int MaxRequest = 64 * 1024;

    // libzmq answers these by itself, so a machine that is gone is told from a program that is quiet. Not where the hub sends: a program
    // that is slow to read sees the question long after it was asked.
    private static readonly TimeSpan Ping = TimeSpan.FromSeconds(5);

    private readonly ZmtpEndpoint[] _endpoints;

    public ClonePorts(IoLoop loop, PortSet set, CloneOptions options, int maxPeers, IZmtpOwner[] owners)
    {
        Set = set;
        ZmtpOptions[] sockets =
        [
            new()
            {
                SocketType = ZmtpSocketType.Router, MaxMessageSize = MaxRequest, SendLimit = options.SendLimit, MaxPeers = maxPeers,
                KeepAlive = true, IdentityHandover = true,
            },
            new()
            {
                SocketType = ZmtpSocketType.Pub, MaxMessageSize = MaxRequest, SendLimit = options.SendLimit, MaxPeers = maxPeers,
                KeepAlive = true,
            },
            new()
            {
                SocketType = ZmtpSocketType.Pull, TakesPublishers = true, MaxMessageSize = options.MaxMessage, MaxPeers = maxPeers,
                HeartbeatInterval = Ping, HeartbeatTimeout = Ping,
            },
        ];
        _endpoints = [.. sockets.Select((socket, i) => new ZmtpEndpoint(loop, socket, owners[i]))];
    }

    public PortSet Set { get; }

    public IEnumerable<ZmtpCounters> Counters => _endpoints.Select(endpoint => endpoint.Counters);

    public long Readers => _endpoints[0].Counters.Peers;

    public long Subscribers => _endpoints[1].Counters.Peers;

    public long Publishers => _endpoints[2].Counters.Peers;

    /// <summary>Listens at all addresses from now on, or at none of them.</summary>
    /// <param name="hosts">Addresses without their port.</param>
    /// <param name="first">The first of three ports; 0 lets the system choose each.</param>
    /// <exception cref="ZmtpException">It cannot listen there.</exception>
    public async Task<IReadOnlyList<string>> ListenAsync(IReadOnlyList<string> hosts, int first)
    {
        var bound = new List<(ZmtpEndpoint Endpoint, ZmtpAddress Address)>();
        try
        {
            foreach (var host in hosts)
            {
                for (var i = 0; i < _endpoints.Length; i++)
                {
                    bound.Add((_endpoints[i], _endpoints[i].Bind(string.Create(null, $"{host}:{(first == 0 ? 0 : first + i)}"))));
                }
            }
        }
        catch (ZmtpException)
        {
            foreach (var (endpoint, address) in bound) await endpoint.UnbindAsync(address);
            throw;
        }
        return [.. bound.Select(b => b.Address.ToString())];
    }

    public async ValueTask StopAsync(TimeSpan linger)
    {
        foreach (var endpoint in _endpoints) await endpoint.StopAsync(linger);
    }
}

/// <summary>The peers that ask for snapshots.</summary>
internal sealed class SnapshotPort(CloneServer server, PortSet set) : IZmtpOwner
{
    public void Opened(ZmtpPeer peer) => server.Opened(peer, new SnapshotPeer(peer, set));

    public void Received(ZmtpPeer peer, in ZmtpMessage message) => server.Asked((SnapshotPeer)peer.Tag!, message);

    public void Flushed(ZmtpPeer peer) => server.Flushed((CloneReader)peer.Tag!);

    public void Closed(ZmtpPeer peer, ZmtpFault reason) => server.Closed(peer, (CloneReader)peer.Tag!, reason);

    public void Rejected(ZmtpPeer peer, ZmtpFault reason) => server.Rejected(peer, reason);

    public void Crowded(EndPoint? remote) => server.Crowded(remote);
}

/// <summary>The peers that follow updates.</summary>
internal sealed class PublisherPort(CloneServer server, PortSet set) : IZmtpOwner
{
    public void Opened(ZmtpPeer peer) => server.Opened(peer, new Subscriber(peer, set));

    // A subscriber has nothing to say.
    public void Received(ZmtpPeer peer, in ZmtpMessage message) { }

    public void Subscribed(ZmtpPeer peer, bool isSubscribed, ReadOnlySpan<byte> topic) =>
        server.Subscribed((Subscriber)peer.Tag!, isSubscribed, topic);

    public void Flushed(ZmtpPeer peer) => server.Flushed((CloneReader)peer.Tag!);

    public void Closed(ZmtpPeer peer, ZmtpFault reason) => server.Closed(peer, (CloneReader)peer.Tag!, reason);

    public void Rejected(ZmtpPeer peer, ZmtpFault reason) => server.Rejected(peer, reason);

    public void Crowded(EndPoint? remote) => server.Crowded(remote);
}

/// <summary>The peers that publish.</summary>
internal sealed class CollectorPort(CloneServer server) : IZmtpOwner
{
    public void Opened(ZmtpPeer peer)
    {
        peer.Tag = new Origin(CloneServer.Name, peer.Address);
        // A PUSH sends without being asked.
        if (peer.SocketType is not (ZmtpSocketType.Pub or ZmtpSocketType.XPub)) return;
        if (peer.Minor > 0) peer.WriteCommand("SUBSCRIBE"u8, default);
        else peer.Write([0, 1, 1], default);
    }

    public void Received(ZmtpPeer peer, in ZmtpMessage message) => server.Collected((Origin)peer.Tag!, message);

    public void Closed(ZmtpPeer peer, ZmtpFault reason) => server.Closed(peer, null, reason);

    public void Rejected(ZmtpPeer peer, ZmtpFault reason) => server.Rejected(peer, reason);

    public void Crowded(EndPoint? remote) => server.Crowded(remote);
}
