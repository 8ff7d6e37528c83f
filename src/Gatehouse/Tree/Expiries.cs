using Gatehouse.Sdk.Values;

namespace Gatehouse.Tree;

/// <summary>When values with a time to live are due to go. Counts on the monotonic clock, so clock steps move nothing.</summary>
internal sealed class Expiries(TimeProvider time)
{
    private readonly Lock _ordering = new();
    private readonly PriorityQueue<(Slot Slot, Entry Entry), long> _byDue = new();

    public void Add(Slot slot, Entry entry, TimeSpan ttl)
    {
        var seconds = Math.Min(Math.Max(ttl.TotalSeconds, 0), TimeSpan.FromDays(36_500).TotalSeconds);
        var due = time.GetTimestamp() + (long)(seconds * time.TimestampFrequency);
        lock (_ordering) _byDue.Enqueue((slot, entry), due);
    }

    /// <summary>Takes the next one that is due and still the present value.</summary>
    public bool TryTakeDue(out Slot slot, out Entry entry)
    {
        lock (_ordering)
        {
            while (_byDue.TryPeek(out var next, out var due) && (due <= time.GetTimestamp() || !IsPresent(next)))
            {
                _byDue.Dequeue();
                (slot, entry) = next;
                if (IsPresent(next)) return true;
            }
        }
        (slot, entry) = (null!, null!);
        return false;
    }

    private static bool IsPresent((Slot Slot, Entry Entry) item) => ReferenceEquals(item.Slot.Current, item.Entry);
}
