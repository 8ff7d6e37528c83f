using Gatehouse.Sdk.Devices;

namespace Gatehouse.Drivers.System;

/// <summary>A place whose temperature the kernel watches: <c>/sys/class/thermal/thermal_zone*</c>.</summary>
internal sealed class ThermalZone : SensorFolder
{
    private const string Prefix = "thermal_zone";

    private readonly ProcFile _temperature;
    private double? _celsius;

    private ThermalZone(SensorGroup group, Machine machine, string path, string number) : base(path)
    {
        _temperature = File("temp");
        var title = Word("type") ?? $"Thermal zone {number}";
        var properties = new Dictionary<string, PropertyInfo> { ["temperature"] = machine.Temperature("Temperature") };
        Device = group.Device($"thermal.zone{number}", title, properties);
    }

    public override MachineDevice Device { get; }

    public static SensorFolder? Open(SensorGroup group, Machine machine, string path, Func<string, bool> isTaken)
    {
        var name = Path.GetFileName(path);
        if (!name.StartsWith(Prefix, StringComparison.Ordinal)) return null;
        return new ThermalZone(group, machine, path, Machine.Word(name[Prefix.Length..], _ => false));
    }

    public override void Read() => _celsius = Number(_temperature, 1e3);

    public override void Put() => Device.Put("temperature", _celsius);
}
