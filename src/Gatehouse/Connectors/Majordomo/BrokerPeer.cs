using Gatehouse.Sdk.Majordomo;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Connectors.Majordomo;

/// <summary>What a peer has shown itself to be.</summary>
internal enum BrokerRole : byte
{
    Unknown,
    Client,
    Worker,
}

/// <summary>A connection as the broker knows it. The shell makes it when a peer opens and forgets it when it closes.</summary>
/// <param name="connection">The shell's own.</param>
/// <param name="identity">The address that workers see: of a ROUTER's peer.</param>
/// <param name="origin">Who it is to the hub.</param>
internal sealed class BrokerPeer(object connection, ReadOnlyMemory<byte> identity, Origin origin)
{
    private readonly byte[]?[] _requestHeads = new byte[]?[3];
    private readonly byte[] _address = identity.ToArray();

    public object Connection { get; } = connection;

    public ReadOnlyMemory<byte> Identity => _address;

    internal ReadOnlySpan<byte> Address => _address;

    public Origin Origin { get; } = origin;

    public BrokerRole Role { get; internal set; }

    public MdpDialect Dialect { get; internal set; }

    /// <summary>False from the moment it closed or was dropped.</summary>
    public bool IsOpen { get; internal set; } = true;

    // Of a worker; without a service it is not registered.
    internal ServiceQueue? Service { get; set; }

    internal Request? Outstanding { get; set; }

    internal long LastHeard { get; set; }

    internal long LastSent { get; set; }

    internal bool IsDismissed { get; set; }

    internal BrokerPeer? NextIdle { get; set; }

    internal BrokerPeer? PreviousIdle { get; set; }

    internal BrokerPeer? NextWorker { get; set; }

    internal BrokerPeer? PreviousWorker { get; set; }

    // Of a client: the service it asked for last.
    internal ServiceQueue? LastAsked { get; set; }

    /// <summary>What its requests hold.</summary>
    internal long Held { get; set; }

    /// <summary>Made when a request of it waits for the first time.</summary>
    internal Caller? Caller { get; set; }

    /// <summary>What stands before a request of this client to a worker of a dialect.</summary>
    internal ReadOnlySpan<byte> RequestHead(MdpDialect dialect) => _requestHeads[(int)dialect] ?? MakeHead(dialect);

    private byte[] MakeHead(MdpDialect dialect)
    {
        Span<byte> room = stackalloc byte[MdpHead.MaxSize];
        return _requestHeads[(int)dialect] = room[..MdpHead.WorkerRequest(room, dialect, _address)].ToArray();
    }
}
