using Gatehouse.Sdk.Devices;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Drivers.System;

/// <summary>A battery: <c>/sys/class/power_supply/*</c> of type Battery. Power it does not give itself is voltage times current.</summary>
internal sealed class Battery : SensorFolder
{
    private readonly ProcFile _capacity, _status, _power, _voltage, _current;
    private double? _percent, _watts;
    private Value _state;

    private Battery(SensorGroup group, Machine machine, string path) : base(path)
    {
        (_capacity, _status, _power, _voltage, _current) =
            (File("capacity"), File("status"), File("power_now"), File("voltage_now"), File("current_now"));
        var name = $"battery.{Machine.Word(FolderName, _ => false)}";
        Device = group.Device(name, $"Battery {FolderName}", new Dictionary<string, PropertyInfo>
        {
            ["capacity"] = machine.Percent("Capacity"),
            ["status"] = machine.Text("Status"),
            ["power"] = machine.Real("Power", "W", minimum: null),
        });
    }

    public override MachineDevice Device { get; }

    public static SensorFolder? Open(SensorGroup group, Machine machine, string path, Func<string, bool> isTaken)
    {
        var battery = new Battery(group, machine, path);
        return battery.Word("type") == "Battery" ? battery : null;
    }

    public override void Read()
    {
        _percent = Number(_capacity, 1);
        _watts = Number(_power, 1e6) ?? Number(_voltage, 1e6) * Number(_current, 1e6);
        var word = _status.TryRead(out var text) ? ProcText.Word(text) : null;
        if (!_state.TryGetText(out var known) || known != word) _state = Value.From(word);
    }

    public override void Put()
    {
        Device.Put("capacity", _percent);
        if (_state.TryGetText(out _)) Device.Put("status", _state);
        Device.Put("power", _watts);
    }
}
