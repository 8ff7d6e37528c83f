namespace Gatehouse.Sdk.Zmtp;

/// <summary>The kinds of ZeroMQ sockets, each with its own pattern of messages.</summary>
public enum ZmtpSocketType : byte
{
    /// <summary>One to one.</summary>
    Pair,

    /// <summary>Publishes to subscribers.</summary>
    Pub,

    /// <summary>Receives what it subscribed to.</summary>
    Sub,

    /// <summary>Asks, and waits for the answer.</summary>
    Req,

    /// <summary>Answers one request after the other.</summary>
    Rep,

    /// <summary>Asks and answers freely, over all its connections in turn.</summary>
    Dealer,

    /// <summary>Talks to each peer by its identity.</summary>
    Router,

    /// <summary>Takes work.</summary>
    Pull,

    /// <summary>Gives work out.</summary>
    Push,

    /// <summary>Publishes, and sees the subscriptions.</summary>
    XPub,

    /// <summary>Subscribes by messages.</summary>
    XSub,
}

/// <summary>The types as READY names them, and which of them may talk to each other (RFC 37, "The Socket-Type property").</summary>
internal static class ZmtpSocketTypes
{
    private static readonly byte[][] Names =
    [
        [.. "PAIR"u8], [.. "PUB"u8], [.. "SUB"u8], [.. "REQ"u8], [.. "REP"u8], [.. "DEALER"u8], [.. "ROUTER"u8], [.. "PULL"u8],
        [.. "PUSH"u8], [.. "XPUB"u8], [.. "XSUB"u8],
    ];

    public static ReadOnlySpan<byte> Name(this ZmtpSocketType type) => Names[(int)type];

    public static bool TryParse(ReadOnlySpan<byte> name, out ZmtpSocketType type)
    {
        for (var i = 0; i < Names.Length; i++)
        {
            type = (ZmtpSocketType)i;
            if (name.SequenceEqual(Names[i])) return true;
        }

        type = default;
        return false;
    }

    public static bool CanTalkTo(this ZmtpSocketType own, ZmtpSocketType peer) => own switch
    {
        ZmtpSocketType.Pair => peer is ZmtpSocketType.Pair,
        ZmtpSocketType.Pub or ZmtpSocketType.XPub => peer is ZmtpSocketType.Sub or ZmtpSocketType.XSub,
        ZmtpSocketType.Sub or ZmtpSocketType.XSub => peer is ZmtpSocketType.Pub or ZmtpSocketType.XPub,
        ZmtpSocketType.Req => peer is ZmtpSocketType.Rep or ZmtpSocketType.Router,
        ZmtpSocketType.Rep => peer is ZmtpSocketType.Req or ZmtpSocketType.Dealer,
        ZmtpSocketType.Dealer => peer is ZmtpSocketType.Rep or ZmtpSocketType.Dealer or ZmtpSocketType.Router,
        ZmtpSocketType.Router => peer is ZmtpSocketType.Req or ZmtpSocketType.Dealer or ZmtpSocketType.Router,
        ZmtpSocketType.Pull => peer is ZmtpSocketType.Push,
        _ => peer is ZmtpSocketType.Pull,
    };

    /// <summary>Whether its peers subscribe, by command or by a message.</summary>
    public static bool TakesSubscriptions(this ZmtpSocketType type) => type is ZmtpSocketType.Pub or ZmtpSocketType.XPub;
}
