using System.Buffers;

namespace Gatehouse.Sdk.Zmtp.Patterns;

/// <summary>Encodes what goes to peers. Loop's thread.</summary>
internal sealed class SocketWriter
{
    private const int LargestKept = 256 * 1024;
    private byte[] _head = new byte[1024];

    /// <summary>Gives a link's peer what is there for it, until it takes no more.</summary>
    public void Write(SocketLink link)
    {
        while (link.TryPeek(out var output))
        {
            var isTaken = output.Kind == SocketOutputKind.Message
                ? WriteMessage(link.Peer, output)
                : WriteSubscription(link.Peer, output);
            if (!isTaken) return;
            link.Next();
        }
    }

    // All but the body of the last frame is put together; that body, mostly the bulk of it, goes as it is.
    private bool WriteMessage(ZmtpPeer peer, in SocketOutput output)
    {
        var message = output.Message;
        var last = message[message.Count - 1].Span;
        var size = output.Size - last.Length;
        var head = size <= _head.Length ? _head : ArrayPool<byte>.Shared.Rent(size);
        var at = 0;
        if (output.Head is { } envelope)
        {
            envelope.CopyTo(head, 0);
            at = envelope.Length;
        }

        for (var i = output.From; i < message.Count - 1; i++)
        {
            var frame = message[i].Span;
            at += ZmtpFrames.WriteHead(head.AsSpan(at), frame.Length, more: true);
            frame.CopyTo(head.AsSpan(at));
            at += frame.Length;
        }

        at += ZmtpFrames.WriteHead(head.AsSpan(at), last.Length, more: false);
        var isTaken = peer.Write(head.AsSpan(0, at), last);
        if (head == _head) return isTaken;
        if (head.Length > LargestKept || _head.Length > head.Length) ArrayPool<byte>.Shared.Return(head);
        else _head = head;
        return isTaken;
    }

    // ZMTP 3.1 has commands for it; before that it was a message.
    private bool WriteSubscription(ZmtpPeer peer, in SocketOutput output)
    {
        var topic = output.Message[0].Span;
        var isSubscribed = output.Kind == SocketOutputKind.Subscribe;
        if (peer.Minor > 0) return peer.WriteCommand(isSubscribed ? "SUBSCRIBE"u8 : "CANCEL"u8, topic);
        Span<byte> head = stackalloc byte[ZmtpFrames.MaxHead + 1];
        var at = ZmtpFrames.WriteHead(head, topic.Length + 1, more: false);
        head[at] = isSubscribed ? (byte)1 : (byte)0;
        return peer.Write(head[..(at + 1)], topic);
    }
}
