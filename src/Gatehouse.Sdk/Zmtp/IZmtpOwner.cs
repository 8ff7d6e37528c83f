using System.Net;

namespace Gatehouse.Sdk.Zmtp;

/// <summary>
/// Who gives peers their meaning: a broker, a socket. Called on the loop's thread, never for one peer within another call for it. Each
/// peer that is opened is closed once.
/// </summary>
internal interface IZmtpOwner
{
    /// <summary>The handshake is done; from now on it may be written to.</summary>
    void Opened(ZmtpPeer peer);

    /// <summary>A message came. It lies in the receive buffer, which is used again as soon as this returns.</summary>
    void Received(ZmtpPeer peer, in ZmtpMessage message);

    /// <summary>It is gone.</summary>
    void Closed(ZmtpPeer peer, ZmtpFault reason);

    /// <summary>The peer of a publisher wants messages that begin so, or wants them no longer.</summary>
    void Subscribed(ZmtpPeer peer, bool isSubscribed, ReadOnlySpan<byte> topic) { }

    /// <summary>The system took what it could of what waited for this peer.</summary>
    void Flushed(ZmtpPeer peer) { }

    /// <summary>The peer answers a PING, its owner's own or the heartbeat: it has read all that was sent before that.</summary>
    void Ponged(ZmtpPeer peer) { }

    /// <summary>A connection was closed at once, for there are <see cref="ZmtpOptions.MaxPeers"/> already.</summary>
    void Crowded(EndPoint? remote) { }

    /// <summary>A connection ended before the handshake was done.</summary>
    void Rejected(ZmtpPeer peer, ZmtpFault reason) { }
}
