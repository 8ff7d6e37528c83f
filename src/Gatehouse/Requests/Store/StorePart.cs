using Gatehouse.Parts;
using Gatehouse.Services;

namespace Gatehouse.Requests.Store;

/// <summary>Offers <c>titanic.store</c> as long as the hub runs.</summary>
internal sealed class StorePart(StoreService service, TimeProvider time) : IOpeningPart
{
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Name => "store";

    /// <summary>Done when the service is offered.</summary>
    public Task Opened => _opened.Task;

    public async Task RunAsync(Hub hub, CancellationToken stop)
    {
        using var offer = hub.Services.Offer(ServiceName.Parse(StoreService.ServiceName), service, StoreService.Info);
        _opened.TrySetResult();
        await Task.Delay(Timeout.InfiniteTimeSpan, time, stop);
    }
}
