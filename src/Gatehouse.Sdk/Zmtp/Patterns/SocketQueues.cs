using Gatehouse.Sdk.Io;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Zmtp.Patterns;

/// <summary>
/// Between the program's threads and the loop's: what is to be sent to each peer, what came from each, and who waits for either. Which
/// message goes where is the pattern's. One lock, in which nothing waits and no code of the program runs. What the program sends is handed
/// to the loop by one piece of work, whatever its number; what arrives is handed over once a round.
/// </summary>
internal sealed class SocketQueues : IoWork, IZmtpOwner, IRoundEnd
{
    private const int SpareWaits = 64;
    private readonly ZmtpOptions _options;
    private readonly SocketPattern _pattern;
    private readonly IoLoop _loop;

    // Guarded by the lock.
    private readonly Lock _gate = new();
    private readonly List<SocketLink> _links = [];
    private readonly Queue<SocketLink> _listed = new();
    private readonly Queue<Frames> _returned = new();
    private readonly SocketWaits _senders = new();
    private readonly SocketWaits _receivers = new();
    private readonly Stack<SocketWait> _spare = new();
    private List<SocketLink> _dirty = [];
    private List<SocketLink> _resuming = [];
    private bool _isPosted;
    private bool _isClosed;
    private int _turn;
    private long _mark;

    // The loop's thread.
    private readonly List<SocketLink> _touched = [];
    private readonly SocketWriter _writer = new();
    private List<SocketLink> _flushing = [];
    private List<SocketLink> _resumed = [];

    public SocketQueues(ZmtpOptions options, IoLoop loop, bool isPortable)
    {
        (_options, _loop) = (options, loop);
        _pattern = SocketPattern.Of(options, this);
        Endpoint = new ZmtpEndpoint(loop, options, this, isPortable);
    }

    public ZmtpEndpoint Endpoint { get; }

    /// <summary>What was not passed on. Counted within the lock.</summary>
    public SocketDrops Drops { get; } = new();

    /// <summary>The peers, in no order. Within the lock.</summary>
    public IReadOnlyList<SocketLink> Links => _links;

    /// <summary>Whether a send waits. Within the lock.</summary>
    public bool HasSenders => _senders.First is not null;

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
                wait.Message = message;
                if (target is not null)
                {
                    wait.Target = target;
                    target.Senders++;
                }

                _senders.Add(wait);
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
            CheckOpen();
            _pattern.CheckReceive();
            message = default;
            isTaken = _receivers.First is null && TryTake(out message);
            isDue = IsDue();
        }

        if (isDue) _loop.Post(this);
        return isTaken;
    }

    public ValueTask<Frames> ReceiveAsync(CancellationToken stop)
    {
        SocketWait? wait = null;
        Frames message = default;
        bool isDue;
        lock (_gate)
        {
            CheckOpen();
            _pattern.CheckReceive();
            if (_receivers.First is not null || !TryTake(out message)) _receivers.Add(wait = Rent());
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

    /// <summary>What waits now: messages to be received, bytes to be sent.</summary>
    public (long Received, long Sending) Waiting()
    {
        lock (_gate)
        {
            var (received, sending) = (_listed.Sum(l => (long)l.In.Count), _links.Sum(l => l.Waiting));
            return (received, sending + _returned.Sum(m => (long)ZmtpFrames.Size(m)));
        }
    }

    public ValueTask CloseAsync()
    {
        lock (_gate)
        {
            _isClosed = true;
            while (_senders.First is { } wait) Fail(wait, Closed());
            FailReceivers(Closed());
        }

        // What was sent so far was handed to the loop before this is.
        return Endpoint.StopAsync(_options.Linger);
    }

    // What patterns use, within the lock.

    /// <summary>The next link in turn that has room; null when none has.</summary>
    public SocketLink? NextWithRoom(int size)
    {
        for (var i = 0; i < _links.Count; i++)
        {
            if (_turn >= _links.Count) _turn = 0;
            var link = _links[_turn++];
            if (link.HasRoom(size)) return link;
        }

        return null;
    }

    public void Enqueue(SocketLink link, in SocketOutput output)
    {
        link.Add(output);
        if (link.IsDirty) return;
        link.IsDirty = true;
        _dirty.Add(link);
    }

    /// <summary>Hands it over when its link's turn comes.</summary>
    public void Enlist(SocketLink link, in SocketInput input)
    {
        link.In.Enqueue(input);
        link.InBytes += input.Message.Size;
        if (link.IsListed) return;
        link.IsListed = true;
        _listed.Enqueue(link);
    }

    /// <summary>A number that no link has as its mark.</summary>
    public long NextMark() => ++_mark;

    /// <summary>Fails all who wait for a message.</summary>
    /// <returns>False when nobody did.</returns>
    public bool FailReceivers(Exception error)
    {
        if (_receivers.First is null) return false;
        while (_receivers.First is { } wait) Fail(wait, error);
        return true;
    }

    /// <summary>Forgets what is to be received from a link.</summary>
    public void Discard(SocketLink link)
    {
        Drops.Ignored += link.In.Count;
        link.In.Clear();
        link.InBytes = 0;
        ResumeIfRoom(link);
    }

    /// <summary>Closes a link, soon.</summary>
    public void GiveUp(SocketLink link, ZmtpFault reason) => _loop.Post(() => link.Peer.Close(reason));

    /// <summary>Something came from this link; handed over at the end of the round. Loop's thread.</summary>
    public void Arrive(SocketLink link, in SocketInput input)
    {
        if (_touched.Count == 0) _loop.AtRoundEnd(this);
        if (link.Arrived.Count == 0) _touched.Add(link);
        link.Arrived.Add(input);
        link.ArrivedBytes += input.Message.Size;
        // The program may take some at this moment; then it stops a little early.
        if (link.IsPausing || !IsFull(link.In.Count + link.Arrived.Count, link.InBytes + link.ArrivedBytes, 1)) return;
        link.IsPausing = true;
        link.Peer.PauseReading();
    }

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
        lock (_gate)
        {
            _isPosted = false;
            (_dirty, _flushing) = (_flushing, _dirty);
            (_resuming, _resumed) = (_resumed, _resuming);
            foreach (var link in _flushing) link.Exchange();
        }

        foreach (var link in _flushing) _writer.Write(link);
        foreach (var link in _resumed) link.Peer.ResumeReading();
        _flushing.Clear();
        _resumed.Clear();
    }

    void IZmtpOwner.Opened(ZmtpPeer peer)
    {
        var link = new SocketLink(peer, _options.SendLimit);
        peer.Tag = link;
        bool isDue;
        lock (_gate)
        {
            link.Place = _links.Count;
            _links.Add(link);
            _pattern.Opened(link);
            Pump();
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
            if (HasSenders || _returned.Count > 0) Pump();
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
            Deliver(link);
            link.IsGone = true;
            var last = _links[^1];
            (_links[link.Place], last.Place) = (last, link.Place);
            _links.RemoveAt(_links.Count - 1);
            foreach (var output in link.TakeUnsent())
            {
                if (output.Kind != SocketOutputKind.Message) continue;
                if (_pattern.KeepsUnsent) _returned.Enqueue(output.Message);
                else Drops.Gone++;
            }

            HandOut();
            _pattern.Closed(link);
            HandOut();
            Pump();
            isDue = IsDue();
        }

        if (isDue) _loop.Post(this);
    }

    void IRoundEnd.RoundEnd()
    {
        bool isDue;
        lock (_gate)
        {
            foreach (var link in _touched) Deliver(link);
            HandOut();
            isDue = IsDue();
        }

        _touched.Clear();
        if (isDue) _loop.Post(this);
    }

    private static ObjectDisposedException Closed() => new(nameof(ZmtpSocket));

    private void CheckOpen() => ObjectDisposedException.ThrowIf(_isClosed, typeof(ZmtpSocket));

    private bool TrySendNow(in Frames message, out SocketLink? target)
    {
        CheckOpen();
        _pattern.CheckSend(message);
        target = null;
        if (_pattern.IsAddressed)
        {
            // Behind those who wait for the same peer, past all others.
            if (HasSenders && _pattern.Find(message) is { Senders: > 0 } busy)
            {
                target = busy;
                return false;
            }
        }
        else if (HasSenders || _returned.Count > 0)
        {
            return false;
        }

        var isTaken = _pattern.TrySend(message, out target);
        if (isTaken) HandOut();
        return isTaken;
    }

    // Sends what waits, as far as there is room.
    private void Pump()
    {
        while (_returned.TryPeek(out var message))
        {
            if (!_pattern.TrySend(message, out _)) return;
            _returned.Dequeue();
        }

        var mark = NextMark();
        var next = _senders.First;
        while (next is { } wait)
        {
            next = wait.Next;
            if (wait.Target?.Mark == mark) continue;
            try
            {
                if (!_pattern.TrySend(wait.Message, out var target))
                {
                    if (target is null) return;
                    target.Mark = mark;
                    continue;
                }
            }
            catch (ZmtpPeerException error)
            {
                Fail(wait, error);
                continue;
            }

            _senders.Remove(wait);
            wait.Succeed(default);
        }
    }

    // Moves what came in this round to where the program takes it.
    private void Deliver(SocketLink link)
    {
        foreach (var input in link.Arrived)
        {
            if (_pattern.Admits(link, input)) Enlist(link, input);
            else Drops.Ignored++;
        }

        link.Arrived.Clear();
        link.ArrivedBytes = 0;
        if (!link.IsPausing) return;
        link.IsPausing = false;
        link.IsPaused = true;
        ResumeIfRoom(link);
    }

    private void HandOut()
    {
        while (_receivers.First is { } wait && TryTake(out var message))
        {
            _receivers.Remove(wait);
            wait.Succeed(message);
        }
    }

    // One message of each link in turn.
    private bool TryTake(out Frames message)
    {
        message = default;
        if (!_pattern.CanDeliver) return false;
        while (_listed.TryDequeue(out var link))
        {
            link.IsListed = false;
            if (!link.In.TryDequeue(out var input)) continue;
            if (link.In.Count > 0)
            {
                link.IsListed = true;
                _listed.Enqueue(link);
            }

            link.InBytes -= input.Message.Size;
            ResumeIfRoom(link);
            _pattern.Delivered(link, input);
            message = input.Message;
            return true;
        }

        return false;
    }

    private void ResumeIfRoom(SocketLink link)
    {
        if (!link.IsPaused || link.IsGone || IsFull(link.In.Count, link.InBytes, 2)) return;
        link.IsPaused = false;
        _resuming.Add(link);
    }

    private bool IsFull(int count, long bytes, int part) =>
        count >= Math.Max(1, _options.ReceiveMessages / part) || bytes >= Math.Max(1, _options.ReceiveLimit / part);

    // Whether this work must be posted, outside of the lock.
    private bool IsDue()
    {
        if (_isPosted || (_dirty.Count == 0 && _resuming.Count == 0)) return false;
        return _isPosted = true;
    }

    private SocketWait Rent() => _spare.TryPop(out var wait) ? wait : new SocketWait(this);

    private static void Fail(SocketWait wait, Exception error)
    {
        wait.List!.Remove(wait);
        wait.Fail(error);
    }
}
