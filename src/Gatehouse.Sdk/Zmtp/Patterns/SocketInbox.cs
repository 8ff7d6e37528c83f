using Gatehouse.Sdk.Io;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Zmtp.Patterns;

/// <summary>
/// The receiving half of a socket: what came from each peer and who waits for it. Within the socket's lock, where not said otherwise.
/// </summary>
internal sealed class SocketInbox(ZmtpOptions options, SocketDrops drops)
{
    private readonly Queue<SocketLink> _listed = new();
    private readonly SocketWaits _receivers = new();
    private List<SocketLink> _resuming = [];
    private List<SocketLink> _resumed = [];

    // The loop's thread.
    private readonly List<SocketLink> _touched = [];

    /// <summary>Whether there is something for the loop to do.</summary>
    public bool IsDirty => _resuming.Count > 0;

    /// <summary>Messages that wait to be received.</summary>
    public long Waiting => _listed.Sum(l => (long)l.In.Count);

    public bool HasReceivers => _receivers.First is not null;

    /// <summary>Something came from this link; it is delivered at the end of the round. Loop's thread, the lock is not needed.</summary>
    public void Arrive(SocketLink link, in SocketInput input, IoLoop loop, IRoundEnd end)
    {
        if (_touched.Count == 0) loop.AtRoundEnd(end);
        if (link.Arrived.Count == 0) _touched.Add(link);
        link.Arrived.Add(input);
        link.ArrivedBytes += input.Message.Size;
        // The program may take some at this moment; then it stops a little early.
        if (link.IsPausing || !IsFull(link.In.Count + link.Arrived.Count, link.InBytes + link.ArrivedBytes, 1)) return;
        link.IsPausing = true;
        link.Peer.PauseReading();
    }

    /// <summary>Moves what came in this round to where the program takes it. Loop's thread.</summary>
    public void DeliverAll(SocketPattern pattern)
    {
        foreach (var link in _touched) Deliver(link, pattern);
        _touched.Clear();
    }

    /// <inheritdoc cref="DeliverAll"/>
    public void Deliver(SocketLink link, SocketPattern pattern)
    {
        foreach (var input in link.Arrived)
        {
            if (pattern.Admits(link, input)) Enlist(link, input);
            else drops.Ignored++;
        }

        link.Arrived.Clear();
        link.ArrivedBytes = 0;
        if (!link.IsPausing) return;
        link.IsPausing = false;
        link.IsPaused = true;
        ResumeIfRoom(link);
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

    /// <summary>Forgets what is to be received from a link.</summary>
    public void Discard(SocketLink link)
    {
        drops.Ignored += link.In.Count;
        link.In.Clear();
        link.InBytes = 0;
        ResumeIfRoom(link);
    }

    /// <summary>One message, of each link in turn.</summary>
    public bool TryTake(SocketPattern pattern, out Frames message)
    {
        message = default;
        if (!pattern.CanDeliver) return false;
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
            pattern.Delivered(link, input);
            message = input.Message;
            return true;
        }

        return false;
    }

    public void Add(SocketWait wait) => _receivers.Add(wait);

    /// <summary>Gives those who wait what there is.</summary>
    public void HandOut(SocketPattern pattern)
    {
        while (_receivers.First is { } wait && TryTake(pattern, out var message)) wait.Decide(message);
    }

    /// <summary>Fails all who wait for a message.</summary>
    /// <returns>False when nobody did.</returns>
    public bool FailReceivers(Exception error)
    {
        if (!HasReceivers) return false;
        while (_receivers.First is { } wait) wait.Decide(error);
        return true;
    }

    /// <summary>Hands the loop the links that it may read from again. Valid until the next call.</summary>
    public List<SocketLink> TakeResuming()
    {
        (_resuming, _resumed) = (_resumed, _resuming);
        _resuming.Clear();
        return _resumed;
    }

    private void ResumeIfRoom(SocketLink link)
    {
        if (!link.IsPaused || link.IsGone || IsFull(link.In.Count, link.InBytes, 2)) return;
        link.IsPaused = false;
        _resuming.Add(link);
    }

    private bool IsFull(int count, long bytes, int part) =>
        count >= Math.Max(1, options.ReceiveMessages / part) || bytes >= Math.Max(1, options.ReceiveLimit / part);
}
