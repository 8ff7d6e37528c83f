using Gatehouse.Sdk.Majordomo;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Titanic;

/// <summary>One request to a service and its reply, by way of a broker; or a test's own.</summary>
internal interface ITitanicExchange : IAsyncDisposable
{
    Task<MdpResult> TryCallAsync(string service, Frames frames, TimeSpan more, CancellationToken stop);
}

/// <summary>By way of a broker.</summary>
internal sealed class MdpExchange(MdpClient client, TimeSpan deadline) : ITitanicExchange
{
    public Task<MdpResult> TryCallAsync(string service, Frames frames, TimeSpan more, CancellationToken stop) =>
        client.TryCallAsync(service, frames, deadline + more, stop);

    public ValueTask DisposeAsync() => client.DisposeAsync();
}
