namespace Gatehouse.Sdk.Devices;

/// <summary>The templates that are there from the start. The first three are categories: parents for templates, and no device.</summary>
public static class DeviceTemplates
{
    /// <summary><c>base</c>: what every device has.</summary>
    public static DeviceTemplate Any { get; } = new(
        "base",
        [
            new() { Name = "oid", Type = DeviceValueType.Str, Required = true, Title = "Kind of device" },
            new()
            {
                Name = "name", Type = DeviceValueType.Str, Required = true, Title = "Name",
                Pattern = @"[^\s\p{C}]", PatternTitle = "a name: nothing in it can be seen",
            },
            new() { Name = "title", Type = DeviceValueType.Str, Title = "Title" },
            new() { Name = "room", Type = DeviceValueType.Str, Title = "Room" },
            new() { Name = "kind", Type = DeviceValueType.Str, Title = "Sort of thing" },
        ],
        BuiltInCommands.All,
        parent: null,
        isAbstract: true);

    /// <summary><c>sensor</c>: what measures. Unit and bounds, where given, are those of its reading.</summary>
    public static DeviceTemplate Sensor { get; } = new(
        "sensor",
        [
            new() { Name = "unit", Type = DeviceValueType.Str, Title = "Unit" },
            new() { Name = "minimum", Type = DeviceValueType.Real, Title = "Least value" },
            new() { Name = "maximum", Type = DeviceValueType.Real, Title = "Greatest value" },
        ],
        [],
        Any,
        isAbstract: true);

    /// <summary><c>media</c>: what can be switched on to see or hear something.</summary>
    public static DeviceTemplate Media { get; } = new("media", [], [Set("power", "Power", DeviceValueType.Bool)], Any, isAbstract: true);

    /// <summary><c>sensor.temperature</c>.</summary>
    public static DeviceTemplate Temperature { get; } =
        new("sensor.temperature", commands: [Read("temperature", "Temperature", "°C")], parent: Sensor);

    /// <summary><c>sensor.wind</c>.</summary>
    public static DeviceTemplate Wind { get; } = new(
        "sensor.wind",
        commands: [Read("speed", "Wind speed", "m/s", 0), Read("direction", "Wind direction", "°", 0, 360)],
        parent: Sensor);

    /// <summary><c>sensor.number</c>: any one number, also a made-up one.</summary>
    public static DeviceTemplate Number { get; } = new("sensor.number", commands: [Read("value", "Value", unit: null)], parent: Sensor);

    /// <summary><c>media.camera</c>.</summary>
    public static DeviceTemplate Camera { get; } = new("media.camera", parent: Media);

    /// <summary><c>media.tv</c>.</summary>
    public static DeviceTemplate Television { get; } = new("media.tv", parent: Media);

    /// <summary><c>switch</c>.</summary>
    public static DeviceTemplate Switch { get; } = new("switch", commands: [Set("on", "On", DeviceValueType.Bool)]);

    /// <summary><c>dimmer</c>.</summary>
    public static DeviceTemplate Dimmer { get; } = new("dimmer", commands: [Set("level", "Level", DeviceValueType.Byte, "%", 100)]);

    private static KeyValuePair<string, Command> Read(
        string name, string info, string? unit, double? minimum = null, double? maximum = null) => new(name, new()
        {
            Info = info,
            Access = PropertyAccess.Read,
            ValueType = DeviceValueType.Real,
            DataSource = DataSource.Gauge,
            Unit = unit,
            Minimum = minimum,
            Maximum = maximum,
        });

    private static KeyValuePair<string, Command> Set(
        string name, string info, DeviceValueType type, string? unit = null, double? maximum = null) => new(name, new()
        {
            Info = info,
            ValueType = type,
            Unit = unit,
            Minimum = maximum is null ? null : 0,
            Maximum = maximum,
        });
}
