using Gatehouse.Runtime;
using Gatehouse.Sdk.Values;
using Gatehouse.Security;
using Gatehouse.Services;
using Gatehouse.Storage;

namespace Gatehouse.Requests;

/// <summary>
/// <c>titanic.request</c>, <c>titanic.reply</c> and <c>titanic.close</c> (RFC 9): the queue for whoever calls services. The first frame of
/// each answer is the status; nothing that is sent to them goes without one.
/// </summary>
internal sealed class TitanicServices(RequestQueue queue, IAccess access) : IServiceOwner
{
    public const string RequestName = "titanic.request", ReplyName = "titanic.reply", CloseName = "titanic.close";

    /// <summary>What stands before an id of the caller's own.</summary>
    public const string NamedPrefix = RequestName + ".";

    // Others hear at once that there is no answer yet.
    private const int MostWaiting = 10_000;

    private int _waiting;

    public string Name => "titanic";

    /// <summary>All that is offered, until it is disposed.</summary>
    public IReadOnlyList<IDisposable> Offer(ServiceDirectory directory) =>
    [
        directory.Offer(ServiceName.Parse(RequestName), this, new ServiceInfo
        {
            Summary = "Keeps a request on disk and delivers it until it is answered.",
            Parameters = "the target's name, then what it is given",
            Returns = "200 and the request's id; 400 when it makes no sense; 500 when it is not stored",
        }),
        directory.Offer(ServiceName.Parse(NamedPrefix), this, new ServiceInfo
        {
            Summary = "The same with an id of the caller's own behind the dot: asking twice does no more than asking once.",
            Idempotent = true,
            Parameters = "the target's name, then what it is given",
            Returns = "as titanic.request; 400 when another request has that id",
        }),
        directory.Offer(ServiceName.Parse(ReplyName), this, new ServiceInfo
        {
            Summary = "The answer to a request that was kept.",
            Idempotent = true,
            Parameters = "the id; then, if wanted, for how many milliseconds to wait for the answer, up to 60000",
            Returns = "200 and the answer's frames; 300 while there is none; 400 when there will be none",
        }),
        directory.Offer(ServiceName.Parse(CloseName), this, new ServiceInfo
        {
            Summary = "Forgets a request and its answer.",
            Idempotent = true,
            Parameters = "the id",
            Returns = "200, also for an id that is not known",
        }),
    ];

    public void Accept(Call call)
    {
        if (call.Name == RequestName) Request(call, id: null);
        else if (call.Name.StartsWith(NamedPrefix, StringComparison.Ordinal)) Request(call, call.Name[NamedPrefix.Length..]);
        else ThreadPool.UnsafeQueueUserWorkItem(static work => work.Owner.Run(work.Call), (Owner: this, Call: call), preferLocal: false);
    }

    private void Request(Call call, string? id)
    {
        if (!TitanicBody.TryReadRequest(call.Frames, out var service, out var frames) || !access.MayCall(call.Origin, service))
        {
            call.Complete(Reply.Ok(TitanicBody.Unknown));
            return;
        }
        queue.Accept(new NewRequest(id, service, frames, call.Origin.Text), told => call.Complete(Reply.Ok(Body(told))));
    }

    private static Frames Body(Acceptance told) =>
        told.IsKept ? TitanicBody.Accepted(told.Id)
        : told.Status is AcceptStatus.Invalid or AcceptStatus.Conflict ? TitanicBody.Unknown
        : TitanicBody.Failed;

    // What is waited for is the call: every way out of it completes it.
    private void Run(Call call) => RunAsync(call).Forget();

    private async Task RunAsync(Call call)
    {
        try
        {
            call.Complete(Reply.Ok(call.Name == ReplyName ? await ReplyAsync(call) : await CloseAsync(call)));
        }
        catch (OperationCanceledException)
        {
            // Whoever asked has gone.
        }
        catch (Exception e) when (e is StorageException or ObjectDisposedException)
        {
            call.Complete(Reply.Ok(TitanicBody.Failed));
        }
    }

    private async Task<Frames> ReplyAsync(Call call)
    {
        if (!TitanicBody.TryReadReply(call.Frames, out var id, out var patience)) return TitanicBody.Unknown;
        return await FindAsync(id, patience, call) switch
        {
            { State: RequestState.Answered } request => TitanicBody.Answer(request.Answer),
            { State: RequestState.Pending } => TitanicBody.Pending,
            _ => TitanicBody.Unknown,
        };
    }

    private async Task<StoredRequest?> FindAsync(string id, TimeSpan patience, Call call)
    {
        if (patience == TimeSpan.Zero) return queue.Find(id);
        try
        {
            var isAllowed = Interlocked.Increment(ref _waiting) <= MostWaiting;
            return await queue.WaitAsync(id, isAllowed ? patience : TimeSpan.Zero, call.Abandoned);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    // Closing what there is not is no mistake.
    private async Task<Frames> CloseAsync(Call call)
    {
        if (TitanicBody.TryReadClose(call.Frames, out var id)) await queue.CloseAsync(id, call.Abandoned);
        return TitanicBody.Ok;
    }
}
