using System.Diagnostics.CodeAnalysis;
using Gatehouse.Sdk.Values;
using Gatehouse.Services;

namespace Gatehouse.Requests;

/// <summary>How requests are delivered. Times are milliseconds.</summary>
/// <param name="Tries">So often, at most.</param>
/// <param name="PerTarget">So many at once to one target.</param>
/// <param name="Delay">Before the second try.</param>
/// <param name="LongestDelay">Before any.</param>
internal sealed record DispatchLimits(int Tries, int PerTarget, long Delay, long LongestDelay)
{
    /// <summary>Numbers that one lane has in memory, at most; the others are on disk alone.</summary>
    public int Window { get; init; } = 4096;

    /// <summary>Bytes of frames that are kept in memory until they are delivered; those of others are read again.</summary>
    public long FreshBytes { get; init; } = 32 << 20;
}

/// <summary>A delivery that is to begin, or is under way.</summary>
/// <param name="Number">The request's row.</param>
/// <param name="Lane">Its target's.</param>
/// <param name="Tries">Deliveries that failed.</param>
/// <param name="Runs">Starts of the hub since it was accepted.</param>
/// <param name="Fresh">What is delivered, when that is still in memory.</param>
internal sealed record Delivery(long Number, DispatchLane Lane, int Tries, int Runs, FreshRequest? Fresh)
{
    /// <summary>Which delivery this is: greater than that of any before it.</summary>
    public int Attempt => 1 + Tries + Runs;

    /// <summary>How often the target was too busy to take it.</summary>
    public int Refusals { get; init; }
}

/// <summary>What a request is, until it is delivered for the first time.</summary>
internal sealed record FreshRequest(string Id, string Peer, Frames Frames)
{
    // What an object of this kind takes besides its bytes, about.
    private const int Overhead = 256;

    public int Size => Overhead + Frames.Size;
}

/// <summary>Numbers that a lane wants to have from disk.</summary>
internal readonly record struct Refill(DispatchLane Lane, long After, int Limit);

/// <summary>What follows from a reply.</summary>
internal enum Verdict : byte
{
    /// <summary>The answer is to be kept.</summary>
    Answer,

    /// <summary>The request has failed for good.</summary>
    Fail,

    /// <summary>The delivery failed: to be written down before the next.</summary>
    Retry,

    /// <summary>Nobody has seen the request; it is tried again later.</summary>
    Refused,

    /// <summary>Nobody offers the service; it waits until somebody does.</summary>
    NotOffered,
}

/// <summary>
/// Which request is delivered when: pure state, with the time and chance given from outside. Each target has a lane of its own, and lanes
/// have their turns, so none delays another. One thread at a time.
/// </summary>
internal sealed class DispatchCore(DispatchLimits limits, Func<double> random)
{
    private readonly Dictionary<string, DispatchLane> _lanes = new(StringComparer.Ordinal);
    private readonly Dictionary<long, Delivery> _underWay = [];
    private readonly HashSet<long> _closed = [];
    private readonly Queue<DispatchLane> _ready = new();
    private readonly Queue<DispatchLane> _hungry = new();
    private readonly PriorityQueue<Delivery, long> _later = new();
    private long _freshBytes;
    private bool _isRunning, _hasFoundAll;

    /// <summary>Deliveries that have begun and have not ended.</summary>
    public int UnderWay => _underWay.Count;

    /// <summary>Requests that wait until their next try.</summary>
    public int Later => _later.Count;

    public int Lanes => _lanes.Count;

    /// <summary>What the frames take that are kept until they are delivered.</summary>
    public long FreshBytes => _freshBytes;

    /// <summary>When <see cref="Tick"/> has something to do; never later.</summary>
    public long NextDue => _isRunning && _later.TryPeek(out _, out var due) ? due : long.MaxValue;

    /// <summary>Lets deliveries begin from now on.</summary>
    public void Start() => _isRunning = true;

    /// <summary>No delivery begins any more; those under way go on.</summary>
    public void Stop() => _isRunning = false;

    /// <summary>Whether anything waits for this service, or is under way to it.</summary>
    public bool HasLane(string service) => _lanes.ContainsKey(service);

    /// <summary>A request was accepted just now. False when its lane is new: who offers it is to be looked up.</summary>
    public bool Accepted(long number, string service, FreshRequest fresh)
    {
        var isKnown = Find(service, out var lane);
        // Those that wait on disk come first; until they are all found, where this lane goes on is not known.
        if (!_hasFoundAll || lane.IsOverfull || lane.Known >= limits.Window)
        {
            lane.Skip(number);
            return isKnown;
        }
        var kept = _freshBytes + fresh.Size <= limits.FreshBytes ? fresh : null;
        if (kept is not null) _freshBytes += kept.Size;
        lane.Waiting.Enqueue(new Delivery(number, lane, 0, 0, kept));
        Look(lane);
        return isKnown;
    }

    /// <summary>All that waited on disk when the hub started have been found.</summary>
    public void FoundAll()
    {
        _hasFoundAll = true;
        foreach (var lane in _lanes.Values) Look(lane);
    }

    /// <summary>A request was found on disk when the hub started, in the order of numbers. False when its lane is new.</summary>
    public bool Found(in PendingRow row)
    {
        var isKnown = Find(row.Service, out var lane);
        if (lane.IsOverfull || lane.Known >= limits.Window) lane.Skip(row.Number);
        else lane.Waiting.Enqueue(new Delivery(row.Number, lane, row.Tries, row.Runs, null));
        Look(lane);
        return isKnown;
    }

    /// <summary>What a lane wanted from disk.</summary>
    /// <param name="refill">What it wanted.</param>
    /// <param name="rows">What was found, in order.</param>
    /// <param name="upTo">The greatest number that was on disk when it was read.</param>
    public void Refilled(in Refill refill, IReadOnlyList<PendingRow> rows, long upTo)
    {
        var lane = refill.Lane;
        foreach (var row in rows) lane.Waiting.Enqueue(new Delivery(row.Number, lane, row.Tries, row.Runs, null));
        lane.IsRefilling = false;
        lane.ReadUpTo(rows.Count == refill.Limit ? rows[^1].Number : upTo);
        Look(lane);
    }

    /// <summary>The refill could not be read; it is wanted again.</summary>
    public void NotRefilled(in Refill refill)
    {
        refill.Lane.IsRefilling = false;
        Look(refill.Lane);
    }

    /// <summary>Somebody offers a service now, or all names that start with a prefix.</summary>
    public void Offered(ServiceName name)
    {
        if (!name.IsPrefix)
        {
            if (_lanes.TryGetValue(name.Text, out var lane)) Offered(lane);
            return;
        }
        foreach (var (service, lane) in _lanes)
        {
            if (service.StartsWith(name.Text, StringComparison.Ordinal)) Offered(lane);
        }
    }

    /// <summary>The next delivery that is to begin; it is under way from now on.</summary>
    public bool TryBegin([NotNullWhen(true)] out Delivery? delivery)
    {
        while (_isRunning && _ready.TryDequeue(out var lane))
        {
            lane.IsReady = false;
            if (!lane.MayBegin(limits.PerTarget)) continue;
            delivery = lane.Waiting.Dequeue();
            if (_closed.Remove(delivery.Number))
            {
                Drop(delivery);
                Look(lane);
                continue;
            }
            lane.Running++;
            _underWay.Add(delivery.Number, delivery);
            Look(lane);
            return true;
        }
        delivery = null;
        return false;
    }

    /// <summary>The next lane that is to be filled from disk.</summary>
    public bool TryRefill(out Refill refill)
    {
        while (_isRunning && _hasFoundAll && _hungry.TryDequeue(out var lane))
        {
            lane.IsHungry = false;
            if (!lane.WantsMore(limits.Window)) continue;
            lane.IsRefilling = true;
            refill = new Refill(lane, lane.LastRead, limits.Window - lane.Known);
            return true;
        }
        refill = default;
        return false;
    }

    /// <summary>What a reply to a delivery means. What follows is told when it was written.</summary>
    public static Verdict Judge(Delivery delivery, CallStatus status, int tries) => status switch
    {
        CallStatus.Ok => Verdict.Answer,
        CallStatus.Forbidden => Verdict.Fail,
        CallStatus.NoSuchService => Verdict.NotOffered,
        CallStatus.Busy => Verdict.Refused,
        _ => delivery.Tries + 1 >= tries ? Verdict.Fail : Verdict.Retry,
    };

    /// <summary>The request has ended or is gone, and that is on disk.</summary>
    public void Ended(Delivery delivery)
    {
        _closed.Remove(delivery.Number);
        Leave(delivery);
        Drop(delivery);
        Look(delivery.Lane);
    }

    /// <summary>The delivery failed, and that is on disk.</summary>
    public void Failed(Delivery delivery, long now) =>
        Delay(delivery, delivery with { Tries = delivery.Tries + 1, Refusals = 0 }, delivery.Tries, now);

    /// <summary>The target took no more; nobody has seen the request.</summary>
    public void Refused(Delivery delivery, long now) =>
        Delay(delivery, delivery with { Refusals = delivery.Refusals + 1 }, delivery.Refusals, now);

    /// <summary>Nobody offers the service: its lane sleeps until <see cref="Offered(ServiceName)"/>.</summary>
    public void NotOffered(Delivery delivery)
    {
        delivery.Lane.IsOffered = false;
        Leave(delivery);
        delivery.Lane.Waiting.PutBack(delivery);
        Look(delivery.Lane);
    }

    /// <summary>A request was closed or has expired: it is not delivered again. False when it is under way.</summary>
    public bool Closed(long number, string service)
    {
        // Which queue holds it is not known: it is left out when its turn comes. What is on disk alone is not read any more.
        if (_lanes.TryGetValue(service, out var lane) && lane.Holds(number)) _closed.Add(number);
        return !_underWay.ContainsKey(number);
    }

    /// <summary>The delivery under way of a request.</summary>
    public Delivery? Find(long number) => _underWay.GetValueOrDefault(number);

    /// <summary>What waited until now waits no longer.</summary>
    public void Tick(long now)
    {
        while (_isRunning && _later.TryPeek(out var delivery, out var due) && due <= now)
        {
            _later.Dequeue();
            delivery.Lane.Delayed--;
            if (_closed.Remove(delivery.Number)) Drop(delivery);
            else delivery.Lane.Waiting.PutBack(delivery);
            Look(delivery.Lane);
        }
    }

    private void Offered(DispatchLane lane)
    {
        lane.IsOffered = true;
        Look(lane);
    }

    private bool Find(string service, out DispatchLane lane)
    {
        if (_lanes.TryGetValue(service, out lane!)) return true;
        _lanes.Add(service, lane = new DispatchLane(service));
        return false;
    }

    private void Leave(Delivery delivery)
    {
        if (_underWay.Remove(delivery.Number)) delivery.Lane.Running--;
    }

    private void Delay(Delivery was, Delivery next, int before, long now)
    {
        Leave(was);
        var pause = Math.Min(limits.LongestDelay, limits.Delay * Math.Pow(2, Math.Min(before, 40)));
        // Between the half and the whole, so that what failed together does not come back together.
        _later.Enqueue(next, now + (long)(pause * (0.5 + (random() / 2))));
        next.Lane.Delayed++;
        Look(next.Lane);
    }

    private void Drop(Delivery delivery)
    {
        if (delivery.Fresh is { } fresh) _freshBytes -= fresh.Size;
    }

    private void Look(DispatchLane lane)
    {
        if (!lane.IsReady && lane.MayBegin(limits.PerTarget))
        {
            lane.IsReady = true;
            _ready.Enqueue(lane);
        }
        if (!lane.IsHungry && lane.WantsMore(limits.Window))
        {
            lane.IsHungry = true;
            _hungry.Enqueue(lane);
        }
        if (lane.IsEmpty) _lanes.Remove(lane.Service);
    }
}
