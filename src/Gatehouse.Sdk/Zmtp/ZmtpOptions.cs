using System.Net.Sockets;

namespace Gatehouse.Sdk.Zmtp;

/// <summary>How a ZeroMQ socket behaves on the wire. Durations of zero or less mean never, where not said otherwise.</summary>
public sealed record ZmtpOptions
{
    /// <summary>What kind of socket it is.</summary>
    public required ZmtpSocketType SocketType { get; init; }

    /// <summary>
    /// What a ROUTER on the other side calls it: at most 255 bytes, not beginning with a zero. Empty lets the ROUTER choose.
    /// </summary>
    public ReadOnlyMemory<byte> Identity { get; init; }

    /// <summary>User name for the PLAIN mechanism as a client; null speaks NULL.</summary>
    public string? UserName { get; init; }

    /// <summary>Password that goes with <see cref="UserName"/>.</summary>
    public string? Password { get; init; }

    /// <summary>
    /// Speaks PLAIN as a server: judges user name and password of every client. Called on the loop's thread, so it may not wait.
    /// </summary>
    public Func<string, string, bool>? CheckPassword { get; init; }

    /// <summary>Largest message in bytes, all frames together. A peer that sends a larger one is dropped.</summary>
    public int MaxMessageSize { get; init; } = 64 * 1024 * 1024;

    /// <summary>Most frames of one message.</summary>
    public int MaxFrames { get; init; } = 65_536;

    /// <summary>
    /// Most bytes that wait for one peer until the system takes them; a message that would pass it is not taken. One message is always
    /// taken when nothing waits.
    /// </summary>
    public int SendLimit { get; init; } = 16 * 1024 * 1024;

    /// <summary>Most connections at a time; further ones are closed at once.</summary>
    public int MaxPeers { get; init; } = 65_536;

    /// <summary>How long a peer may take from the first byte to READY.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long to wait before connecting again, the first time; doubled each time, and spread at random by a half.</summary>
    public TimeSpan ReconnectDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest wait before connecting again.</summary>
    public TimeSpan ReconnectMaximum { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often to send PING to peers that speak ZMTP 3.1, as libzmq since 4.2 says it does.</summary>
    public TimeSpan HeartbeatInterval { get; init; }

    /// <summary>How long such a peer may send nothing at all before it is given up; zero or less: as long as the interval.</summary>
    public TimeSpan HeartbeatTimeout { get; init; }

    /// <summary>After how long without our PING the peer shall give this side up; told by each PING, at most 6553 s.</summary>
    public TimeSpan HeartbeatTimeToLive { get; init; }

    /// <summary>
    /// Most bytes that wait to be received from one peer; more are not read, so that the peer feels it. One message may pass it.
    /// </summary>
    public int ReceiveLimit { get; init; } = 16 * 1024 * 1024;

    /// <summary>
    /// Most bytes of messages that have not come whole, of all peers together; a peer that passes it with more than 4 KiB is dropped.
    /// Whoever is the only one with so much may go on up to <see cref="MaxMessageSize"/>.
    /// </summary>
    public long ReceiveBudget { get; init; } = 256 * 1024 * 1024;

    /// <summary>Most messages that wait to be received from one peer.</summary>
    public int ReceiveMessages { get; init; } = 10_000;

    /// <summary>
    /// Most bytes that the subscriptions of one peer may take, 128 for each and its topic's; a peer that wants more is dropped.
    /// </summary>
    public int SubscriptionLimit { get; init; } = 16 * 1024 * 1024;

    /// <summary>
    /// ROUTER: to send to an identity that nobody has is an error, and one whose peer takes no more is waited for. Otherwise both are
    /// dropped and counted.
    /// </summary>
    public bool MandatoryRouting { get; init; }

    /// <summary>
    /// REQ: a request may follow one that was not answered. Requests bear a number then, which the answering side returns as part of the
    /// envelope, so that a late reply is not taken for that of the present one.
    /// </summary>
    public bool RelaxedRequests { get; init; }

    /// <summary>How long a socket that is disposed goes on to send what waits.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// True: a peer that comes with an identity that another one has takes it over, and the older one is dropped. False: the newcomer is
    /// dropped, as libzmq does without ZMQ_ROUTER_HANDOVER.
    /// </summary>
    public bool IdentityHandover { get; init; }

    /// <summary>
    /// PULL, with the NULL mechanism: takes PUB and XPUB peers like PUSH ones. To those it is a SUB, which they learn because it lets them
    /// speak first; the owner subscribes.
    /// </summary>
    internal bool TakesPublishers { get; init; }

    /// <summary>
    /// The system itself asks after a minute whether a silent peer is there: for sockets whose peers may be slow to read, and would see a
    /// PING late.
    /// </summary>
    internal bool KeepAlive { get; init; }

    /// <summary>Makes the mechanism of a connection in place of NULL and PLAIN.</summary>
    internal Func<ZmtpMechanism>? Mechanism { get; init; }

    /// <summary>Between 0 and 1, for the spread of reconnecting.</summary>
    internal Func<double> Random { get; init; } = System.Random.Shared.NextDouble;

    /// <summary>How a connection is taken from a listening socket.</summary>
    internal Func<Socket, Socket> Accept { get; init; } = static listener => listener.Accept();

    internal ZmtpMechanism CreateMechanism() =>
        Mechanism is not null ? Mechanism()
        : CheckPassword is not null ? new PlainServerMechanism(CheckPassword)
        : UserName is not null ? new PlainClientMechanism(UserName, Password ?? "")
        : new NullMechanism(TakesPublishers);
}
