using Gatehouse.Sdk.Zmtp;

namespace Gatehouse.Sdk.Clone;

/// <summary>The connection over which one server answers a request for a snapshot. The loop's thread.</summary>
internal sealed class KvSnapshotLink : IZmtpOwner
{
    private readonly KvSession _session;
    private ZmtpPeer? _peer;

    public KvSnapshotLink(KvSession session, KvServer server)
    {
        _session = session;
        Endpoint = new ZmtpEndpoint(session.Loop, session.Socket with { SocketType = ZmtpSocketType.Dealer }, this);
        Endpoint.Connect(server.Snapshot);
    }

    public ZmtpEndpoint Endpoint { get; }

    public void Ask(ReadOnlySpan<byte> subtree)
    {
        var request = new byte[KvSnapshotRequest.Size(subtree)];
        KvSnapshotRequest.Write(request, subtree);
        // Nothing waits on a new connection, so it is always taken.
        _peer!.Write(request, []);
    }

    void IZmtpOwner.Opened(ZmtpPeer peer)
    {
        _peer = peer;
        _session.SnapshotOpened(this);
    }

    void IZmtpOwner.Received(ZmtpPeer peer, in ZmtpMessage message) => _session.Item(this, message);

    void IZmtpOwner.Closed(ZmtpPeer peer, ZmtpFault reason) => _peer = null;
}
