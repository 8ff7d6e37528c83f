using System.Threading.Tasks.Sources;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Zmtp.Patterns;

/// <summary>
/// Somebody who waits to send or to receive; used again when he has gone on. Its place in a list is guarded by the socket's lock.
/// </summary>
internal sealed class SocketWait(SocketQueues queues) : IValueTaskSource<Frames>, IValueTaskSource
{
    private ManualResetValueTaskSourceCore<Frames> _core = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _registration;

    public SocketWait? Previous { get; set; }

    public SocketWait? Next { get; set; }

    /// <summary>Where it waits; null when it is decided.</summary>
    public SocketWaits? List { get; set; }

    /// <summary>What it wants to send.</summary>
    public Frames Message { get; set; }

    /// <summary>To whom alone; null when any will do.</summary>
    public SocketLink? Target { get; set; }

    public short Version => _core.Version;

    /// <summary>Outside of the lock, before anybody can ask for the result.</summary>
    public void GiveUpAt(CancellationToken stop)
    {
        if (!stop.CanBeCanceled) return;
        _registration = stop.UnsafeRegister(static (wait, token) => ((SocketWait)wait!).GiveUp(token), this);
    }

    /// <summary>It is done, with this message when it is one that receives. Within the lock.</summary>
    public void Decide(in Frames message)
    {
        List!.Remove(this);
        _core.SetResult(message);
    }

    /// <summary>It failed. Within the lock.</summary>
    public void Decide(Exception error)
    {
        List!.Remove(this);
        _core.SetException(error);
    }

    public Frames GetResult(short token)
    {
        // Waits for a cancellation under way, which must not meet the next use.
        _registration.Dispose();
        _registration = default;
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            _core.Reset();
            (Message, Target) = (default, null);
            queues.Return(this);
        }
    }

    void IValueTaskSource.GetResult(short token) => GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private void GiveUp(CancellationToken token)
    {
        if (queues.TryRemove(this)) _core.SetException(new OperationCanceledException(token));
    }
}

/// <summary>Those who wait, first come first. Guarded by the socket's lock.</summary>
internal sealed class SocketWaits
{
    private SocketWait? _last;

    public SocketWait? First { get; private set; }

    public void Add(SocketWait wait)
    {
        (wait.List, wait.Previous, wait.Next) = (this, _last, null);
        if (_last is null) First = wait;
        else _last.Next = wait;
        _last = wait;
    }

    public void Remove(SocketWait wait)
    {
        if (wait.Previous is null) First = wait.Next;
        else wait.Previous.Next = wait.Next;
        if (wait.Next is null) _last = wait.Previous;
        else wait.Next.Previous = wait.Previous;
        (wait.List, wait.Previous, wait.Next) = (null, null, null);
        if (wait.Target is { } target) target.Senders--;
    }
}
