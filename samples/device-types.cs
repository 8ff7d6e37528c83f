#!/usr/bin/env dotnet
#:project ../src/Gatehouse.Sdk/Gatehouse.Sdk.csproj
#:property PublishAot=false
using Gatehouse.Sdk.Devices;

// Registers a type of one's own, makes a device of it, and shows what is wrong with the JSON of another.
var types = new DeviceTypes();
types.Register(Barrier.Kind, config => new Barrier(config));

var yard = types.Create("""{"oid": "gate.barrier", "name": "yard", "side": "left"}""");
yard.Bind("open", async (device, value, stop) =>
{
    await Console.Out.WriteLineAsync($"{device.Name}: {(value == true ? "opening" : "closing")}");
    return true;
});
await yard.ExecuteAsync("gate.barrier", "open", true);
Console.WriteLine(yard.Config);

foreach (var problem in types.Check("""{"oid": "gate.barrier", "side": "top"}"""u8)) Console.WriteLine(problem);

internal sealed class Barrier(DeviceConfig config) : Device(Kind, config)
{
    public static DeviceTemplate Kind { get; } = new(
        "gate.barrier",
        [new() { Name = "side", Type = DeviceValueType.List, Choices = ["left", "right"], Required = true }],
        [new("open", new() { Info = "Open", ValueType = DeviceValueType.Bool })]);
}
