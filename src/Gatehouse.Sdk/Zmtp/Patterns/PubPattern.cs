using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Zmtp.Patterns;

/// <summary>
/// PUB and XPUB: to every peer that subscribed to how the message begins. Who cannot take it goes without. XPUB's program receives what
/// is subscribed to for the first time, and cancelled for the last.
/// </summary>
internal sealed class PubPattern(ZmtpSocketType type, SocketQueues queues, int limit) : SocketPattern(type, queues)
{
    // What a subscription costs beside its bytes, about.
    private const int Cost = 128;
    private readonly PrefixTree<List<SocketLink>> _tree = new();

    public override bool TrySend(in Frames message, out SocketLink? target)
    {
        target = null;
        var output = new SocketOutput(message, 0, null, SocketOutputKind.Message);
        var mark = Queues.Outbox.NextMark();
        var search = _tree.Search(message[0].Span);
        while (search.Next() is { } node)
        {
            foreach (var link in node.Value!)
            {
                if (link.Mark == mark) continue;
                link.Mark = mark;
                if (link.HasRoom(output.Size)) Queues.Outbox.Enqueue(link, output);
                else Queues.Drops.Full++;
            }
        }

        return true;
    }

    // A PUB's program receives nothing, so what its peers say is not kept.
    public override bool TryRead(SocketLink link, in ZmtpMessage message, out SocketInput input)
    {
        input = default;
        return Type == ZmtpSocketType.XPub && base.TryRead(link, message, out input);
    }

    public override void Opened(SocketLink link) => link.Tag = new Subscriptions();

    public override void Closed(SocketLink link)
    {
        foreach (var node in ((Subscriptions)link.Tag!).Nodes) Leave(link, node, isGone: true);
    }

    public override bool Subscribed(SocketLink link, ReadOnlySpan<byte> topic, bool isSubscribed)
    {
        var own = (Subscriptions)link.Tag!;
        if (!isSubscribed)
        {
            if (_tree.Find(topic) is not { } left || !own.Nodes.Remove(left)) return true;
            own.Bytes -= topic.Length + Cost;
            Leave(link, left, isGone: false);
            return true;
        }

        // One that it has already counts once, as with libzmq.
        if (_tree.Find(topic) is { } known && own.Nodes.Contains(known)) return true;
        if (own.Bytes + topic.Length + Cost > limit) return false;
        own.Bytes += topic.Length + Cost;
        var node = _tree.Add(topic);
        own.Nodes.Add(node);
        if (node.Value is null)
        {
            node.Value = [];
            if (Type == ZmtpSocketType.XPub) Queues.Arrive(link, Note(topic, 1));
        }

        node.Value.Add(link);
        return true;
    }

    private static SocketInput Note(ReadOnlySpan<byte> topic, byte kind) => new(Frames.Of([kind, .. topic]));

    private void Leave(SocketLink link, PrefixTree<List<SocketLink>>.Node node, bool isGone)
    {
        node.Value!.Remove(link);
        if (node.Value.Count > 0) return;
        if (Type == ZmtpSocketType.XPub)
        {
            // Nothing arrives from one that is gone, so it is put where the program takes it.
            if (isGone) Queues.Inbox.Enlist(link, Note(node.ToKey(), 0));
            else Queues.Arrive(link, Note(node.ToKey(), 0));
        }

        node.Remove();
    }

    private sealed class Subscriptions
    {
        public HashSet<PrefixTree<List<SocketLink>>.Node> Nodes { get; } = [];

        public long Bytes { get; set; }
    }
}
