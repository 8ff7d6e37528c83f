using System.Buffers;
using System.Text;
using System.Text.Json;
using Gatehouse.Sdk.Devices;

namespace Gatehouse.Tests.Sdk.Devices;

/// <summary>A device of each type that is there from the start, and of two of somebody's own.</summary>
internal static class DeviceSamples
{
    public static readonly DeviceTemplate Volume = new("media.tv-volume", commands:
    [
        new("volume", new() { Info = "Volume", ValueType = DeviceValueType.Byte, Maximum = 100, Unit = "%" }),
    ]);

    public static readonly DeviceTemplate Gate = new(
        "gate.barrier",
        [
            new() { Name = "side", Type = DeviceValueType.List, Required = true, Choices = ["left", "right"] },
            new() { Name = "height", Type = DeviceValueType.Real, Minimum = 0.5, Maximum = 3, Unit = "m", Title = "Height" },
            new() { Name = "lamps", Type = DeviceValueType.Byte },
            new() { Name = "lit", Type = DeviceValueType.Bool },
            new() { Name = "hours", Type = DeviceValueType.Sch },
            new() { Name = "lane", Type = DeviceValueType.Int, Minimum = 1 },
            new() { Name = "fee", Type = DeviceValueType.Real, Maximum = 9.5 },
            new() { Name = "owner", Type = DeviceValueType.Dict },
            new() { Name = "plate", Type = DeviceValueType.Str, Pattern = "^[A-Z]{2}$" },
        ],
        [
            new("open", new() { Info = "Open", ValueType = DeviceValueType.Bool }),
            new("beep", new() { Access = PropertyAccess.Write, ValueType = DeviceValueType.Bool }),
        ]);

    public static TheoryData<string, Type> Concrete { get; } = new()
    {
        { "sensor.temperature", typeof(TemperatureSensor) },
        { "sensor.wind", typeof(WindSensor) },
        { "sensor.number", typeof(NumberSensor) },
        { "media.camera", typeof(Camera) },
        { "media.tv", typeof(Television) },
        { "switch", typeof(Switch) },
        { "dimmer", typeof(Dimmer) },
    };

    public static string Config(string oid) => $$"""{"oid":"{{oid}}","name":"t1","unit":"C"}""";

    public static Device Make(string oid) => new DeviceTypes().Create(Config(oid));

    public static string Json(Action<Utf8JsonWriter> write)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output)) write(writer);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}

internal sealed class Volume(DeviceConfig config) : Device(DeviceSamples.Volume, config);

internal sealed class Turnstile(DeviceConfig config) : Device(DeviceSamples.Gate, config);
