using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Zmtp.Patterns;

/// <summary>DEALER, PUSH, PULL: to all peers in turn, as far as they take it. PAIR: the same with one peer.</summary>
internal sealed class TurnPattern(ZmtpSocketType type, SocketQueues queues) : SocketPattern(type, queues)
{
    public override bool KeepsUnsent => true;

    public override bool TrySend(in Frames message, out SocketLink? target)
    {
        target = null;
        var output = new SocketOutput(message, 0, null, SocketOutputKind.Message);
        if (Queues.Outbox.NextWithRoom(output.Size) is not { } link) return false;
        Queues.Outbox.Enqueue(link, output);
        return true;
    }

    public override bool TryRead(SocketLink link, in ZmtpMessage message, out SocketInput input)
    {
        input = default;
        return Type != ZmtpSocketType.Push && base.TryRead(link, message, out input);
    }

    public override void Opened(SocketLink link)
    {
        if (Type == ZmtpSocketType.Pair && Queues.Outbox.Links.Count > 1) link.Peer.Close(ZmtpFault.TooManyPeers);
    }
}
