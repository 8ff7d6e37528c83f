using Gatehouse.Sdk.Devices;

namespace Gatehouse.Drivers.System;

/// <summary>
/// A chip with temperature inputs: <c>/sys/class/hwmon/hwmon*</c>. Named by the chip: its number changes from boot to boot.
/// </summary>
internal sealed class SensorChip : SensorFolder
{
    private const string Suffix = "_input";

    private readonly List<Input> _inputs = [];

    private SensorChip(SensorGroup group, Machine machine, string path, IEnumerable<string> inputs, Func<string, bool> isTaken) : base(path)
    {
        var chip = Word("name") ?? FolderName;
        var properties = new Dictionary<string, PropertyInfo>();
        foreach (var input in inputs)
        {
            var property = Machine.Word(input, properties.ContainsKey);
            properties[property] = machine.Temperature(Word($"{input}_label") ?? $"Temperature {input["temp".Length..]}");
            _inputs.Add(new Input(property, File(input + Suffix)));
        }
        Device = group.Device($"sensors.{Machine.Word(chip, word => isTaken($"sensors.{word}"))}", chip, properties);
    }

    public override MachineDevice Device { get; }

    public static SensorFolder? Open(SensorGroup group, Machine machine, string path, Func<string, bool> isTaken)
    {
        // The kernel shows each thermal zone here once more.
        var device = new DirectoryInfo(Path.Join(path, "device")).LinkTarget;
        if (Path.GetFileName(device)?.StartsWith("thermal_zone", StringComparison.Ordinal) == true) return null;
        var files = Directory.GetFiles(path, $"temp*{Suffix}").Order(StringComparer.Ordinal);
        List<string> inputs = [.. files.Select(f => Path.GetFileName(f)[..^Suffix.Length])];
        return inputs.Count == 0 ? null : new SensorChip(group, machine, path, inputs, isTaken);
    }

    public override void Read()
    {
        foreach (var input in _inputs) input.Celsius = Number(input.File, 1e3);
    }

    public override void Put()
    {
        foreach (var input in _inputs) Device.Put(input.Property, input.Celsius);
    }

    private sealed class Input(string property, ProcFile file)
    {
        public string Property => property;

        public ProcFile File => file;

        public double? Celsius { get; set; }
    }
}
