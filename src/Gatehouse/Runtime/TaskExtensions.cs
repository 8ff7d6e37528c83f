namespace Gatehouse.Runtime;

/// <summary>What the platform's tasks lack.</summary>
internal static class TaskExtensions
{
    /// <summary>
    /// Says that a task's outcome reaches those concerned in another way. A failure that was not meant to be possible ends the process
    /// rather than vanish.
    /// </summary>
    public static void Forget(this Task task)
    {
        if (task.IsCompletedSuccessfully) return;
        _ = task.ContinueWith(
            static t => Environment.FailFast("A task that cannot fail did.", t.Exception),
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }
}
