namespace Gatehouse.Sdk.Zmtp;

/// <summary>Why a connection ended, or never came about. What the peer's bytes can cause comes first.</summary>
internal enum ZmtpFault : byte
{
    None,

    /// <summary>What it sent does not begin as ZMTP does: another protocol.</summary>
    BadSignature,

    /// <summary>It speaks ZMTP 1 or 2 only.</summary>
    OldVersion,

    /// <summary>It wants a mechanism that nobody knows.</summary>
    UnknownMechanism,

    /// <summary>It wants another mechanism than this side.</summary>
    MechanismMismatch,

    /// <summary>Both sides are servers, or both clients.</summary>
    RoleMismatch,

    /// <summary>A message, or another command, where the handshake has one that must come.</summary>
    ReadyExpected,

    /// <summary>Metadata cut short, or without a socket type.</summary>
    BadReady,

    /// <summary>A command without a name, or with the wrong content.</summary>
    BadCommand,

    CommandTooLong,

    /// <summary>More commands between the frames of one message than anybody sends.</summary>
    TooManyCommands,

    /// <summary>Sockets of these two types do not talk to each other.</summary>
    IncompatibleSocket,

    /// <summary>Wrong user or password.</summary>
    AccessDenied,

    /// <summary>The peer sent ERROR in the handshake.</summary>
    PeerRefused,

    /// <summary>A frame with a flag that means nothing, or a command with MORE.</summary>
    ReservedFlags,

    FrameTooLong,

    MessageTooLong,

    TooManyFrames,

    /// <summary>A frame that its mechanism cannot open.</summary>
    BadSeal,

    // From here on found by the endpoint, not in the bytes.

    /// <summary>Another peer has that identity.</summary>
    IdentityTaken,

    HandshakeTimeout,

    /// <summary>Nothing came for longer than the heartbeat allows.</summary>
    PeerSilent,

    /// <summary>The owner gave it up for what waited to be sent.</summary>
    SendLimit,

    /// <summary>It closed the connection.</summary>
    PeerClosed,

    /// <summary>The connection broke.</summary>
    ConnectionLost,

    TooManyPeers,

    /// <summary>The unfinished messages of all peers took more than they may, and this one's was large.</summary>
    NoRoom,

    /// <summary>Nobody listens at the address, or the name is unknown.</summary>
    ConnectFailed,

    /// <summary>The owner distrusts it.</summary>
    Dropped,

    /// <summary>The owner threw while it handled a message.</summary>
    OwnerFailed,

    /// <summary>This side stopped.</summary>
    Stopped,
}
