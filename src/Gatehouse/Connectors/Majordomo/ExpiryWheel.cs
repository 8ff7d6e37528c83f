namespace Gatehouse.Connectors.Majordomo;

/// <summary>
/// When waiting requests expire: adding and removing cost the same however many there are. A slot is 64 ms, a turn about 65 s; what is
/// due later stays in its slot for another turn. Exact to the millisecond.
/// </summary>
internal sealed class ExpiryWheel
{
    private const int Slots = 1024, Shift = 6;

    private readonly Request?[] _first = new Request?[Slots], _last = new Request?[Slots];
    private readonly List<Request> _due = [];
    private long _cursor = long.MinValue;

    public int Count { get; private set; }

    public void Add(Request request, long due)
    {
        if (Count == 0) _cursor = due >> Shift;
        else if (due >> Shift < _cursor) _cursor = due >> Shift;
        request.Due = due;
        var slot = Slot(due);
        request.NextDue = null;
        request.PreviousDue = _last[slot];
        if (_last[slot] is { } last) last.NextDue = request;
        else _first[slot] = request;
        _last[slot] = request;
        Count++;
    }

    public void Remove(Request request)
    {
        var slot = Slot(request.Due);
        if (request.PreviousDue is { } previous) previous.NextDue = request.NextDue;
        else _first[slot] = request.NextDue;
        if (request.NextDue is { } next) next.PreviousDue = request.PreviousDue;
        else _last[slot] = request.PreviousDue;
        request.NextDue = request.PreviousDue = null;
        Count--;
    }

    /// <summary>Takes out what is due. The list is used again by the next call.</summary>
    public List<Request> TakeDue(long now)
    {
        _due.Clear();
        if (Count == 0) return _due;
        var target = now >> Shift;
        if (target - _cursor >= Slots) _cursor = target - Slots + 1;
        for (; _cursor <= target; _cursor++)
        {
            for (var request = _first[_cursor & (Slots - 1)]; request is not null;)
            {
                var next = request.NextDue;
                if (request.Due <= now)
                {
                    Remove(request);
                    _due.Add(request);
                }
                request = next;
            }
        }
        _cursor = target;
        return _due;
    }

    /// <summary>When to look again: the first due, or earlier.</summary>
    public long Next()
    {
        if (Count == 0) return long.MaxValue;
        for (var tick = _cursor; tick < _cursor + Slots; tick++)
        {
            var next = long.MaxValue;
            for (var request = _first[tick & (Slots - 1)]; request is not null; request = request.NextDue)
            {
                if (request.Due >> Shift <= tick) next = Math.Min(next, request.Due);
            }
            if (next != long.MaxValue) return next;
        }
        return (_cursor + Slots) << Shift;
    }

    private static int Slot(long due) => (int)((due >> Shift) & (Slots - 1));
}
