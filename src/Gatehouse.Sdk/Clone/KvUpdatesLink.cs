using Gatehouse.Sdk.Zmtp;

namespace Gatehouse.Sdk.Clone;

/// <summary>The connection over which one server's updates come. The loop's thread.</summary>
internal sealed class KvUpdatesLink : IZmtpOwner
{
    private readonly KvSession _session;
    private volatile ZmtpFault _rejection;

    public KvUpdatesLink(KvSession session, KvServer server)
    {
        _session = session;
        Endpoint = new ZmtpEndpoint(session.Loop, session.Socket, this);
        Endpoint.Connect(server.Updates);
    }

    public ZmtpEndpoint Endpoint { get; }

    /// <summary>Why there is no connection, in words. Any thread.</summary>
    public string Trouble => _rejection switch
    {
        ZmtpFault.AccessDenied or ZmtpFault.PeerRefused => "it refuses the user name or the password",
        ZmtpFault.MechanismMismatch or ZmtpFault.UnknownMechanism or ZmtpFault.RoleMismatch => "it wants another way to sign in",
        ZmtpFault.IncompatibleSocket => "what listens there does not publish",
        ZmtpFault.BadSignature or ZmtpFault.OldVersion => "what listens there does not speak ZMTP 3",
        _ => "nobody listens there, or the name is not known",
    };

    void IZmtpOwner.Opened(ZmtpPeer peer)
    {
        var answers = peer.Minor > 0;
        Subscribe(peer, _session.Filter);
        if (_session.WantsHeartbeats) Subscribe(peer, Kv.Heartbeat);
        // The answer says that it has read the subscriptions, too: a snapshot that is asked for then leaves no gap.
        if (answers) peer.WriteCommand("PING"u8, [0, 0]);
        _session.Opened(this, answers);
    }

    void IZmtpOwner.Ponged(ZmtpPeer peer) => _session.Settled(this);

    void IZmtpOwner.Received(ZmtpPeer peer, in ZmtpMessage message) => _session.Update(this, message);

    void IZmtpOwner.Closed(ZmtpPeer peer, ZmtpFault reason) => _session.Lost(this);

    void IZmtpOwner.Rejected(ZmtpPeer peer, ZmtpFault reason) => _rejection = reason;

    private static void Subscribe(ZmtpPeer peer, ReadOnlySpan<byte> topic)
    {
        if (peer.Minor > 0)
        {
            peer.WriteCommand("SUBSCRIBE"u8, topic);
            return;
        }
        Span<byte> head = stackalloc byte[ZmtpFrames.MaxHead + 1];
        var at = ZmtpFrames.WriteHead(head, topic.Length + 1, more: false);
        head[at] = 1;
        peer.Write(head[..(at + 1)], topic);
    }
}
