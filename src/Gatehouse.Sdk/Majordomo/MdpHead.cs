using Gatehouse.Sdk.Zmtp;

namespace Gatehouse.Sdk.Majordomo;

/// <summary>
/// Writes what stands before the body, as encoded frames with MORE set, and the messages that have no body. The span must have room for
/// <see cref="MaxSize"/>; each call returns how many bytes it took.
/// </summary>
internal static class MdpHead
{
    /// <summary>What the longest head takes, of a name or an address that has 255 bytes.</summary>
    public const int MaxSize = 288;

    private static readonly byte[][] Heartbeats = Everywhere(MdpKind.Heartbeat);
    private static readonly byte[][] Disconnects = Everywhere(MdpKind.Disconnect);

    /// <summary>A whole HEARTBEAT.</summary>
    public static ReadOnlySpan<byte> Heartbeat(MdpDialect dialect) => Heartbeats[(int)dialect];

    /// <summary>A whole DISCONNECT.</summary>
    public static ReadOnlySpan<byte> Disconnect(MdpDialect dialect) => Disconnects[(int)dialect];

    /// <summary>A client's request, its body still to come.</summary>
    public static int ClientRequest(Span<byte> to, MdpDialect dialect, ReadOnlySpan<byte> service) =>
        Client(to, dialect, MdpKind.ClientRequest, service);

    /// <summary>A reply to a client, its body still to come. MDP 0.1 has final ones only.</summary>
    public static int ClientReply(Span<byte> to, MdpDialect dialect, ReadOnlySpan<byte> service, bool final) =>
        Client(to, dialect, final ? MdpKind.ClientFinal : MdpKind.ClientPartial, service);

    /// <summary>A request to a worker, its body still to come.</summary>
    public static int WorkerRequest(Span<byte> to, MdpDialect dialect, ReadOnlySpan<byte> address) =>
        Addressed(to, dialect, MdpKind.WorkerRequest, address);

    /// <summary>A worker's reply, its body still to come. MDP 0.1 has final ones only.</summary>
    public static int WorkerReply(Span<byte> to, MdpDialect dialect, ReadOnlySpan<byte> address, bool final) =>
        Addressed(to, dialect, final ? MdpKind.WorkerFinal : MdpKind.WorkerPartial, address);

    /// <summary>A whole READY.</summary>
    public static int Ready(Span<byte> to, MdpDialect dialect, ReadOnlySpan<byte> service)
    {
        if (dialect == MdpDialect.Zproto) return PackedHeader(to, MdpKind.Ready, service, more: false);
        var at = WorkerCommand(to, dialect, MdpKind.Ready, more: true);
        return at + ZmtpFrames.Write(to[at..], service, more: false);
    }

    private static int Client(Span<byte> to, MdpDialect dialect, MdpKind kind, ReadOnlySpan<byte> service)
    {
        if (dialect == MdpDialect.Zproto) return PackedHeader(to, kind, service, more: true);
        int at;
        if (dialect == MdpDialect.Mdp01)
        {
            if (kind == MdpKind.ClientPartial) throw new ArgumentOutOfRangeException(nameof(kind), kind, "MDP 0.1 has no partial replies.");
            at = ZmtpFrames.Write(to, [], more: true);
            at += ZmtpFrames.Write(to[at..], Mdp.Client01, more: true);
        }
        else
        {
            at = ZmtpFrames.Write(to, Mdp.Client02, more: true);
            at += ZmtpFrames.Write(to[at..], [(byte)(kind + 1)], more: true);
        }
        return at + ZmtpFrames.Write(to[at..], service, more: true);
    }

    private static int Addressed(Span<byte> to, MdpDialect dialect, MdpKind kind, ReadOnlySpan<byte> address)
    {
        var at = dialect == MdpDialect.Zproto ? PackedHeader(to, kind, [], more: true) : WorkerCommand(to, dialect, kind, more: true);
        at += ZmtpFrames.Write(to[at..], address, more: true);
        return at + ZmtpFrames.Write(to[at..], [], more: true);
    }

    private static int WorkerCommand(Span<byte> to, MdpDialect dialect, MdpKind kind, bool more)
    {
        if (dialect == MdpDialect.Mdp02)
        {
            var used = ZmtpFrames.Write(to, Mdp.Worker02, more: true);
            return used + ZmtpFrames.Write(to[used..], [Command02(kind)], more);
        }
        var at = ZmtpFrames.Write(to, [], more: true);
        at += ZmtpFrames.Write(to[at..], Mdp.Worker01, more: true);
        return at + ZmtpFrames.Write(to[at..], [Command01(kind)], more);
    }

    private static byte Command01(MdpKind kind) => kind switch
    {
        MdpKind.Ready => Mdp.Ready01,
        MdpKind.WorkerRequest => Mdp.Request01,
        MdpKind.WorkerFinal => Mdp.Reply01,
        MdpKind.Heartbeat => Mdp.Heartbeat01,
        MdpKind.Disconnect => Mdp.Disconnect01,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "MDP 0.1 has no such command."),
    };

    private static byte Command02(MdpKind kind) => (byte)(kind - MdpKind.Ready + 1);

    private static int PackedHeader(Span<byte> to, MdpKind kind, ReadOnlySpan<byte> service, bool more)
    {
        var clients = kind <= MdpKind.ClientFinal;
        var named = clients || kind == MdpKind.Ready;
        var at = ZmtpFrames.WriteHead(to, named ? 12 + service.Length : 11, more);
        Mdp.Packed.CopyTo(to[at..]);
        to[at + 2] = (byte)(kind + 1);
        to[at + 3] = 6;
        (clients ? Mdp.Client02 : Mdp.Worker02).CopyTo(to[(at + 4)..]);
        to[at + 10] = clients ? (byte)(kind + 1) : Command02(kind);
        if (!named) return at + 11;
        to[at + 11] = checked((byte)service.Length);
        service.CopyTo(to[(at + 12)..]);
        return at + 12 + service.Length;
    }

    private static byte[][] Everywhere(MdpKind kind)
    {
        Span<byte> room = stackalloc byte[MaxSize];
        var all = new byte[3][];
        foreach (var dialect in (ReadOnlySpan<MdpDialect>)[MdpDialect.Mdp01, MdpDialect.Mdp02, MdpDialect.Zproto])
        {
            var used = dialect == MdpDialect.Zproto
                ? PackedHeader(room, kind, [], more: false)
                : WorkerCommand(room, dialect, kind, more: false);
            all[(int)dialect] = room[..used].ToArray();
        }
        return all;
    }
}
