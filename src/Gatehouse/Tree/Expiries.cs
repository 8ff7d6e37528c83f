using Gatehouse.Sdk.Values;

namespace Gatehouse.Tree;

/// <summary>
/// When values with a time to live are due to go. Counts on the monotonic clock, so clock steps move nothing. A key waits in the queue
/// once, however often it is renewed: when its turn comes too early it queues again.
/// </summary>
internal sealed class Expiries(TimeProvider time)
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(36_500);

    private readonly Lock _ordering = new();
    private readonly Dictionary<Slot, Lease> _leases = new(ReferenceEqualityComparer.Instance);
    private readonly PriorityQueue<Slot, long> _byDue = new();

    /// <summary>How many keys have a time to live.</summary>
    public int Count
    {
        get
        {
            lock (_ordering) return _leases.Count;
        }
    }

    public void Add(Slot slot, Entry entry, TimeSpan ttl)
    {
        var seconds = Math.Clamp(ttl.TotalSeconds, 0, Longest.TotalSeconds);
        var due = time.GetTimestamp() + (long)(seconds * time.TimestampFrequency);
        lock (_ordering)
        {
            var queued = _leases.TryGetValue(slot, out var before) ? Math.Min(before.Queued, due) : due;
            _leases[slot] = new Lease(entry, due, queued);
            if (before.Entry is null || due < before.Queued) _byDue.Enqueue(slot, due);
        }
    }

    /// <summary>Takes the next one that is due and still the present value.</summary>
    public bool TryTakeDue(out Slot slot, out Entry entry)
    {
        lock (_ordering)
        {
            var now = time.GetTimestamp();
            while (_byDue.TryPeek(out slot!, out var turn) && turn <= now)
            {
                _byDue.Dequeue();
                // Otherwise its turn was brought forward, and is over.
                if (!_leases.TryGetValue(slot, out var lease) || lease.Queued != turn) continue;
                if (ReferenceEquals(slot.Current, lease.Entry) && lease.Due > now)
                {
                    _leases[slot] = lease with { Queued = lease.Due };
                    _byDue.Enqueue(slot, lease.Due);
                    continue;
                }
                _leases.Remove(slot);
                entry = lease.Entry;
                if (ReferenceEquals(slot.Current, entry)) return true;
            }
        }
        (slot, entry) = (null!, null!);
        return false;
    }

    /// <param name="Entry">The value that goes.</param>
    /// <param name="Due">When it goes.</param>
    /// <param name="Queued">When its key has its turn in the queue: then, or earlier.</param>
    private readonly record struct Lease(Entry Entry, long Due, long Queued);
}
