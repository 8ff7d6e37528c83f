using Gatehouse.Sdk.Zmtp;

namespace Gatehouse.Sdk.Majordomo;

/// <summary>
/// A Majordomo message as it lies in the buffer, read from any dialect. Its body is <see cref="ZmtpMessage.From"/> of
/// <see cref="BodyFrom"/>, so that it can be forwarded as it came.
/// </summary>
internal readonly ref struct MdpMessage
{
    private MdpMessage(MdpDialect dialect, MdpKind kind, ReadOnlySpan<byte> name, int bodyFrom)
    {
        Dialect = dialect;
        Kind = kind;
        Name = name;
        BodyFrom = bodyFrom;
    }

    public MdpDialect Dialect { get; }

    public MdpKind Kind { get; }

    /// <summary>The service in what clients say and hear and in READY; the client's address in what goes to workers and back.</summary>
    public ReadOnlySpan<byte> Name { get; }

    /// <summary>The first frame of the body; there may be none.</summary>
    public int BodyFrom { get; }

    public bool IsClients => Kind <= MdpKind.ClientFinal;

    /// <summary>Reads what a broker receives. The dialect is known even when the rest is at fault, as soon as the header was.</summary>
    public static MdpFault FromPeer(in ZmtpMessage message, out MdpMessage read) => Read(message, fromBroker: false, out read);

    /// <summary>Reads what a client or worker receives.</summary>
    public static MdpFault FromBroker(in ZmtpMessage message, out MdpMessage read) => Read(message, fromBroker: true, out read);

    private static MdpFault Read(in ZmtpMessage message, bool fromBroker, out MdpMessage read)
    {
        read = default;
        if (message.Count == 0) return MdpFault.EmptyMessage;
        var first = message[0];
        if (first.IsEmpty)
        {
            if (message.Count == 1) return MdpFault.EmptyMessage;
            var header = message[1];
            if (header.SequenceEqual(Mdp.Client01))
            {
                var kind = fromBroker ? MdpKind.ClientFinal : MdpKind.ClientRequest;
                return Client(message, MdpDialect.Mdp01, kind, fromBroker, out read);
            }
            return header.SequenceEqual(Mdp.Worker01) ? Worker01(message, fromBroker, out read) : MdpFault.UnknownHeader;
        }
        if (first.SequenceEqual(Mdp.Client02)) return Client02(message, fromBroker, out read);
        if (first.SequenceEqual(Mdp.Worker02)) return Worker02(message, fromBroker, out read);
        if (first.StartsWith(Mdp.Packed)) return Packed(message, fromBroker, out read);
        return first.SequenceEqual(Mdp.Client01) || first.SequenceEqual(Mdp.Worker01) ? MdpFault.MissingDelimiter : MdpFault.UnknownHeader;
    }

    private static MdpFault Client(in ZmtpMessage message, MdpDialect dialect, MdpKind kind, bool fromBroker, out MdpMessage read)
    {
        read = new MdpMessage(dialect, kind, default, 0);
        if (kind == MdpKind.ClientRequest == fromBroker) return MdpFault.WrongDirection;
        if (message.Count < 3) return MdpFault.NoService;
        read = new MdpMessage(dialect, kind, message[2], 3);
        return MdpFault.None;
    }

    private static MdpFault Worker01(in ZmtpMessage message, bool fromBroker, out MdpMessage read)
    {
        read = new MdpMessage(MdpDialect.Mdp01, MdpKind.Disconnect, default, 0);
        if (message.Count == 2) return MdpFault.NoCommand;
        var command = message[2];
        return (command.Length == 1 ? command[0] : 0) switch
        {
            Mdp.Ready01 => Worker(message, MdpDialect.Mdp01, MdpKind.Ready, 3, fromBroker, out read),
            Mdp.Request01 => Worker(message, MdpDialect.Mdp01, MdpKind.WorkerRequest, 3, fromBroker, out read),
            Mdp.Reply01 => Worker(message, MdpDialect.Mdp01, MdpKind.WorkerFinal, 3, fromBroker, out read),
            Mdp.Heartbeat01 => Worker(message, MdpDialect.Mdp01, MdpKind.Heartbeat, 3, fromBroker, out read),
            Mdp.Disconnect01 => Worker(message, MdpDialect.Mdp01, MdpKind.Disconnect, 3, fromBroker, out read),
            _ => MdpFault.UnknownCommand,
        };
    }

    private static MdpFault Client02(in ZmtpMessage message, bool fromBroker, out MdpMessage read)
    {
        read = new MdpMessage(MdpDialect.Mdp02, MdpKind.ClientRequest, default, 0);
        if (message.Count == 1) return MdpFault.NoCommand;
        var command = message[1];
        return (command.Length == 1 ? command[0] : 0) switch
        {
            Mdp.ClientRequest02 => Client(message, MdpDialect.Mdp02, MdpKind.ClientRequest, fromBroker, out read),
            Mdp.ClientPartial02 => Client(message, MdpDialect.Mdp02, MdpKind.ClientPartial, fromBroker, out read),
            Mdp.ClientFinal02 => Client(message, MdpDialect.Mdp02, MdpKind.ClientFinal, fromBroker, out read),
            _ => MdpFault.UnknownCommand,
        };
    }

    private static MdpFault Worker02(in ZmtpMessage message, bool fromBroker, out MdpMessage read)
    {
        read = new MdpMessage(MdpDialect.Mdp02, MdpKind.Disconnect, default, 0);
        if (message.Count == 1) return MdpFault.NoCommand;
        var command = message[1];
        return (command.Length == 1 ? command[0] : 0) switch
        {
            Mdp.Ready02 => Worker(message, MdpDialect.Mdp02, MdpKind.Ready, 2, fromBroker, out read),
            Mdp.Request02 => Worker(message, MdpDialect.Mdp02, MdpKind.WorkerRequest, 2, fromBroker, out read),
            Mdp.Partial02 => Worker(message, MdpDialect.Mdp02, MdpKind.WorkerPartial, 2, fromBroker, out read),
            Mdp.Final02 => Worker(message, MdpDialect.Mdp02, MdpKind.WorkerFinal, 2, fromBroker, out read),
            Mdp.Heartbeat02 => Worker(message, MdpDialect.Mdp02, MdpKind.Heartbeat, 2, fromBroker, out read),
            Mdp.Disconnect02 => Worker(message, MdpDialect.Mdp02, MdpKind.Disconnect, 2, fromBroker, out read),
            _ => MdpFault.UnknownCommand,
        };
    }

    // What stands behind a worker's command, from one frame on.
    private static MdpFault Worker(
        in ZmtpMessage message, MdpDialect dialect, MdpKind kind, int from, bool fromBroker, out MdpMessage read)
    {
        read = new MdpMessage(dialect, kind, default, message.Count);
        switch (kind)
        {
            case MdpKind.Ready:
                if (fromBroker) return MdpFault.WrongDirection;
                if (message.Count == from) return MdpFault.ReadyWithoutService;
                if (message.Count > from + 1) return MdpFault.SurplusFrames;
                read = new MdpMessage(dialect, kind, message[from], message.Count);
                return MdpFault.None;
            case MdpKind.Heartbeat or MdpKind.Disconnect:
                return message.Count > from ? MdpFault.SurplusFrames : MdpFault.None;
            default:
                if (kind == MdpKind.WorkerRequest != fromBroker) return MdpFault.WrongDirection;
                return Addressed(message, dialect, kind, from, out read);
        }
    }

    private static MdpFault Addressed(in ZmtpMessage message, MdpDialect dialect, MdpKind kind, int from, out MdpMessage read)
    {
        read = new MdpMessage(dialect, kind, default, message.Count);
        if (message.Count == from) return MdpFault.NoAddress;
        var address = message[from];
        if (address.Length is 0 or > Mdp.MaxAddress) return MdpFault.BadAddress;
        if (message.Count == from + 1 || !message[from + 1].IsEmpty) return MdpFault.NoDelimiter;
        read = new MdpMessage(dialect, kind, address, from + 2);
        return MdpFault.None;
    }

    // AA A4, id, length and version, command, and where there is a service its length and name.
    private static MdpFault Packed(in ZmtpMessage message, bool fromBroker, out MdpMessage read)
    {
        read = new MdpMessage(MdpDialect.Zproto, MdpKind.Disconnect, default, 0);
        var header = message[0];
        if (header.Length < 3) return MdpFault.NoCommand;
        var id = header[2];
        if (id is 0 or > (byte)MdpKind.Disconnect + 1) return MdpFault.UnknownCommand;
        var kind = (MdpKind)(id - 1);
        read = new MdpMessage(MdpDialect.Zproto, kind, default, 0);
        var clients = kind <= MdpKind.ClientFinal;
        if (header.Length < 11 || header[3] != 6) return MdpFault.BadPackedHeader;
        if (!header.Slice(4, 6).SequenceEqual(clients ? Mdp.Client02 : Mdp.Worker02)) return MdpFault.BadPackedHeader;
        if (header[10] != (clients ? id : id - (byte)MdpKind.Ready)) return MdpFault.BadPackedHeader;
        if (clients || kind == MdpKind.Ready)
        {
            if (clients ? kind == MdpKind.ClientRequest == fromBroker : fromBroker) return MdpFault.WrongDirection;
            if (header.Length == 11) return clients ? MdpFault.NoService : MdpFault.ReadyWithoutService;
            if (header.Length != 12 + header[11]) return MdpFault.BadPackedHeader;
            if (!clients && message.Count > 1) return MdpFault.SurplusFrames;
            read = new MdpMessage(MdpDialect.Zproto, kind, header[12..], 1);
            return MdpFault.None;
        }
        return header.Length == 11 ? Worker(message, MdpDialect.Zproto, kind, 1, fromBroker, out read) : MdpFault.BadPackedHeader;
    }
}
