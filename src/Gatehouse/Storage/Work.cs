namespace Gatehouse.Storage;

/// <summary>Something to write, and who waits for it to be on disk.</summary>
internal abstract class Work
{
    /// <summary>True when nobody waits for it any more.</summary>
    public abstract bool IsCancelled { get; }

    /// <summary>Why this work failed by itself; null while it has not.</summary>
    public Exception? Failure { get; set; }

    public abstract void Run(Session session);

    /// <summary>Tells who waits: its own failure, that of its whole group, or its result.</summary>
    public abstract void Settle(Exception? groupFailure);
}

/// <inheritdoc/>
internal sealed class Work<T>(Func<Session, T> work, CancellationToken stop) : Work
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;

    public Task<T> Done => _done.Task;

    public override bool IsCancelled => stop.IsCancellationRequested;

    public override void Run(Session session) => _result = work(session);

    public override void Settle(Exception? groupFailure)
    {
        if (Failure is OperationCanceledException && stop.IsCancellationRequested) _done.SetCanceled(stop);
        else if ((Failure ?? groupFailure) is { } failure) _done.SetException(failure);
        else _done.SetResult(_result!);
    }
}
