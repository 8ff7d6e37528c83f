using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Zmtp.Patterns;

/// <summary>
/// SUB and XSUB: every peer learns what is subscribed to, when it comes and when that changes. SUB lets pass what it subscribed to only;
/// XSUB's program subscribes by messages, and may send others.
/// </summary>
internal sealed class SubPattern(ZmtpSocketType type, SocketQueues queues) : SocketPattern(type, queues)
{
    private readonly PrefixTree<Count> _tree = new();

    public override bool TrySend(in Frames message, out SocketLink? target)
    {
        target = null;
        if (message.Count == 1 && message[0].Span is [0 or 1, .. var topic])
        {
            Subscribe(topic, message[0].Span[0] == 1);
            return true;
        }

        var output = new SocketOutput(message, 0, null, SocketOutputKind.Message);
        if (Queues.Outbox.Links.Count == 0) Queues.Drops.NoPeer++;
        foreach (var link in Queues.Outbox.Links)
        {
            if (link.HasRoom(output.Size)) Queues.Outbox.Enqueue(link, output);
            else Queues.Drops.Full++;
        }

        return true;
    }

    public override bool Subscribe(ReadOnlySpan<byte> topic, bool isSubscribed)
    {
        if (isSubscribed)
        {
            var node = _tree.Add(topic);
            node.Value ??= new Count();
            if (++node.Value.Times == 1) TellAll(topic, SocketOutputKind.Subscribe);
            return true;
        }

        if (_tree.Find(topic) is not { } left) return false;
        if (--left.Value!.Times > 0) return true;
        left.Remove();
        TellAll(topic, SocketOutputKind.Cancel);
        return true;
    }

    public override void Opened(SocketLink link)
    {
        foreach (var node in _tree.All())
        {
            Queues.Outbox.Enqueue(link, new SocketOutput(Frames.Of(node.ToKey()), 0, null, SocketOutputKind.Subscribe));
        }
    }

    public override bool Admits(SocketLink link, in SocketInput input) =>
        Type == ZmtpSocketType.XSub || _tree.Search(input.Message[0].Span).Next() is not null;

    private void TellAll(ReadOnlySpan<byte> topic, SocketOutputKind kind)
    {
        if (Queues.Outbox.Links.Count == 0) return;
        var output = new SocketOutput(Frames.Of(topic), 0, null, kind);
        foreach (var link in Queues.Outbox.Links)
        {
            // A peer that does not even take these learns them all when it is connected again.
            if (link.HasRoom(output.Size)) Queues.Outbox.Enqueue(link, output);
            else Queues.GiveUp(link, ZmtpFault.SendLimit);
        }
    }

    private sealed class Count
    {
        public int Times { get; set; }
    }
}
