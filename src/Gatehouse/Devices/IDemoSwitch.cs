namespace Gatehouse.Devices;

/// <summary>Whether the made-up devices were removed: a choice that outlives the run. Any thread.</summary>
internal interface IDemoSwitch
{
    bool IsRemoved { get; }

    /// <summary>Keeps the choice. When it throws, nothing has changed.</summary>
    Task SetRemovedAsync(bool removed, CancellationToken stop);
}

/// <summary>Keeps the choice as long as the hub runs.</summary>
internal sealed class DemoSwitch : IDemoSwitch
{
    private volatile bool _removed;

    public bool IsRemoved => _removed;

    public Task SetRemovedAsync(bool removed, CancellationToken stop)
    {
        _removed = removed;
        return Task.CompletedTask;
    }
}
