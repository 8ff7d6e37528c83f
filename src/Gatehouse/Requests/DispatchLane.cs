namespace Gatehouse.Requests;

/// <summary>The requests for one service: those that wait in memory, in their order, and where on disk the others begin.</summary>
internal sealed class DispatchLane(string service)
{
    // The newest that was not taken into memory.
    private long _skipped;

    public string Service { get; } = service;

    /// <summary>Those whose turn comes.</summary>
    public LaneQueue Waiting { get; } = new();

    /// <summary>Deliveries under way.</summary>
    public int Running;

    /// <summary>Those that wait until their next try.</summary>
    public int Delayed;

    /// <summary>Somebody offers the service, as far as is known.</summary>
    public bool IsOffered;

    // In the core's queues.
    public bool IsReady, IsHungry, IsRefilling;

    /// <summary>All that have a greater number and wait are on disk alone.</summary>
    public long LastRead { get; private set; }

    /// <summary>Some are on disk alone.</summary>
    public bool IsOverfull { get; private set; }

    /// <summary>Those in memory.</summary>
    public int Known => Waiting.Count + Running + Delayed;

    public bool IsEmpty => Known == 0 && !IsOverfull && !IsRefilling;

    public bool MayBegin(int perTarget) => IsOffered && Running < perTarget && Waiting.Count > 0;

    // From half of the window on it is worth the way to the disk.
    public bool WantsMore(int window) => IsOffered && IsOverfull && !IsRefilling && Known <= window / 2;

    /// <summary>Whether a request may be in memory.</summary>
    public bool Holds(long number) => !IsOverfull || number <= LastRead;

    /// <summary>A request stays on disk alone.</summary>
    public void Skip(long number)
    {
        // All before it are in memory. While the hub starts, newer ones may have been left out before it.
        LastRead = IsOverfull ? Math.Min(LastRead, number - 1) : number - 1;
        IsOverfull = true;
        _skipped = Math.Max(_skipped, number);
    }

    /// <summary>All up to this number are in memory, or have ended.</summary>
    public void ReadUpTo(long number)
    {
        LastRead = Math.Max(LastRead, number);
        if (_skipped <= LastRead) IsOverfull = false;
    }
}

/// <summary>A queue into which one that was taken out can come back as the next.</summary>
internal sealed class LaneQueue
{
    private readonly Queue<Delivery> _queue = new();
    private readonly Stack<Delivery> _back = new();

    public int Count => _queue.Count + _back.Count;

    public void Enqueue(Delivery delivery) => _queue.Enqueue(delivery);

    public void PutBack(Delivery delivery) => _back.Push(delivery);

    public Delivery Dequeue() => _back.TryPop(out var delivery) ? delivery : _queue.Dequeue();
}
