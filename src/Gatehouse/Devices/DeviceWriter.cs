using Gatehouse.Parts;
using Gatehouse.Sdk.Devices;
using Gatehouse.Sdk.Values;
using Gatehouse.Tree;

namespace Gatehouse.Devices;

/// <summary>
/// One device as its driver publishes it: announced and owned from making to disposing. What is set passes the driver's
/// <see cref="FloodGate"/> on its way into the tree. Any thread; never waits.
/// </summary>
internal sealed class DeviceWriter : IDisposable
{
    private readonly DeviceRegistry _registry;
    private readonly FloodGate _gate;
    private readonly string _branch;
    private readonly Dictionary<string, DeviceProperty> _properties = new(StringComparer.Ordinal);
    private readonly IDisposable _owning;
    private readonly IDisposable _presence;
    private readonly Lock _writing = new();
    private volatile DeviceInfo _device;
    private bool _left;

    /// <summary>Announces the device and takes its keys.</summary>
    /// <param name="owner">Answers writes of others; without one they are refused.</param>
    /// <exception cref="Sdk.NameTakenException">The device, or some of its keys, belong to somebody else.</exception>
    /// <exception cref="Sdk.KeyFormatException">The name or a property cannot be part of a key.</exception>
    public DeviceWriter(Hub hub, DeviceRegistry registry, FloodGate gate, DeviceInfo device, IKeyOwner? owner = null)
    {
        (_registry, _gate) = (registry, gate);
        _branch = DeviceRegistry.KeyOf(device.Name, "");
        _device = device;
        foreach (var (name, info) in device.Properties)
        {
            _properties.Add(name, new DeviceProperty(hub.Tree.Intern(DeviceRegistry.KeyOf(device.Name, name)), info, gate.Time));
        }
        _owning = hub.Tree.Own(new KeyFilter(_branch), owner ?? new ReadOnlyOwner($"driver {gate.Driver}"));
        try
        {
            _presence = registry.Announce(device, Follow);
        }
        catch
        {
            _owning.Dispose();
            throw;
        }
    }

    /// <summary>What is known of it, with what people said.</summary>
    public DeviceInfo Device => _device;

    /// <summary>One of the announced properties; keep it where the look-up would cost.</summary>
    /// <exception cref="KeyNotFoundException">It was not announced.</exception>
    public DeviceProperty Property(string name) => _properties[name];

    /// <summary>Sets one property.</summary>
    /// <exception cref="ObjectDisposedException">The device has left.</exception>
    public void Set(string property, Value value, Quality quality = Quality.Good, DateTime time = default) =>
        Set([Property(property).To(value, quality, time)]);

    /// <summary>Sets several properties of this device, which readers see all together unless the driver floods.</summary>
    /// <exception cref="ArgumentException">A key belongs to another device.</exception>
    /// <exception cref="ObjectDisposedException">The device has left.</exception>
    public void Set(params ReadOnlySpan<Change> batch)
    {
        foreach (ref readonly var change in batch)
        {
            if (change.Key.Text.StartsWith(_branch, StringComparison.Ordinal)) continue;
            throw new ArgumentException($"{change.Key} is no key of {Device.Name}.", nameof(batch));
        }
        lock (_writing)
        {
            ObjectDisposedException.ThrowIf(_left, this);
            _gate.Set(batch);
        }
    }

    /// <summary>The device leaves: what was held back is set, then its values are stale.</summary>
    public void Dispose() => Leave(_gate.Release);

    /// <summary>The device leaves and takes its values with it, as if it had never been.</summary>
    public void Remove()
    {
        Leave(_gate.Remove);
        _registry.Forget(Device.Name);
    }

    private void Follow(DeviceInfo device)
    {
        _device = device;
        foreach (var (name, property) in _properties) property.Follow(device.Properties[name]);
    }

    private void Leave(Action<Key> part)
    {
        lock (_writing)
        {
            if (_left) return;
            _left = true;
            foreach (var property in _properties.Values) part(property.Key);
        }
        _presence.Dispose();
        _owning.Dispose();
    }
}
