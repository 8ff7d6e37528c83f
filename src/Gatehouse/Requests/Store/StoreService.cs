using System.Text;
using Gatehouse.Runtime;
using Gatehouse.Sdk.Values;
using Gatehouse.Services;
using Gatehouse.Storage;

namespace Gatehouse.Requests.Store;

/// <summary>
/// The service <c>titanic.store</c>: <c>[action][service][section][key][value]</c>, answered by the names that were asked for, what was
/// found, and the status as the last frame.
/// </summary>
internal sealed class StoreService(KeptValues values, int limit = StoreService.UsualLimit) : IServiceOwner
{
    public const string ServiceName = "titanic.store";

    /// <summary>A list that has more bytes is refused: it would not fit what may wait for one program.</summary>
    public const int LongestList = 8 * 1024 * 1024;

    private const int UsualLimit = 1024;

    private int _running;

    public static ServiceInfo Info { get; } = new()
    {
        Summary = "Keeps values by service, section and key; the last frame of the answer is its status.",
        Parameters = """["set", "localhost.scenario", "hall", "lamp", "on"]; also get, delete, list and cas""",
        Returns = """["localhost.scenario", "hall", "lamp", 200]""",
    };

    public string Name => "requests";

    // What changes something stands in the file's queue before this returns: so two requests of one client keep their order.
    public void Accept(Call call)
    {
        if (!StoreRequest.TryRead(call.Frames, out var request, out var refusal))
        {
            call.Complete(Answer(call.Frames, 0, refusal));
            return;
        }
        if (Interlocked.Increment(ref _running) > limit)
        {
            Interlocked.Decrement(ref _running);
            call.Complete(Answer(call.Frames, 0, StoreStatus.Error));
            return;
        }
        if (request.Action is not (StoreAction.Get or StoreAction.List)) RunAsync(call, request).Forget();
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                static work => work.Owner.RunAsync(work.Call, work.Request).Forget(), (Owner: this, Call: call, Request: request),
                preferLocal: false);
        }
    }

    // The call is what is waited for: every way out of it completes the call, so the task itself has nothing to tell.
    private async Task RunAsync(Call call, StoreRequest request)
    {
        try
        {
            call.Complete(request.Action switch
            {
                StoreAction.Get => Get(call.Frames, request),
                StoreAction.List => List(call.Frames, request),
                StoreAction.Delete => await DeleteAsync(call.Frames, request),
                _ => await SetAsync(call.Frames, request),
            });
        }
        catch (StorageException)
        {
            call.Complete(Answer(call.Frames, 0, StoreStatus.Error)); // what is wrong with the file is told by the file's own part
        }
        catch (Exception e)
        {
            call.Complete(Reply.Failed($"{ServiceName} failed: {e.Message}"));
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    private Reply Get(Frames asked, StoreRequest request) => values.Get(KeyOf(request)) is { } value
        ? Answer(asked, request.Names, StoreStatus.Ok, value) : Answer(asked, request.Names, StoreStatus.NotFound);

    private Reply List(Frames asked, StoreRequest request)
    {
        var names = request.Section is { } section ? values.Keys(request.Service, section)
            : values.Sections(request.Service) is { Count: > 0 } sections ? sections : null;
        if (names is null) return Answer(asked, request.Names, StoreStatus.NotFound);
        var joined = StoreName.Join(names);
        return joined.Length <= LongestList ? Answer(asked, request.Names, StoreStatus.Ok, joined)
            : Answer(asked, 0, StoreStatus.Error);
    }

    private async Task<Reply> SetAsync(Frames asked, StoreRequest request)
    {
        Func<byte[]?, bool>? condition = request.Action == StoreAction.Set ? null
            : request.Expected is { } expected ? found => found is not null && expected.Span.SequenceEqual(found) : found => found is null;
        return await values.SetAsync(KeyOf(request), request.Value, condition, CancellationToken.None) switch
        {
            StoreOutcome.Done => Answer(asked, request.Names, StoreStatus.Ok),
            StoreOutcome.Differs => Answer(asked, request.Names, StoreStatus.Conflict),
            _ => Answer(asked, 0, StoreStatus.Error),
        };
    }

    private async Task<Reply> DeleteAsync(Frames asked, StoreRequest request)
    {
        var outcome = await (request.Key is null
            ? values.DeleteAsync(request.Service, request.Section, CancellationToken.None)
            : values.DeleteAsync(KeyOf(request), null, CancellationToken.None));
        return outcome == StoreOutcome.NoSection
            ? Answer(asked, request.Names - 1, StoreStatus.Error) : Answer(asked, request.Names, StoreStatus.Ok);
    }

    private static StoreKey KeyOf(StoreRequest request) => new(request.Service, request.Section!, request.Key!);

    // The names come back as they were spelled.
    private static Reply Answer(Frames asked, int names, StoreStatus status, byte[]? found = null)
    {
        var frames = new List<byte[]>(names + 2);
        for (var i = 1; i <= names; i++) frames.Add(asked[i].ToArray());
        if (found is not null) frames.Add(found);
        frames.Add(Encoding.ASCII.GetBytes($"{(int)status:D3}"));
        return Reply.Ok(Frames.Of(frames));
    }
}
