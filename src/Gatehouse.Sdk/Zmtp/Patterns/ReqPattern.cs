using System.Buffers.Binary;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Zmtp.Patterns;

/// <summary>
/// REQ: one request, one reply. An empty frame stands before both. Relaxed, a request may follow without its reply; a number before the
/// empty frame then tells replies apart.
/// </summary>
internal sealed class ReqPattern(SocketQueues queues, bool isRelaxed) : SocketPattern(ZmtpSocketType.Req, queues)
{
    private const int NumberSize = sizeof(uint);
    private static readonly byte[] Delimiter = [ZmtpFrames.More, 0];
    private SocketLink? _asked;
    private bool _isAnswered;
    private bool _isLost;
    private uint _number;

    public override void CheckSend(in Frames message)
    {
        base.CheckSend(message);
        if (Queues.Outbox.HasSenders) throw new ZmtpTurnException("A REQ socket sends one request after the other: one waits for a peer");
        if (isRelaxed || (_asked is null && !_isLost)) return;
        throw new ZmtpTurnException("A REQ socket receives the reply before it sends the next request");
    }

    public override void CheckReceive()
    {
        if (_isLost)
        {
            _isLost = false;
            throw Lost();
        }

        if (_asked is null && !Queues.Outbox.HasSenders) throw new ZmtpTurnException("A REQ socket sends a request before it receives");
    }

    public override bool TrySend(in Frames message, out SocketLink? target)
    {
        target = null;
        var output = new SocketOutput(message, 0, isRelaxed ? Envelope() : Delimiter, SocketOutputKind.Message);
        if (Queues.Outbox.NextWithRoom(output.Size) is not { } link) return false;
        // A reply that nobody took is that of a request which nobody waits for any more.
        if (_isAnswered) Queues.Inbox.Discard(_asked!);
        (_asked, _isAnswered, _isLost) = (link, false, false);
        Queues.Outbox.Enqueue(link, output);
        return true;
    }

    public override void Closed(SocketLink link)
    {
        if (link != _asked || _isAnswered) return;
        _asked = null;
        // Whoever waits learns it now, else who asks next.
        _isLost = !Queues.Inbox.FailReceivers(Lost());
    }

    public override bool TryRead(SocketLink link, in ZmtpMessage message, out SocketInput input)
    {
        input = default;
        var at = isRelaxed ? 1 : 0;
        if (message.Count < at + 2 || !message[at].IsEmpty) return false;
        input = new SocketInput(message.ToFrames(at + 1), isRelaxed ? message[0].ToArray() : null);
        return true;
    }

    public override bool Admits(SocketLink link, in SocketInput input)
    {
        if (link != _asked || _isAnswered) return false;
        return _isAnswered = !isRelaxed
            || (input.Envelope is { Length: NumberSize } number && BinaryPrimitives.ReadUInt32BigEndian(number) == _number);
    }

    public override void Delivered(SocketLink link, in SocketInput input) => (_asked, _isAnswered) = (null, false);

    private static ZmtpPeerException Lost() => new("the peer went before it answered; the request may be sent again");

    private byte[] Envelope()
    {
        var envelope = new byte[2 + NumberSize + Delimiter.Length];
        ZmtpFrames.WriteHead(envelope, NumberSize, more: true);
        BinaryPrimitives.WriteUInt32BigEndian(envelope.AsSpan(2), ++_number);
        Delimiter.CopyTo(envelope, 2 + NumberSize);
        return envelope;
    }
}
