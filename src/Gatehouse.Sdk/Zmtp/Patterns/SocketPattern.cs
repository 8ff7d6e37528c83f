using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Zmtp.Patterns;

/// <summary>
/// What makes a socket of its type: to whom a message goes, and what is made of one that came. Called within the socket's lock, but for
/// <see cref="TryRead"/>.
/// </summary>
internal abstract class SocketPattern(ZmtpSocketType type, SocketQueues queues)
{
    public ZmtpSocketType Type => type;

    /// <summary>Whether a send waits for one peer and no other.</summary>
    public virtual bool IsAddressed => false;

    /// <summary>Whether messages that a lost peer was not given yet go to another one.</summary>
    public virtual bool KeepsUnsent => false;

    /// <summary>Whether it is the program's turn to receive.</summary>
    public virtual bool CanDeliver => true;

    protected SocketQueues Queues => queues;

    public static SocketPattern Of(ZmtpOptions options, SocketQueues queues) => options.SocketType switch
    {
        ZmtpSocketType.Req => new ReqPattern(queues, options.RelaxedRequests),
        ZmtpSocketType.Rep => new RepPattern(queues),
        ZmtpSocketType.Router => new RouterPattern(queues, options.MandatoryRouting),
        ZmtpSocketType.Pub or ZmtpSocketType.XPub => new PubPattern(options.SocketType, queues, options.SubscriptionLimit),
        ZmtpSocketType.Sub or ZmtpSocketType.XSub => new SubPattern(options.SocketType, queues),
        _ => new TurnPattern(options.SocketType, queues),
    };

    /// <summary>Throws when this message may not be sent now.</summary>
    public virtual void CheckSend(in Frames message)
    {
        if (type is ZmtpSocketType.Pull or ZmtpSocketType.Sub) throw new NotSupportedException($"A {Name} socket only receives.");
        if (message.Count == 0) throw new ArgumentException("A message has at least one frame.", nameof(message));
    }

    /// <summary>Throws when nothing may be received now.</summary>
    public virtual void CheckReceive()
    {
        if (type is ZmtpSocketType.Push or ZmtpSocketType.Pub) throw new NotSupportedException($"A {Name} socket only sends.");
    }

    /// <summary>Who a message is for, where it names one; null when he is not there.</summary>
    public virtual SocketLink? Find(in Frames message) => null;

    /// <summary>Passes a message on to whom it is for, or drops it, where the pattern does.</summary>
    /// <param name="message">What passed <see cref="CheckSend"/>.</param>
    /// <param name="target">When it must wait: for whom, null for anybody.</param>
    /// <returns>False when it must wait.</returns>
    /// <exception cref="ZmtpPeerException">It is for somebody who is not there.</exception>
    public abstract bool TrySend(in Frames message, out SocketLink? target);

    public virtual void Opened(SocketLink link) { }

    public virtual void Closed(SocketLink link) { }

    /// <summary>A peer subscribes, or cancels. Loop's thread.</summary>
    /// <returns>False when it wants more than one peer may.</returns>
    public virtual bool Subscribed(SocketLink link, ReadOnlySpan<byte> topic, bool isSubscribed) => true;

    /// <summary>The program subscribes, or cancels.</summary>
    /// <returns>False when there was nothing to cancel.</returns>
    public virtual bool Subscribe(ReadOnlySpan<byte> topic, bool isSubscribed) =>
        throw new NotSupportedException($"A {Name} socket has no subscriptions; SUB and XSUB have.");

    /// <summary>Makes of a message what will be received. Loop's thread, outside of the lock.</summary>
    public virtual bool TryRead(SocketLink link, in ZmtpMessage message, out SocketInput input)
    {
        input = new SocketInput(message.ToFrames());
        return true;
    }

    /// <summary>Whether it is wanted.</summary>
    public virtual bool Admits(SocketLink link, in SocketInput input) => true;

    /// <summary>The program has it.</summary>
    public virtual void Delivered(SocketLink link, in SocketInput input) { }

    private string Name => System.Text.Encoding.ASCII.GetString(type.Name());
}

/// <summary>What a socket did not pass on.</summary>
internal sealed class SocketDrops
{
    /// <summary>Sent to nobody, for the peer it names is not there.</summary>
    public long NoPeer { get; set; }

    /// <summary>Too much waited for the peer.</summary>
    public long Full { get; set; }

    /// <summary>The peer went before it was given them.</summary>
    public long Gone { get; set; }

    /// <summary>Received and not wanted: no envelope, nobody asked, no subscription.</summary>
    public long Ignored { get; set; }
}
