namespace Gatehouse.Requests;

/// <summary>Those who wait for requests to end, by id. Any thread.</summary>
internal sealed class RequestWaiters
{
    private readonly Dictionary<string, Waiter> _waiters = new(StringComparer.Ordinal);

    /// <summary>Who waits now.</summary>
    public int Count
    {
        get
        {
            lock (_waiters) return _waiters.Count;
        }
    }

    /// <summary>Waits for a request until what is returned is disposed.</summary>
    public Wait Add(string id)
    {
        lock (_waiters)
        {
            if (!_waiters.TryGetValue(id, out var waiter)) _waiters.Add(id, waiter = new Waiter());
            waiter.Users++;
            return new Wait(this, id, waiter);
        }
    }

    /// <summary>The request is pending no longer.</summary>
    public void Tell(string id)
    {
        Waiter? waiter;
        lock (_waiters)
        {
            if (!_waiters.Remove(id, out waiter)) return;
        }
        waiter.Ended.TrySetResult();
    }

    private void Leave(string id, Waiter waiter)
    {
        lock (_waiters)
        {
            if (--waiter.Users == 0 && _waiters.GetValueOrDefault(id) == waiter) _waiters.Remove(id);
        }
    }

    internal sealed class Wait(RequestWaiters waiters, string id, Waiter waiter) : IDisposable
    {
        public Task Ended => waiter.Ended.Task;

        public void Dispose() => waiters.Leave(id, waiter);
    }

    internal sealed class Waiter
    {
        public readonly TaskCompletionSource Ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        public int Users;
    }
}
