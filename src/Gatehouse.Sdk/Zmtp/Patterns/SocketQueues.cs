using Gatehouse.Sdk.Io;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Zmtp.Patterns;

/// <summary>
/// Between the program's threads and the loop's. One lock, in which nothing waits and no code of the program runs. What the program sends
/// is handed to the loop by one piece of work, whatever its number; what arrives is handed over once a round. Which message goes where is
/// the pattern's.
/// </summary>
internal sealed class SocketQueues : IoWork, IZmtpOwner, IRoundEnd
{
    private const int SpareWaits = 64;
    private readonly ZmtpOptions _options;
    private readonly SocketPattern _pattern;
    private readonly IoLoop _loop;

    // Guarded by the lock.
    private readonly Lock _gate = new();
    private readonly Stack<SocketWait> _spare = new();
    private bool _isPosted;
    private bool _isClosed;

    // The loop's thread.
    private readonly SocketWriter _writer = new();

    public SocketQueues(ZmtpOptions options, IoLoop loop, bool isPortable)
    {
        (_options, _loop) = (options, loop);
        Inbox = new SocketInbox(options, Drops);
        _pattern = SocketPattern.Of(options, this);
        Endpoint = new ZmtpEndpoint(loop, options, this, isPortable);
    }

    public ZmtpEndpoint Endpoint { get; }

    /// <summary>Within the lock, as are the other parts.</summary>
    public SocketInbox Inbox { get; }

    public SocketOutbox Outbox { get; } = new();

    public SocketDrops Drops { get; } = new();

    public bool IsClosed
    {
        get
        {
            lock (_gate) return _isClosed;
        }
    }

    public bool TrySend(in Frames message)
    {
        bool isTaken, isDue;
        lock (_gate)
        {
            isTaken = TrySendNow(message, out _);
            isDue = IsDue();
        }

        if (isDue) _loop.Post(this);
        return isTaken;
    }

    public ValueTask SendAsync(in Frames message, CancellationToken stop)
    {
        SocketWait? wait = null;
        bool isDue;
        lock (_gate)
        {
            if (!TrySendNow(message, out var target))
            {
                wait = Rent();
                (wait.Message, wait.Target) = (message, target);
                Outbox.Add(wait);
            }

            isDue = IsDue();
        }

        if (isDue) _loop.Post(this);
        if (wait is null) return default;
        var sent = new ValueTask(wait, wait.Version);
        wait.GiveUpAt(stop);
        return sent;
    }

    public bool TryReceive(out Frames message)
    {
        bool isTaken, isDue;
        lock (_gate)
        {
            isTaken = TryReceiveNow(out message);
            isDue = IsDue();
        }

        if (isDue) _loop.Post(this);
        return isTaken;
    }

    public ValueTask<Frames> ReceiveAsync(CancellationToken stop)
    {
        SocketWait? wait = null;
        Frames message;
        bool isDue;
        lock (_gate)
        {
            if (!TryReceiveNow(out message)) Inbox.Add(wait = Rent());
            isDue = IsDue();
        }

        if (isDue) _loop.Post(this);
        if (wait is null) return new(message);
        var received = new ValueTask<Frames>(wait, wait.Version);
        wait.GiveUpAt(stop);
        return received;
    }

    /// <summary>Subscribes, or cancels.</summary>
    /// <returns>False when there was nothing to cancel.</returns>
    public bool Subscribe(ReadOnlySpan<byte> topic, bool isSubscribed)
    {
        bool isDone, isDue;
        lock (_gate)
        {
            CheckOpen();
            isDone = _pattern.Subscribe(topic, isSubscribed);
            isDue = IsDue();
        }

        if (isDue) _loop.Post(this);
        return isDone;
    }

    public (long NoPeer, long Full, long Gone, long Ignored) Dropped()
    {
        lock (_gate) return (Drops.NoPeer, Drops.Full, Drops.Gone, Drops.Ignored);
    }

    /// <summary>What there is now: peers, messages to be received, bytes to be sent.</summary>
    public (long Peers, long Received, long Sending) Present()
    {
        lock (_gate) return (Outbox.Links.Count, Inbox.Waiting, Outbox.Waiting);
    }

    public ValueTask CloseAsync()
    {
        lock (_gate)
        {
            _isClosed = true;
            Outbox.FailSenders(Closed());
            Inbox.FailReceivers(Closed());
        }

        // What was sent so far was handed to the loop before this is.
        return Endpoint.StopAsync(_options.Linger);
    }

    /// <summary>Something came from this link. Loop's thread.</summary>
    public void Arrive(SocketLink link, in SocketInput input) => Inbox.Arrive(link, input, _loop, this);

    /// <summary>Closes a link, soon.</summary>
    public void GiveUp(SocketLink link, ZmtpFault reason) => _loop.Post(() => link.Peer.Close(reason));

    internal bool TryRemove(SocketWait wait)
    {
        lock (_gate)
        {
            if (wait.List is not { } list) return false;
            list.Remove(wait);
            return true;
        }
    }

    internal void Return(SocketWait wait)
    {
        lock (_gate)
        {
            if (_spare.Count < SpareWaits) _spare.Push(wait);
        }
    }

    /// <summary>Gives peers what the program sent, and reads again from those that were full.</summary>
    protected internal override void Run()
    {
        List<SocketLink> flushing, resumed;
        lock (_gate)
        {
            _isPosted = false;
            flushing = Outbox.TakeDirty();
            resumed = Inbox.TakeResuming();
        }

        foreach (var link in flushing) _writer.Write(link);
        foreach (var link in resumed) link.Peer.ResumeReading();
    }

    void IZmtpOwner.Opened(ZmtpPeer peer)
    {
        var link = new SocketLink(peer, _options.SendLimit);
        peer.Tag = link;
        bool isDue;
        lock (_gate)
        {
            Outbox.Open(link);
            _pattern.Opened(link);
            Outbox.Pump(_pattern);
            isDue = IsDue();
        }

        if (isDue) _loop.Post(this);
    }

    void IZmtpOwner.Received(ZmtpPeer peer, in ZmtpMessage message)
    {
        var link = (SocketLink)peer.Tag!;
        if (_pattern.TryRead(link, message, out var input)) Arrive(link, input);
        else lock (_gate) Drops.Ignored++;
    }

    void IZmtpOwner.Subscribed(ZmtpPeer peer, bool isSubscribed, ReadOnlySpan<byte> topic)
    {
        bool isTrusted;
        lock (_gate) isTrusted = _pattern.Subscribed((SocketLink)peer.Tag!, topic, isSubscribed);
        if (!isTrusted) peer.Close(ZmtpFault.Dropped);
    }

    void IZmtpOwner.Flushed(ZmtpPeer peer)
    {
        if (peer.Tag is not SocketLink link) return;
        _writer.Write(link);
        bool isDue;
        lock (_gate)
        {
            link.Update();
            Outbox.Pump(_pattern);
            isDue = IsDue();
        }

        if (isDue) _loop.Post(this);
    }

    void IZmtpOwner.Closed(ZmtpPeer peer, ZmtpFault reason)
    {
        var link = (SocketLink)peer.Tag!;
        bool isDue;
        lock (_gate)
        {
            // What it said last counts before its end does.
            Inbox.Deliver(link, _pattern);
            Inbox.HandOut(_pattern);
            Outbox.Close(link, _pattern, Drops);
            _pattern.Closed(link);
            Inbox.HandOut(_pattern);
            Outbox.Pump(_pattern);
            isDue = IsDue();
        }

        if (isDue) _loop.Post(this);
    }

    void IRoundEnd.RoundEnd()
    {
        bool isDue;
        lock (_gate)
        {
            Inbox.DeliverAll(_pattern);
            Inbox.HandOut(_pattern);
            isDue = IsDue();
        }

        if (isDue) _loop.Post(this);
    }

    private static ObjectDisposedException Closed() => new(nameof(ZmtpSocket));

    private void CheckOpen() => ObjectDisposedException.ThrowIf(_isClosed, typeof(ZmtpSocket));

    private bool TrySendNow(in Frames message, out SocketLink? target)
    {
        CheckOpen();
        _pattern.CheckSend(message);
        var isTaken = Outbox.TrySend(message, _pattern, out target);
        // A REP's next request may be waited for.
        if (isTaken && Inbox.HasReceivers) Inbox.HandOut(_pattern);
        return isTaken;
    }

    private bool TryReceiveNow(out Frames message)
    {
        CheckOpen();
        _pattern.CheckReceive();
        message = default;
        return !Inbox.HasReceivers && Inbox.TryTake(_pattern, out message);
    }

    // Whether this work must be posted, outside of the lock.
    private bool IsDue()
    {
        if (_isPosted || (!Outbox.IsDirty && !Inbox.IsDirty)) return false;
        return _isPosted = true;
    }

    private SocketWait Rent() => _spare.TryPop(out var wait) ? wait : new SocketWait(this);
}
