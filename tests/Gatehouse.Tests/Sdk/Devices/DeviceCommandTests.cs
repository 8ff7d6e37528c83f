using Gatehouse.Sdk.Devices;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Tests.Sdk.Devices;

/// <summary>Commands of a device's own: routed to it or its sub-devices, done by what is bound to them, and told to the hub.</summary>
public sealed class DeviceCommandTests
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private readonly Television _tv = new(DeviceConfig.For("media.tv", "tele.one"));
    private readonly Volume _volume = new(DeviceConfig.For("media.tv-volume", "volume"));

    public DeviceCommandTests() => _tv.Add(_volume);

    [Fact]
    public async Task A_command_reaches_the_device_that_the_oid_names()
    {
        Assert.True((await _tv.ExecuteAsync("media.tv-volume", "volume", 40, Stop)).IsDone);
        Assert.True((await _tv.ExecuteAsync("media.tv", "power", true, Stop)).IsDone);
        Assert.Equal(40, (await _tv.ExecuteAsync("media.tv-volume", "volume", stop: Stop)).Value);
        Assert.Equal(40, (await _volume.ExecuteAsync("media.tv-volume", "volume", stop: Stop)).Value);
        Assert.Equal(true, (await _tv.ExecuteAsync("media.tv", "power", stop: Stop)).Value);
        Assert.Same(_volume, _tv.Subdevices["media.tv-volume"]);
    }

    [Theory]
    [InlineData("media.tv-tuner", "volume", CommandStatus.NoSuchDevice)]
    [InlineData("sensor.wind", "power", CommandStatus.NoSuchDevice)]
    [InlineData("media.tv", "volume", CommandStatus.NoSuchCommand)]
    [InlineData("media.tv-volume", "power", CommandStatus.NoSuchCommand)]
    public async Task What_is_not_there_is_null(string oid, string command, CommandStatus status)
    {
        var result = await _tv.ExecuteAsync(oid, command, 1, Stop);
        Assert.Equal((status, Value.Null), (result.Status, result.Value));
        Assert.NotNull(result.Reason);
    }

    [Fact]
    public void A_sub_device_belongs_to_one_device_of_its_sort()
    {
        Assert.Throws<ArgumentException>(() => _tv.Add(_volume));
        Assert.Throws<ArgumentException>(() => _tv.Add(new Volume(DeviceConfig.For("media.tv-volume", "second"))));
        Assert.Throws<ArgumentException>(() => _tv.Add(new Television(DeviceConfig.For("media.tv", "other"))));
        Assert.Throws<ArgumentException>(() => new Television(DeviceConfig.For("media.tv", "other")).Add(_volume));
        Assert.Throws<ArgumentException>(() => new Camera(DeviceConfig.For("media.camera", "c")).Add(_volume));
    }

    [Fact]
    public async Task What_is_bound_to_a_command_does_it()
    {
        var seen = new List<(Device, Value)>();
        _volume.Bind("volume", (device, value, stop) =>
        {
            Assert.Equal(Stop, stop);
            seen.Add((device, value));
            return new(value.Kind == ValueKind.Null ? 7 : value == 13 ? Value.Null : true);
        });
        Assert.Equal(7, (await _tv.ExecuteAsync("media.tv-volume", "volume", stop: Stop)).Value);
        Assert.Equal(7, _volume.Commands["volume"].Value);
        Assert.Equal(true, (await _tv.ExecuteAsync("media.tv-volume", "volume", 12, Stop)).Value);
        Assert.Equal(12, _volume.Commands["volume"].Value);
        Assert.Equal(CommandStatus.Refused, (await _tv.ExecuteAsync("media.tv-volume", "volume", 13, Stop)).Status);
        Assert.Equal(CommandStatus.BadValue, (await _tv.ExecuteAsync("media.tv-volume", "volume", 101, Stop)).Status);
        Assert.Equal(12, _volume.Commands["volume"].Value);
        Assert.Equal([(_volume, Value.Null), (_volume, 12), (_volume, 13)], seen);
    }

    [Fact]
    public async Task What_has_no_news_leaves_the_last_value()
    {
        _volume.Set("volume", 3);
        _volume.Bind("volume", (_, _, _) => new(Value.Null));
        var result = await _volume.ExecuteAsync("media.tv-volume", "volume", stop: Stop);
        Assert.Equal(new CommandResult(CommandStatus.Done, Value.Null, null), result);
        Assert.Equal(3, _volume.Commands["volume"].Value);
    }

    [Fact]
    public async Task A_failure_of_what_is_bound_reaches_the_caller()
    {
        _volume.Bind("volume", (_, _, _) => throw new IOException("no answer from the set"));
        await Assert.ThrowsAsync<IOException>(() => _tv.ExecuteAsync("media.tv-volume", "volume", stop: Stop).AsTask());
    }

    [Fact]
    public async Task What_is_only_written_is_not_remembered()
    {
        var barrier = new Turnstile(DeviceConfig.For("gate.barrier", "b").With("side", "left"));
        Assert.Equal(true, (await barrier.ExecuteAsync("gate.barrier", "beep", true, Stop)).Value);
        Assert.Equal(Value.Null, barrier.Commands["beep"].Value);
        Assert.Equal(CommandStatus.WriteOnly, (await barrier.ExecuteAsync("gate.barrier", "beep", stop: Stop)).Status);
    }

    [Fact]
    public void The_devices_own_commands_are_its_own()
    {
        Assert.Throws<ArgumentException>(() => _tv.Bind("poll", (_, value, _) => new(value)));
        Assert.Throws<ArgumentException>(() => _tv.Set("config", 1));
        Assert.Throws<ArgumentException>(() => _tv.Bind("nothing", (_, value, _) => new(value)));
        Assert.Throws<ArgumentException>(() => _tv.Set("nothing", 1));
    }

    [Fact]
    public void A_device_is_told_to_the_hub()
    {
        var sensor = new TemperatureSensor(DeviceConfig.Parse(
            """{"oid":"sensor.temperature","name":"hall","title":"Hall","room":"Ground floor","kind":"thermometer","minimum":-20}"""))
        {
            Log = true,
            Poll = 30,
        };
        var info = sensor.Describe("localhost", "onewire");
        Assert.Equal(("localhost.onewire.hall", "sensor.temperature"), (info.Name, info.Oid));
        Assert.Equal(("Hall", "Ground floor", "thermometer", true), (info.Title, info.Room, info.Kind, info.Log));
        var expected = new PropertyInfo
        {
            Title = "Temperature",
            Type = "real",
            Unit = "°C",
            Minimum = -20,
            DataSource = DataSource.Gauge,
            Interval = 30,
        };
        Assert.Equal(new("temperature", expected), Assert.Single(info.Properties));
    }

    [Fact]
    public void A_sub_device_is_told_with_the_device_it_belongs_to()
    {
        var (tv, volume) = (_tv.Describe("localhost", "media"), _volume.Describe("localhost", "media"));
        Assert.Equal(("localhost.media.tele%2Eone", "tele.one", "tv"), (tv.Name, tv.Title, tv.Kind));
        Assert.Equal(("localhost.media.tele%2Eone.volume", "volume", "volume"), (volume.Name, volume.Title, volume.Kind));
        Assert.Equal((null, null), (tv.Room, tv.Log));
        var property = Assert.Single(volume.Properties).Value;
        Assert.Equal(("byte", PropertyAccess.ReadWrite, "%", null), (property.Type, property.Access, property.Unit, property.Interval));
    }
}
