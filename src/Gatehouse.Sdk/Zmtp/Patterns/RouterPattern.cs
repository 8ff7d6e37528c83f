using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Zmtp.Patterns;

/// <summary>ROUTER: the first frame is the peer's identity, both ways.</summary>
internal sealed class RouterPattern(SocketQueues queues, bool isMandatory) : SocketPattern(ZmtpSocketType.Router, queues)
{
    private readonly Dictionary<byte[], SocketLink> _links = new(ByteComparer.Instance);

    public override bool IsAddressed => true;

    public override void CheckSend(in Frames message)
    {
        base.CheckSend(message);
        if (message.Count < 2) throw new ArgumentException("A ROUTER's message is an identity and at least one frame.", nameof(message));
    }

    public override SocketLink? Find(in Frames message) =>
        _links.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(message[0].Span, out var link) ? link : null;

    public override bool TrySend(in Frames message, out SocketLink? target)
    {
        target = Find(message);
        var output = new SocketOutput(message, 1, null, SocketOutputKind.Message);
        if (target is null)
        {
            if (isMandatory) throw new ZmtpPeerException($"no peer has the identity '{Show(message[0].Span)}'");
            Queues.Drops.NoPeer++;
        }
        else if (target.HasRoom(output.Size))
        {
            Queues.Outbox.Enqueue(target, output);
        }
        else
        {
            if (isMandatory) return false;
            Queues.Drops.Full++;
        }

        return true;
    }

    public override void Opened(SocketLink link) => _links[link.Peer.Identity.ToArray()] = link;

    public override void Closed(SocketLink link)
    {
        var links = _links.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (links.TryGetValue(link.Peer.Identity.Span, out var holder) && holder == link) links.Remove(link.Peer.Identity.Span);
    }

    public override bool TryRead(SocketLink link, in ZmtpMessage message, out SocketInput input)
    {
        Span<int> sizes = message.Count < 64 ? stackalloc int[message.Count + 1] : new int[message.Count + 1];
        var identity = link.Peer.Identity.Span;
        sizes[0] = identity.Length;
        for (var i = 1; i < sizes.Length; i++) sizes[i] = message[i - 1].Length;
        input = new SocketInput(Frames.Create(sizes, new Source(identity, message), static (i, frame, source) =>
        {
            if (i == 0) source.Identity.CopyTo(frame);
            else source.Message[i - 1].CopyTo(frame);
        }));
        return true;
    }

    private static string Show(ReadOnlySpan<byte> identity) =>
        identity.IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0
            ? System.Text.Encoding.ASCII.GetString(identity)
            : Convert.ToHexString(identity[..Math.Min(identity.Length, 32)]);

    private readonly ref struct Source(ReadOnlySpan<byte> identity, ZmtpMessage message)
    {
        public readonly ReadOnlySpan<byte> Identity = identity;
        public readonly ZmtpMessage Message = message;
    }
}
