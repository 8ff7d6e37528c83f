using Gatehouse.Parts;
using Gatehouse.Services;

namespace Gatehouse.Requests.Store;

/// <summary>Offers <c>titanic.store</c> as long as the hub runs.</summary>
internal sealed class StorePart(StoreService service, TimeProvider time) : IPart
{
    public string Name => "store";

    public async Task RunAsync(Hub hub, CancellationToken stop)
    {
        using var offer = hub.Services.Offer(ServiceName.Parse(StoreService.ServiceName), service, StoreService.Info);
        await Task.Delay(Timeout.InfiniteTimeSpan, time, stop);
    }
}
