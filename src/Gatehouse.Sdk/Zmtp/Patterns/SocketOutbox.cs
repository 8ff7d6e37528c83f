using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Zmtp.Patterns;

/// <summary>The sending half of a socket: its links, what waits for them and who waits to send. Within the socket's lock.</summary>
internal sealed class SocketOutbox
{
    private readonly List<SocketLink> _links = [];
    private readonly Queue<Frames> _returned = new();
    private readonly SocketWaits _senders = new();
    private List<SocketLink> _dirty = [];
    private List<SocketLink> _flushing = [];
    private int _turn;
    private long _mark;

    /// <summary>The peers, in no order.</summary>
    public IReadOnlyList<SocketLink> Links => _links;

    /// <summary>Whether somebody waits to send.</summary>
    public bool HasSenders => _senders.First is not null;

    /// <summary>Whether there is something for the loop to do.</summary>
    public bool IsDirty => _dirty.Count > 0;

    /// <summary>Bytes that wait, for a peer or for one to come.</summary>
    public long Waiting => _links.Sum(l => l.Waiting) + _returned.Sum(m => (long)ZmtpFrames.Size(m));

    public void Open(SocketLink link)
    {
        link.Place = _links.Count;
        _links.Add(link);
    }

    public void Close(SocketLink link, SocketPattern pattern, SocketDrops drops)
    {
        link.IsGone = true;
        var last = _links[^1];
        (_links[link.Place], last.Place) = (last, link.Place);
        _links.RemoveAt(_links.Count - 1);
        foreach (var output in link.TakeUnsent())
        {
            if (output.Kind != SocketOutputKind.Message) continue;
            if (pattern.KeepsUnsent) _returned.Enqueue(output.Message);
            else drops.Gone++;
        }
    }

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

    /// <summary>Lets it wait for a link's peer, and the loop look at it.</summary>
    public void Enqueue(SocketLink link, in SocketOutput output)
    {
        link.Add(output);
        if (link.IsDirty) return;
        link.IsDirty = true;
        _dirty.Add(link);
    }

    /// <summary>A number that no link has as its mark.</summary>
    public long NextMark() => ++_mark;

    /// <summary>Sends at once, where that overtakes nobody.</summary>
    /// <param name="message">What passed the pattern's check.</param>
    /// <param name="pattern">Who it goes to.</param>
    /// <param name="target">When it must wait: for whom, null for anybody.</param>
    public bool TrySend(in Frames message, SocketPattern pattern, out SocketLink? target)
    {
        target = null;
        if (pattern.IsAddressed)
        {
            // Behind those who wait for the same peer, past all others.
            if (HasSenders && pattern.Find(message) is { Senders: > 0 } busy)
            {
                target = busy;
                return false;
            }
        }
        else if (HasSenders || _returned.Count > 0)
        {
            return false;
        }

        return pattern.TrySend(message, out target);
    }

    public void Add(SocketWait wait)
    {
        if (wait.Target is { } target) target.Senders++;
        _senders.Add(wait);
    }

    public void FailSenders(Exception error)
    {
        while (_senders.First is { } wait) wait.Decide(error);
    }

    /// <summary>Sends what waits, as far as there is room.</summary>
    public void Pump(SocketPattern pattern)
    {
        while (_returned.TryPeek(out var message))
        {
            if (!pattern.TrySend(message, out _)) return;
            _returned.Dequeue();
        }

        if (!HasSenders) return;
        var mark = NextMark();
        var next = _senders.First;
        while (next is { } wait)
        {
            next = wait.Next;
            if (wait.Target?.Mark == mark) continue;
            try
            {
                if (pattern.TrySend(wait.Message, out var target)) wait.Decide(default(Frames));
                else if (target is null) return;
                else target.Mark = mark;
            }
            catch (ZmtpPeerException error)
            {
                wait.Decide(error);
            }
        }
    }

    /// <summary>Hands the loop the links that have something new for their peers. Valid until the next call.</summary>
    public List<SocketLink> TakeDirty()
    {
        (_dirty, _flushing) = (_flushing, _dirty);
        _dirty.Clear();
        foreach (var link in _flushing) link.Exchange();
        return _flushing;
    }
}
