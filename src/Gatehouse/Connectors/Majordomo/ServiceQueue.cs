using Gatehouse.Sdk.Majordomo;

namespace Gatehouse.Connectors.Majordomo;

/// <summary>
/// A service: its idle workers, the one that has been idle longest first, and the requests that wait, in a ring of their callers' lanes.
/// One of the two is always empty.
/// </summary>
internal sealed class ServiceQueue(byte[] name, string text, bool once)
{
    private readonly byte[]?[] _replyHeads = new byte[]?[6];
    private BrokerPeer? _lastIdle;
    private RequestLane? _firstLane, _lastLane;

    public ReadOnlySpan<byte> Name => name;

    public byte[] NameBytes => name;

    public string Text { get; } = text;

    /// <summary>No request of it is given to a second worker.</summary>
    public bool IsOnce { get; } = once;

    /// <summary>It has neither workers nor requests any more, and is not in the table.</summary>
    public bool IsGone;

    public int Workers, Idle, Queued;

    public long Requests, Replies, Failures, Retries, Expired;

    public BrokerPeer? FirstIdle { get; private set; }

    /// <summary>What stands before a reply of this service to a client of a dialect.</summary>
    public ReadOnlySpan<byte> ReplyHead(MdpDialect dialect, bool final) =>
        _replyHeads[((int)dialect * 2) + (final ? 1 : 0)] ?? MakeHead(dialect, final);

    public void AddIdle(BrokerPeer worker)
    {
        worker.PreviousIdle = _lastIdle;
        worker.NextIdle = null;
        if (_lastIdle is { } last) last.NextIdle = worker;
        else FirstIdle = worker;
        _lastIdle = worker;
        Idle++;
    }

    public void RemoveIdle(BrokerPeer worker)
    {
        if (worker.PreviousIdle is { } previous) previous.NextIdle = worker.NextIdle;
        else FirstIdle = worker.NextIdle;
        if (worker.NextIdle is { } next) next.PreviousIdle = worker.PreviousIdle;
        else _lastIdle = worker.PreviousIdle;
        worker.NextIdle = worker.PreviousIdle = null;
        Idle--;
    }

    public void Enqueue(Request request, Caller caller, bool first)
    {
        var lane = caller.Lane(this);
        var isNew = lane.First is null;
        if (first) lane.Prepend(request);
        else lane.Append(request);
        if (isNew) AddLane(lane, first);
        Queued++;
        caller.Waiting++;
    }

    /// <summary>The request whose turn it is, taken out; its caller's next turn is after all others'.</summary>
    public Request? Dequeue()
    {
        if (_firstLane is not { } lane) return null;
        var request = lane.First!;
        Remove(request);
        if (lane.First is not null && lane != _lastLane)
        {
            RemoveLane(lane);
            AddLane(lane, first: false);
        }
        return request;
    }

    /// <summary>Takes a request out of its lane.</summary>
    public void Remove(Request request)
    {
        var lane = request.Lane!;
        lane.Remove(request);
        Queued--;
        lane.Caller.Waiting--;
        if (lane.First is not null) return;
        RemoveLane(lane);
        lane.Caller.Release(lane);
    }

    private void AddLane(RequestLane lane, bool first)
    {
        if (first)
        {
            lane.Previous = null;
            lane.Next = _firstLane;
            if (_firstLane is { } head) head.Previous = lane;
            else _lastLane = lane;
            _firstLane = lane;
            return;
        }
        lane.Previous = _lastLane;
        lane.Next = null;
        if (_lastLane is { } last) last.Next = lane;
        else _firstLane = lane;
        _lastLane = lane;
    }

    private void RemoveLane(RequestLane lane)
    {
        if (lane.Previous is { } previous) previous.Next = lane.Next;
        else _firstLane = lane.Next;
        if (lane.Next is { } next) next.Previous = lane.Previous;
        else _lastLane = lane.Previous;
        lane.Next = lane.Previous = null;
    }

    private byte[] MakeHead(MdpDialect dialect, bool final)
    {
        Span<byte> room = stackalloc byte[MdpHead.MaxSize];
        return _replyHeads[((int)dialect * 2) + (final ? 1 : 0)] = room[..MdpHead.ClientReply(room, dialect, name, final)].ToArray();
    }
}
