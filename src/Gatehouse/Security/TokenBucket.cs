namespace Gatehouse.Security;

/// <summary>So many at once, and then one each period. Not for several threads.</summary>
internal sealed class TokenBucket(int capacity, TimeSpan period, TimeProvider time)
{
    private double _tokens = capacity;
    private long _counted = time.GetTimestamp();

    public bool IsFull
    {
        get
        {
            Count();
            return _tokens >= capacity;
        }
    }

    /// <summary>How long until there is one; zero when there is.</summary>
    public TimeSpan Wait
    {
        get
        {
            Count();
            return _tokens >= 1 ? TimeSpan.Zero : (1 - _tokens) * period;
        }
    }

    public void Take() => _tokens--;

    public void GiveBack() => _tokens = Math.Min(capacity, _tokens + 1);

    private void Count()
    {
        var now = time.GetTimestamp();
        _tokens = Math.Min(capacity, _tokens + (time.GetElapsedTime(_counted, now) / period));
        _counted = now;
    }
}
