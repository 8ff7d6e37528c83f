using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Zmtp.Patterns;

/// <summary>
/// REP: one request after the other, each answered before the next. Its envelope, up to an empty frame, goes back as it came.
/// </summary>
internal sealed class RepPattern(SocketQueues queues) : SocketPattern(ZmtpSocketType.Rep, queues)
{
    private static readonly byte[] Delimiter = [ZmtpFrames.More, 0];
    private SocketLink? _asker;
    private byte[]? _envelope;

    public override bool CanDeliver => _asker is null;

    public override void CheckSend(in Frames message)
    {
        base.CheckSend(message);
        if (_asker is null) throw new ZmtpTurnException("A REP socket receives a request before it sends the reply");
    }

    public override void CheckReceive()
    {
        if (_asker is not null) throw new ZmtpTurnException("A REP socket sends the reply before it receives the next request");
    }

    public override bool TrySend(in Frames message, out SocketLink? target)
    {
        target = null;
        var (asker, output) = (_asker!, new SocketOutput(message, 0, _envelope, SocketOutputKind.Message));
        (_asker, _envelope) = (null, null);
        if (asker.IsGone) Queues.Drops.Gone++;
        else if (!asker.HasRoom(output.Size)) Queues.Drops.Full++;
        else Queues.Outbox.Enqueue(asker, output);
        return true;
    }

    public override bool TryRead(SocketLink link, in ZmtpMessage message, out SocketInput input)
    {
        for (var i = 0; i < message.Count - 1; i++)
        {
            if (!message[i].IsEmpty) continue;
            var envelope = i == 0 ? Delimiter : message.From(0)[..^message.From(i + 1).Length].ToArray();
            input = new SocketInput(message.ToFrames(i + 1), envelope);
            return true;
        }

        input = default;
        return false;
    }

    public override void Delivered(SocketLink link, in SocketInput input) => (_asker, _envelope) = (link, input.Envelope);
}
