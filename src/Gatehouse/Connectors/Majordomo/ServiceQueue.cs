using Gatehouse.Sdk.Majordomo;

namespace Gatehouse.Connectors.Majordomo;

/// <summary>
/// A service: its idle workers, the one that has been idle longest first, and the requests that wait, in a ring of their callers' lanes.
/// One of the two is always empty.
/// </summary>
internal sealed class ServiceQueue(byte[] name, string text, bool once)
{
    private const int LongestTurn = 16;

    private readonly byte[]?[] _replyHeads = new byte[]?[6];
    private BrokerPeer? _lastIdle;
    private RequestLane? _firstLane, _lastLane;

    // Whose turn it is, since when, and how many requests it has had.
    private RequestLane? _served;
    private long _turnBegan;
    private int _taken;

    public ReadOnlySpan<byte> Name => name;

    public byte[] NameBytes => name;

    public string Text { get; } = text;

    /// <summary>No request of it is given to a second worker.</summary>
    public bool IsOnce { get; } = once;

    /// <summary>It has neither workers nor requests any more, and is not in the table.</summary>
    public bool IsGone;

    public int Workers, Idle, Queued;

    public long Requests, Replies, Failures, Abandoned, Retries, Expired;

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

    /// <param name="request">Waits from now on.</param>
    /// <param name="caller">Who asked.</param>
    /// <param name="first">It had its turn already, and is to be the next again.</param>
    public void Enqueue(Request request, Caller caller, bool first)
    {
        var lane = caller.Lane(this);
        var isNew = lane.First is null;
        if (first && !isNew) RemoveLane(lane);
        if (first || isNew) AddLane(lane, first);
        if (first) lane.Prepend(request);
        else lane.Append(request);
        Queued++;
        caller.Waiting++;
    }

    /// <summary>The request whose turn it is, taken out.</summary>
    /// <remarks>
    /// A caller's turn is one request. Where workers answer so quickly that the clock stands still it is up to
    /// <see cref="LongestTurn"/>: then the replies of one round go to few clients, and each of them costs one send.
    /// </remarks>
    public Request? Dequeue(long now)
    {
        if (_firstLane is not { } lane) return null;
        if (lane == _served && (now != _turnBegan || _taken == LongestTurn))
        {
            RemoveLane(lane);
            AddLane(lane, first: false);
            lane = _firstLane!;
        }
        if (lane != _served) (_served, _turnBegan, _taken) = (lane, now, 0);
        _taken++;
        var request = lane.First!;
        Remove(request);
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
        if (lane == _served) _served = null;
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
