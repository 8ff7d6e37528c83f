using Gatehouse.Devices;
using Gatehouse.Sdk.Devices;

namespace Gatehouse.Drivers.System;

/// <summary>
/// Sensors that are read together. What reading uses (files, counters of the last round) and what publishing uses (devices) are apart,
/// because devices leave while a read may hang.
/// </summary>
internal abstract class SensorGroup(Machine machine, string name, string? family = null) : AbandonableRead(name, family)
{
    private readonly List<MachineDevice> _announced = [];

    protected Machine Machine => machine;

    protected override void Leave()
    {
        foreach (var device in _announced) device.Dispose();
        _announced.Clear();
    }

    /// <summary>A device that appears with its first values.</summary>
    protected internal MachineDevice Device(string name, string title, IReadOnlyDictionary<string, PropertyInfo> properties) =>
        new(machine, name, title, properties, _announced.Add);

    /// <summary>The device is gone. Part of publishing.</summary>
    protected void Remove(MachineDevice device)
    {
        if (_announced.Remove(device)) device.Dispose();
    }
}
