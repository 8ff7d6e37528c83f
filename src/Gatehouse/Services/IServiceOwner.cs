using Gatehouse.Runtime;

namespace Gatehouse.Services;

/// <summary>Whoever answers a service.</summary>
internal interface IServiceOwner
{
    /// <summary>Its name in messages: the part.</summary>
    string Name { get; }

    /// <summary>Takes a call and completes it later, from any thread, or at once. Must not wait.</summary>
    void Accept(Call call);

    /// <summary>How much the service has to do now; null when its owner does not count that. Any thread, at once.</summary>
    ServiceLoad? Load(string name) => null;
}

/// <summary>What a service that several workers answer has to do at the moment.</summary>
/// <param name="Workers">Those that answer it.</param>
/// <param name="Idle">Those of them that wait for a request.</param>
/// <param name="Queued">Requests that wait for a worker.</param>
/// <param name="Rate">Requests in a second, over the last few seconds.</param>
internal readonly record struct ServiceLoad(int Workers, int Idle, int Queued, double Rate);

/// <summary>Answers from memory, at once, on the caller's thread.</summary>
internal sealed class InlineOwner(string name, Func<Call, Reply> answer) : IServiceOwner
{
    public string Name { get; } = name;

    public void Accept(Call call) => call.Complete(answer(call));
}

/// <summary>Answers by an asynchronous handler on the thread pool; callers beyond the limit are told so at once.</summary>
internal sealed class HandlerOwner : IServiceOwner
{
    private readonly Func<Call, CancellationToken, ValueTask<Reply>> _answer;
    private readonly int _limit;
    private int _running;

    public HandlerOwner(string name, Func<Call, CancellationToken, ValueTask<Reply>> answer, int limit = 64) =>
        (Name, _answer, _limit) = (name, answer, limit);

    public string Name { get; }

    public void Accept(Call call)
    {
        if (Interlocked.Increment(ref _running) > _limit)
        {
            Interlocked.Decrement(ref _running);
            call.Complete(Reply.Busy($"{Name} has {_limit} calls in hand; try again shortly"));
            return;
        }
        ThreadPool.UnsafeQueueUserWorkItem(static work => work.Owner.Run(work.Call), (Owner: this, Call: call), preferLocal: false);
    }

    // The call is what is waited for: every way out of it completes the call, so the task itself has nothing to tell.
    private void Run(Call call) => RunAsync(call).Forget();

    private async Task RunAsync(Call call)
    {
        try
        {
            call.Complete(await _answer(call, call.Abandoned));
        }
        catch (Exception e)
        {
            call.Complete(Reply.Failed($"{Name} failed: {e.Message}"));
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }
}
