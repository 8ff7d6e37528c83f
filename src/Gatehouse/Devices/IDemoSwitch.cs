using Gatehouse.Storage;

namespace Gatehouse.Devices;

/// <summary>Whether the made-up devices were removed: a choice that outlives the run. Any thread.</summary>
internal interface IDemoSwitch
{
    bool IsRemoved { get; }

    /// <summary>Keeps the choice. When it throws, nothing has changed.</summary>
    Task SetRemovedAsync(bool removed, CancellationToken stop);
}

/// <summary>Keeps the choice in <c>hub.db</c>.</summary>
internal sealed class DemoSwitch(HubSettings settings) : IDemoSwitch
{
    private const string Name = "demo.removed";

    public bool IsRemoved => settings.Get(Name) is not null;

    public Task SetRemovedAsync(bool removed, CancellationToken stop) => settings.SetAsync(Name, removed ? "true" : null, stop);
}
