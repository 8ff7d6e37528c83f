using System.Text;
using Gatehouse.Sdk.Devices;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Tests.Sdk.Devices;

/// <summary>What went wrong with the devices of RasPy, each shown not to.</summary>
public sealed class SharedStateTests
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private readonly DeviceTypes _types = new();

    [Fact]
    public async Task Renaming_a_device_renames_no_other()
    {
        var (one, two) = (Make("a"), Make("a"));
        await one.ExecuteAsync("dimmer", "config", Value.FromText("""{"name":"b"}"""), Stop);
        Assert.Equal(("b", "a", "a"), (one.Name, two.Name, Make("a").Name));
        Assert.Contains("\"a\"", (await two.ExecuteAsync("dimmer", "config", stop: Stop)).Value.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commands_values_and_callbacks_are_each_devices_own()
    {
        var (one, two) = (Make("a"), Make("b"));
        one.Bind("level", (_, value, _) => new(true));
        await one.ExecuteAsync("dimmer", "level", 80, Stop);
        (one.Poll, one.Log) = (5, true);
        foreach (var other in (Device[])[two, Make("c")])
        {
            Assert.Equal((Value.Null, null), (other.Commands["level"].Value, other.Commands["level"].Callback));
            Assert.Equal((-1, false), (other.Poll, other.Log));
            Assert.Equal((-1, false), (other.Commands["poll"].Value, other.Commands["log"].Value));
        }
    }

    [Fact]
    public async Task Templates_stay_as_they_are()
    {
        var before = DeviceSamples.Json(DeviceTemplates.Dimmer.WriteJson);
        var device = Make("a");
        await device.ExecuteAsync("dimmer", "level", 80, Stop);
        await device.ExecuteAsync("dimmer", "config", Value.FromText("""{"name":"b"}"""), Stop);
        Assert.Equal(before, DeviceSamples.Json(DeviceTemplates.Dimmer.WriteJson));
        Assert.Throws<NotSupportedException>(() => ((IDictionary<string, Command>)DeviceTemplates.Dimmer.Commands).Clear());
    }

    [Fact]
    public void Sub_devices_are_each_devices_own()
    {
        var (one, two) = (new Television(DeviceConfig.For("media.tv", "a")), new Television(DeviceConfig.For("media.tv", "b")));
        one.Add(new Volume(DeviceConfig.For("media.tv-volume", "v")));
        Assert.Empty(two.Subdevices);
    }

    [Fact]
    public void Registers_are_each_for_themselves()
    {
        _types.Register(DeviceSamples.Gate, config => new Turnstile(config));
        Assert.False(new DeviceTypes().TryGetTemplate("gate.barrier", out _));
    }

    [Fact]
    public void A_register_makes_a_new_device_each_time()
    {
        var made = 0;
        _types.Register(DeviceSamples.Gate, config =>
        {
            made++;
            return new Turnstile(config);
        });
        Assert.Equal(0, made);
        var json = """{"oid":"gate.barrier","name":"b","side":"left"}""";
        Assert.NotSame(_types.Create(json), _types.Create(json));
        Assert.Equal(2, made);
    }

    [Fact]
    public void A_register_checks_what_it_is_given() =>
        Assert.NotEmpty(_types.Check("""{"oid":"sensor.wind","name":"w","minimum":"none"}"""u8));

    [Theory]
    [InlineData(DeviceValueType.Byte)]
    [InlineData(DeviceValueType.Sch)]
    public void A_commands_type_is_written_as_it_is(DeviceValueType type) => Assert.Contains(
        $"\"valuetype\":\"{type}\"", DeviceSamples.Json(new Command { ValueType = type }.WriteJson), StringComparison.Ordinal);

    [Fact]
    public void A_command_reads_its_json()
    {
        var json = """{"info":"Fan","readonly":true,"writeonly":false,"datasource":"DERIVE","valuetype":"Int","value":-3}""";
        Assert.True(Command.TryParse(Encoding.UTF8.GetBytes(json), out var command, out _));
        Assert.Equal(("Fan", true, DataSource.Derive), (command.Info, command.ReadOnly, command.DataSource));
        Assert.Equal((DeviceValueType.Int, -3), (command.ValueType, command.Value));
    }

    [Fact]
    public async Task A_command_keeps_its_callback()
    {
        var device = Make("a");
        device.Bind("level", (_, _, _) => new(55));
        Assert.NotNull(device.Commands["level"].Callback);
        Assert.Equal(55, (await device.ExecuteAsync("dimmer", "level", stop: Stop)).Value);
    }

    private Device Make(string name) => _types.Create($$"""{"oid":"dimmer","name":"{{name}}"}""");
}
