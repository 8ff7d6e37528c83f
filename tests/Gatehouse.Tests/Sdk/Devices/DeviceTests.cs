using Gatehouse.Sdk;
using Gatehouse.Sdk.Devices;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Tests.Sdk.Devices;

/// <summary>What every device does, whatever its type.</summary>
public sealed class DeviceTests
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    public static TheoryData<string, Type> Concrete => DeviceSamples.Concrete;

    public static TheoryData<string> Oids => [.. DeviceSamples.Concrete.Select(row => row.Data.Item1)];

    [Theory, MemberData(nameof(Concrete))]
    public void It_is_made_of_json(string oid, Type type)
    {
        var device = DeviceSamples.Make(oid);
        Assert.IsType(type, device);
        Assert.Equal(("t1", oid), (device.Name, device.Oid));
        Assert.Equal(DeviceSamples.Config(oid), device.Config.ToString());
        Assert.Empty(device.Subdevices);
        Assert.Equal((-1, false), (device.Poll, device.Log));
    }

    [Theory, MemberData(nameof(Oids))]
    public void Its_template_has_config_and_commands(string oid)
    {
        var device = DeviceSamples.Make(oid);
        Assert.StartsWith("""{"config":{"oid":{"type":"Str","required":true,""", DeviceSamples.Json(device.Template.WriteJson));
        Assert.Contains(""""commands":{"commands":{"info":"Commands","readonly":true,"""", DeviceSamples.Json(device.Template.WriteJson));
    }

    [Theory, MemberData(nameof(Concrete))]
    public void It_needs_a_name_and_an_oid(string oid, Type type)
    {
        var types = new DeviceTypes();
        var noName = Assert.Throws<DeviceFormatException>(() => types.Create($$"""{"oid":"{{oid}}"}"""));
        Assert.Equal((DeviceRule.Required, "name"), Assert.Single(noName.Problems) is var p ? (p.Rule, p.Field) : default);
        var wrong = Assert.Throws<System.Reflection.TargetInvocationException>(
            () => Activator.CreateInstance(type, DeviceConfig.Parse("""{"name":"t1"}""")));
        Assert.Equal(DeviceRule.Required, Assert.IsType<DeviceFormatException>(wrong.InnerException).Problems.Single().Rule);
        wrong = Assert.Throws<System.Reflection.TargetInvocationException>(
            () => Activator.CreateInstance(type, DeviceConfig.For("gate.barrier", "t1")));
        Assert.Equal(DeviceRule.Choice, Assert.IsType<DeviceFormatException>(wrong.InnerException).Problems.Single().Rule);
    }

    [Theory, MemberData(nameof(Oids))]
    public async Task Commands_lists_their_names(string oid)
    {
        var device = DeviceSamples.Make(oid);
        var names = (await DoAsync(device, "commands")).ToString().Split('|');
        Assert.Equal(["commands", "config", "poll", "log", "reset"], names[..5]);
        Assert.Equal(device.Commands.Keys, names);
        Assert.Equal(CommandStatus.ReadOnly, (await device.ExecuteAsync(oid, "commands", "x", Stop)).Status);
    }

    [Theory, MemberData(nameof(Oids))]
    public async Task Config_reads_the_json_and_renames(string oid)
    {
        var device = DeviceSamples.Make(oid);
        Assert.Equal(DeviceSamples.Config(oid), (await DoAsync(device, "config")).ToString());
        Assert.Equal(true, await DoAsync(device, "config", Value.FromText("""{"name":"t2","unit":"ignored"}""")));
        Assert.Equal("t2", device.Name);
        Assert.Equal(DeviceSamples.Config(oid).Replace("t1", "t2"), (await DoAsync(device, "config")).ToString());
        Assert.Equal(DeviceSamples.Config(oid).Replace("t1", "t2"), device.Config.ToString());
    }

    [Theory]
    [InlineData("""{"unit":"C"}""", CommandStatus.Refused)]
    [InlineData("""{"name":""}""", CommandStatus.Refused)]
    [InlineData("""{"name":5}""", CommandStatus.Refused)]
    [InlineData("""{"name":null}""", CommandStatus.Refused)]
    [InlineData("""{"name":"a","name":"b"}""", CommandStatus.Refused)]
    [InlineData("t2", CommandStatus.BadValue)]
    [InlineData("[1]", CommandStatus.BadValue)]
    public async Task Config_without_a_name_is_null(string value, CommandStatus status)
    {
        var device = DeviceSamples.Make("switch");
        var result = await device.ExecuteAsync("switch", "config", Value.FromText(value), Stop);
        Assert.Equal((status, Value.Null, false), (result.Status, result.Value, result.IsDone));
        Assert.NotNull(result.Reason);
        Assert.Equal("t1", device.Name);
    }

    [Fact]
    public async Task A_name_that_makes_the_config_too_large_is_null()
    {
        var device = DeviceSamples.Make("switch");
        var value = Value.FromText($$"""{"name":"{{new string('x', Value.MaxSize - 20)}}"}""");
        Assert.Equal(CommandStatus.Refused, (await device.ExecuteAsync("switch", "config", value, Stop)).Status);
        Assert.Equal("t1", device.Name);
    }

    [Theory, MemberData(nameof(Oids))]
    public async Task Poll_stays_as_it_is_for_what_cannot_be_polled(string oid)
    {
        var device = DeviceSamples.Make(oid);
        Assert.Equal(-1, await DoAsync(device, "poll"));
        Assert.Equal(Value.Null, await DoAsync(device, "poll", 5));
        Assert.Equal(-1, device.Poll);
        device.Poll = 0;
        Assert.Equal(true, await DoAsync(device, "poll", 5));
        Assert.Equal(5, await DoAsync(device, "poll"));
        Assert.Equal(5, device.Poll);
        Assert.Equal(Value.Null, await DoAsync(device, "poll", -1));
        Assert.Equal(Value.Null, await DoAsync(device, "poll", -2));
        Assert.Equal(Value.Null, await DoAsync(device, "poll", 3_000_000_000));
        Assert.Equal(Value.Null, await DoAsync(device, "poll", 1.5));
        Assert.Equal(5, device.Poll);
        Assert.Throws<ArgumentOutOfRangeException>(() => device.Poll = -2);
    }

    [Theory, MemberData(nameof(Oids))]
    public async Task Log_is_read_and_set(string oid)
    {
        var device = DeviceSamples.Make(oid);
        Assert.Equal(false, await DoAsync(device, "log"));
        Assert.Equal(true, await DoAsync(device, "log", true));
        Assert.Equal(true, await DoAsync(device, "log"));
        Assert.True(device.Log);
        Assert.Equal(true, await DoAsync(device, "log", false));
        Assert.False(device.Log);
        Assert.Equal(Value.Null, await DoAsync(device, "log", "on"));
    }

    [Theory, MemberData(nameof(Oids))]
    public async Task Reset_by_true_makes_it_unpollable(string oid)
    {
        var device = DeviceSamples.Make(oid);
        device.Poll = 7;
        Assert.Equal(CommandStatus.WriteOnly, (await device.ExecuteAsync(oid, "reset", stop: Stop)).Status);
        Assert.Equal(CommandStatus.Refused, (await device.ExecuteAsync(oid, "reset", false, Stop)).Status);
        Assert.Equal(CommandStatus.BadValue, (await device.ExecuteAsync(oid, "reset", 1, Stop)).Status);
        Assert.Equal(7, device.Poll);
        Assert.Equal(true, await DoAsync(device, "reset", true));
        Assert.Equal(-1, device.Poll);
        Assert.Equal(-1, await DoAsync(device, "poll"));
    }

    [Theory, MemberData(nameof(Oids))]
    public async Task Do_poll_is_null(string oid)
    {
        var device = DeviceSamples.Make(oid);
        Assert.Equal(Value.Null, await device.DoPollAsync(Stop));
    }

    [Theory]
    [InlineData("sensor.temperature", "temperature", "°C")]
    [InlineData("sensor.wind", "speed", "m/s")]
    [InlineData("sensor.number", "value", null)]
    public void A_sensor_keeps_its_unit(string oid, string reading, string? usual)
    {
        var device = DeviceSamples.Make(oid);
        Assert.True(device.Config.TryGet("unit", out var unit) && unit == "C");
        Assert.Equal("C", device.Commands[reading].Unit);
        var sensor = Assert.IsType<Sensor>(
            new DeviceTypes().Create($$"""{"oid":"{{oid}}","name":"t1","minimum":-5,"maximum":5.5}"""), exactMatch: false);
        var command = sensor.Commands[reading];
        Assert.Equal((usual, -5, 5.5), (command.Unit, command.Minimum, command.Maximum));
        Assert.Equal(Value.Null, sensor.Reading);
        sensor.Set(reading, 21.50);
        Assert.Equal(21.5, sensor.Reading);
    }

    private static async Task<Value> DoAsync(Device device, string command, Value value = default) =>
        (await device.ExecuteAsync(device.Oid, command, value, Stop)).Value;
}
