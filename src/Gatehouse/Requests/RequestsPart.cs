using Gatehouse.Parts;
using Gatehouse.Security;
using Gatehouse.Storage;

namespace Gatehouse.Requests;

/// <summary>
/// Lets the queue deliver as long as the hub runs, offers the Titanic services, and removes what is too old. Without its file it waits for
/// that; the services are there and say that nothing can be stored.
/// </summary>
internal sealed partial class RequestsPart(
    RequestQueue queue, RequestExpiry expiry, IAccess access, TimeProvider time, ILogger<RequestsPart> logger) : IOpeningPart
{
    /// <summary>Between two looks at what there is to show.</summary>
    public static readonly TimeSpan ShowPause = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Name => "requests";

    /// <summary>Done when the services are offered; what waits on disk is found later.</summary>
    public Task Opened => _opened.Task;

    public async Task RunAsync(Hub hub, CancellationToken stop)
    {
        var offers = new TitanicServices(queue, access).Offer(hub.Services);
        _opened.TrySetResult();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            var delivering = DeliverAsync(ending.Token);
            var showing = ShowAsync(hub, ending.Token);
            // Both run until they are stopped; one that fails takes the other along.
            await Task.WhenAny(delivering, showing);
            await ending.CancelAsync();
            await Task.WhenAll(delivering, showing);
        }
        finally
        {
            queue.Dispatcher.Stop();
            foreach (var offer in offers) offer.Dispose();
        }
    }

    private async Task DeliverAsync(CancellationToken stop)
    {
        while (true)
        {
            try
            {
                await queue.Dispatcher.StartAsync(stop);
                if (queue.Instruments.Pending is var pending and > 0) LogFound(pending);
                break;
            }
            catch (StorageException e)
            {
                LogWaits(e.Message);
                await Task.Delay(RetryPause, time, stop);
            }
        }
        await expiry.RunAsync(stop);
    }

    private async Task ShowAsync(Hub hub, CancellationToken stop)
    {
        var values = new RequestValues(hub.Tree);
        using var timer = new PeriodicTimer(ShowPause, time);
        do values.Show(queue);
        while (await timer.WaitForNextTickAsync(stop));
    }

    [LoggerMessage(11004, LogLevel.Information, "{Count} requests wait for their answers")]
    private partial void LogFound(long count);

    [LoggerMessage(11005, LogLevel.Warning, "Requests are not delivered yet: {Reason}")]
    private partial void LogWaits(string reason);
}
