using System.Runtime.InteropServices;
using Gatehouse.Devices;
using Gatehouse.Parts;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Drivers.Fake;

/// <summary>The made-up devices of one run, all there or none. When they leave, their values leave with them. Any thread.</summary>
internal sealed class FakeHouse : IDisposable
{
    private readonly Hub _hub;
    private readonly DeviceRegistry _registry;
    private readonly FloodGate _gate;
    private readonly FakeDriverOptions _options;
    private readonly IDemoSwitch _choice;
    private readonly TimeProvider _time;
    private readonly Lock _changing = new();
    private readonly List<DeviceWriter> _devices = [];
    private readonly SortedDictionary<string, FakeSensor> _sensors = new(StringComparer.Ordinal);
    private readonly List<FakeCamera> _cameras = [];
    private readonly List<Change> _round = [];
    private long _start;
    private bool _closed;

    public FakeHouse(
        Hub hub, DeviceRegistry registry, FloodGate gate, FakeDriverOptions options, IDemoSwitch choice, TimeProvider time) =>
        (_hub, _registry, _gate, _options, _choice, _time) = (hub, registry, gate, options, choice, time);

    /// <summary>The devices come with their first values, or leave, as was chosen.</summary>
    public void Follow()
    {
        lock (_changing)
        {
            if (_closed) return;
            if (_choice.IsRemoved) Clear();
            else if (_devices.Count == 0) Furnish();
        }
    }

    /// <summary>One reading of every sensor that is there.</summary>
    public void Read()
    {
        lock (_changing) ReadAll();
    }

    /// <summary>Makes one sensor suffer; returns why not, in words.</summary>
    public string? Suffer(Fault fault)
    {
        lock (_changing)
        {
            var name = fault.Sensor.StartsWith(Branch, StringComparison.Ordinal) ? fault.Sensor[Branch.Length..] : fault.Sensor;
            if (!_sensors.TryGetValue(name, out var sensor))
            {
                return _devices.Count == 0
                    ? "the demo devices were removed; demo.restore brings them back"
                    : $"device/property: '{fault.Sensor}' is no sensor of this driver; there are {string.Join(", ", _sensors.Keys)}";
            }
            sensor.Suffer(fault, Elapsed);
            return null;
        }
    }

    public void Dispose()
    {
        lock (_changing)
        {
            _closed = true;
            Clear();
        }
    }

    private string Branch => $"{_hub.Name}.fake.";

    private double Elapsed => _time.GetElapsedTime(_start).TotalSeconds;

    private void Furnish()
    {
        _start = _time.GetTimestamp();
        try
        {
            foreach (var device in FakeCatalog.Devices(_hub.Name, _options)) Add(device);
        }
        catch
        {
            Clear();
            throw;
        }
        ReadAll();
    }

    private void Add(FakeDevice device)
    {
        var lamp = device is { Signals.Count: 0, Still: null } ? new FakeLamp(_hub, device.Info.Title) : null;
        var writer = new DeviceWriter(_hub, _registry, _gate, device.Info, lamp);
        _devices.Add(writer);
        foreach (var (property, (signal, digits)) in device.Signals)
        {
            _sensors.Add($"{device.Name}/{property}", new FakeSensor(writer.Property(property), signal, digits));
        }
        if (device.Still is { } still) _cameras.Add(new FakeCamera(writer.Property(still)));
        lamp?.Begin(writer);
    }

    private void ReadAll()
    {
        foreach (var sensor in _sensors.Values)
        {
            if (sensor.Read(Elapsed) is { } change) _round.Add(change);
        }
        foreach (var camera in _cameras)
        {
            if (camera.Read(Elapsed) is { } change) _round.Add(change);
        }
        _gate.Set(CollectionsMarshal.AsSpan(_round));
        _round.Clear();
    }

    private void Clear()
    {
        _sensors.Clear();
        _cameras.Clear();
        foreach (var device in _devices) device.Remove();
        _devices.Clear();
    }
}
