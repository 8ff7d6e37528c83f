namespace Gatehouse.Storage;

/// <summary>
/// Something to write, and who waits for it to be on disk. Derive from it to write many rows at once and to be told on the writer's thread;
/// such a work may be given to the database again once it was settled.
/// </summary>
internal abstract class Work
{
    /// <summary>True when nobody waits for it any more.</summary>
    public virtual bool IsCancelled => false;

    /// <summary>It holds one of the places of those that wait.</summary>
    internal bool HoldsPlace { get; init; }

    /// <summary>Told how it ended before who waits is; null when it succeeded.</summary>
    internal Action<Exception?>? Observer { get; set; }

    /// <summary>Why this work failed by itself; null while it has not.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Writes, on the writer's thread. What it wrote is undone when it throws.</summary>
    public abstract void Run(Session session);

    /// <summary>Tells who waits, on the writer's thread, so it must be quick and may not throw: null when it is on disk.</summary>
    protected abstract void Settle(Exception? failure);

    internal void End(Exception? groupFailure)
    {
        var failure = Failure ?? groupFailure;
        Failure = null;
        Observer?.Invoke(failure);
        Settle(failure);
    }
}

/// <inheritdoc/>
internal sealed class Work<T>(Func<Session, T> work, CancellationToken stop) : Work
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;

    public Task<T> Done => _done.Task;

    public override bool IsCancelled => stop.IsCancellationRequested;

    public override void Run(Session session) => _result = work(session);

    protected override void Settle(Exception? failure)
    {
        if (failure is OperationCanceledException && stop.IsCancellationRequested) _done.SetCanceled(stop);
        else if (failure is not null) _done.SetException(failure);
        else _done.SetResult(_result!);
    }
}
