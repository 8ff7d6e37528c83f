using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Devices;

/// <summary>The five commands that every device has. They are about the device itself, and so no values of it in the tree.</summary>
internal static class BuiltInCommands
{
    public const string Commands = "commands";
    public const string Config = "config";
    public const string Poll = "poll";
    public const string Log = "log";
    public const string Reset = "reset";

    public static KeyValuePair<string, Command>[] All { get; } =
    [
        new(Commands, new() { Info = "Commands", Access = PropertyAccess.Read, ValueType = DeviceValueType.List }),
        new(Config, new() { Info = "Configuration", ValueType = DeviceValueType.Dict }),
        new(Poll, new()
        {
            Info = "Poll every", ValueType = DeviceValueType.Int, Unit = "s", Minimum = Device.NotPollable, Maximum = int.MaxValue,
        }),
        new(Log, new() { Info = "Log its values", ValueType = DeviceValueType.Bool }),
        new(Reset, new() { Info = "Reset", Access = PropertyAccess.Write, ValueType = DeviceValueType.Bool }),
    ];

    public static bool Has(string name) => name is Commands or Config or Poll or Log or Reset;

    /// <summary>Sets one that can be set, to a value of its type. What is wrong in words; null when it was done.</summary>
    public static string? Write(Device device, string name, Value value)
    {
        switch (name)
        {
            case Config:
                return Rename(device, value);
            case Poll when device.Poll == Device.NotPollable || value == Device.NotPollable:
                return "a device that cannot be polled stays so, and another stays pollable until its reset";
            case Poll when value.TryGetInteger(out var seconds):
                device.Poll = (int)seconds;
                return null;
            case Log when value.TryGetBoolean(out var log):
                device.Log = log;
                return null;
            case Reset when value == true:
                device.Poll = Device.NotPollable;
                return null;
            default:
                return "true resets it, nothing else";
        }
    }

    private static string? Rename(Device device, Value value) =>
        DeviceConfig.TryParse(value.Payload.Span, out var config, out _) && config.TryGet("name", out var name)
            ? device.Rename(name)
            : "an object with the member 'name' belongs here, once: its new name";
}
