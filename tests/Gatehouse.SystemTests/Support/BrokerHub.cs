namespace Gatehouse.SystemTests.Support;

/// <summary>One hub with a broker, for all tests of a class.</summary>
public sealed class BrokerHub : IAsyncLifetime
{
    private HubRunner? _hub;

    internal HubRunner Hub => _hub ?? throw new InvalidOperationException("The hub has not been started.");

    /// <summary>Where ZeroMQ programs reach it.</summary>
    public string Address { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        string[] settings = [.. HubRunner.WithBroker(out var address), "majordomo.requestExpiry=2s"];
        Address = address;
        _hub = await HubRunner.StartAsync(settings);
    }

    public async ValueTask DisposeAsync()
    {
        if (_hub is not null) await _hub.DisposeAsync();
    }
}
