namespace Gatehouse.Requests;

/// <summary>What the queue counts. Changed on the writer's thread, but for those with a method; read by any.</summary>
internal sealed class RequestInstruments
{
    private long _refused, _delivered, _retried, _pending;

    public long Accepted, Known, NotStored, Answered, Failed, Expired, Closed;

    /// <summary>Requests that have no answer yet.</summary>
    public long Pending => Volatile.Read(ref _pending);

    public long Refused => Volatile.Read(ref _refused);

    public long Delivered => Volatile.Read(ref _delivered);

    public long Retried => Volatile.Read(ref _retried);

    public void AddPending(long count) => Interlocked.Add(ref _pending, count);

    public void Refuse() => Interlocked.Increment(ref _refused);

    public void Deliver() => Interlocked.Increment(ref _delivered);

    public void Retry() => Interlocked.Increment(ref _retried);
}
