using System.Text.Json;
using Gatehouse.Cli;
using Gatehouse.Sdk.Devices;
using Gatehouse.Sdk.Values;
using Gatehouse.Tests.Devices;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Cli;

public sealed class DeviceCommandTests : IAsyncLifetime
{
    private const string Oven = "localhost.lab.oven";

    private TestHub _hub = null!;
    private IDisposable _presence = null!;

    public async ValueTask InitializeAsync()
    {
        _hub = await TestHub.StartAsync();
        _presence = _hub.Devices.Announce(DriverFixture.Oven(Oven) with { Room = "Lab\u001b" });
    }

    public ValueTask DisposeAsync()
    {
        _presence.Dispose();
        return _hub.DisposeAsync();
    }

    [Fact]
    public async Task Devices_are_a_table_with_the_worst_quality_of_their_values()
    {
        using var demo = _hub.Devices.Announce(DriverFixture.Oven("localhost.lab.demo") with { Demo = true });
        _hub.Tree.Set("/device/localhost.lab.oven/door", true);
        _hub.Tree.Set(
            new Change(_hub.Tree.Intern("/device/localhost.lab.oven/temperature"), 20.5, Quality: Quality.Suspect), Trees.Tester);
        await DoneAsync(
            ["devices"],
            "NAME                TITLE  ROOM       KIND    STATE      DEMO\n"
            + "localhost.lab.demo  Oven              heater  no values  demo\n"
            + "localhost.lab.oven  Oven   Lab\\u001b  heater  suspect    \n");
        var array = JsonDocument.Parse((await DoneAsync(["devices", "--json"])).Output).RootElement;
        Assert.Equal(["localhost.lab.demo", Oven], array.EnumerateArray().Select(d => d.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task A_device_is_shown_with_its_present_values()
    {
        _hub.Tree.Set("/device/localhost.lab.oven/temperature", 20.5);
        await DoneAsync(["device", Oven, "--set", "log=on", "--set", "retention=90d", "--set", "temperature.unit=°C"], "");
        await DoneAsync(["device", Oven, "--set=temperature.retention=12h", "--set=door.log=off", "--set=temperature.maximum=250"], "");
        await DoneAsync(
            ["device", Oven],
            "name       localhost.lab.oven\ntitle      Oven\nroom       Lab\\u001b\nkind       heater\nlog        on\nretention  90d\n\n"
            + "PROPERTY     TITLE        VALUE  UNIT  QUALITY   AGE  TYPE     RANGE   KEPT\n"
            + "temperature  Temperature  20.5   °C    good      0s   real     0..250  12h\n"
            + "door         Door                      no value       boolean          off\n");
    }

    [Fact]
    public async Task An_edit_is_made_and_taken_back()
    {
        await DoneAsync(["device", Oven, "--set", "title=The = oven", "--set", "room="], "");
        var json = JsonDocument.Parse((await DoneAsync(["device", Oven, "--unset", "room", "--json"])).Output).RootElement;
        Assert.Equal(("The = oven", "Lab\u001b"), (json.GetProperty("title").GetString(), json.GetProperty("room").GetString()));
        await FailsAsync(["device", Oven, "--set", "steam.unit=%"], "Bad request: properties.steam: the device has no such property");
        await FailsAsync(["device", "none", "--set", "title=x"], "No such device: there is no device 'none'");
        await FailsAsync(["device", "none"], "there is no device 'none'; 'gatehouse devices' lists what there is");
    }

    [Theory]
    [InlineData("title=Lamp", "title", null, "\"Lamp\"")]
    [InlineData("room=", "room", null, "\"\"")]
    [InlineData("log=off", "log", null, "false")]
    [InlineData("retention=1.5h", "retention", null, "5400.0")]
    [InlineData("retention=30", "retention", null, "30")]
    [InlineData("level.unit==", "unit", "level", "\"=\"")]
    [InlineData("a/b.c.minimum=-1e3", "minimum", "a/b.c", "-1000.0")]
    [InlineData("a=b.maximum=5", "maximum", "a=b", "5.0")]
    public void An_edit_is_read(string text, string field, string? property, string value)
    {
        Assert.True(EditArguments.TryReadSetting(text, out var edit, out _));
        Assert.Equal((field, property, value), (edit.Field, edit.Property, JsonText.Of(edit.Value.WriteJson)));
    }

    [Theory]
    [InlineData("title", "an edit is such as title=Lamp")]
    [InlineData("=x", "an edit is such as title=Lamp")]
    [InlineData("colour=red", "of a device title, room, kind, log, retention can be edited")]
    [InlineData("level.room=x", "of a property title, unit, log, retention, minimum, maximum can be edited")]
    [InlineData(".unit=x", "of a property")]
    [InlineData("log=perhaps", "log is on or off")]
    [InlineData("retention=long", "retention is a duration such as 90d")]
    [InlineData("retention=0s", "retention is a duration such as 90d")]
    [InlineData("kind=Two Words", "kind is a word of 1 to 40 lower-case letters")]
    [InlineData("t.minimum=low", "minimum is a finite number")]
    [InlineData("t.minimum=NaN", "minimum is a finite number")]
    public void A_wrong_edit_is_explained(string text, string words)
    {
        Assert.False(EditArguments.TryReadSetting(text, out _, out var wrong));
        Assert.StartsWith(words, wrong, StringComparison.Ordinal);
    }

    [Fact]
    public void A_range_is_shown_as_far_as_it_is_known()
    {
        var console = new CommandConsole
        {
            OpenInput = () => Stream.Null,
            Output = Stream.Null,
            Error = TextWriter.Null,
            Environment = _ => null,
            Time = new ManualTime(),
            Connect = _ => throw new InvalidOperationException(),
            OnInterrupt = _ => throw new InvalidOperationException(),
        };
        var text = DeviceText.Show(
            new DeviceInfo
            {
                Name = "x",
                Title = "X",
                Kind = "x",
                Demo = true,
                Oid = "x.y",
                Properties = new Dictionary<string, PropertyInfo>
                {
                    ["a"] = new() { Title = "A", Type = "real", Minimum = 1.5 },
                    ["b"] = new() { Title = "B", Type = "real", Maximum = 2 },
                    ["c"] = new() { Title = "C", Type = "list", Choices = ["x", "y"] },
                },
            },
            _ => null,
            console);
        Assert.Contains("1.5..", text, StringComparison.Ordinal);
        Assert.Contains("..2", text, StringComparison.Ordinal);
        Assert.Contains("x|y", text, StringComparison.Ordinal);
        Assert.Contains("demo       it is made up", text, StringComparison.Ordinal);
    }

    private Task<CommandRun> RunAsync(string[] arguments) => new Commands
    {
        Http = new SocketsHttpHandler(),
        Time = TimeProvider.System,
        Environment = { ["GATEHOUSE_HUB"] = _hub.Address.ToString(), ["GATEHOUSE_TOKEN"] = _hub.Token },
    }.RunAsync(arguments);

    private async Task<CommandRun> DoneAsync(string[] arguments, string? output = null)
    {
        var run = await RunAsync(arguments);
        Assert.Equal((0, ""), (run.Code, run.Error));
        if (output is not null) Assert.Equal(output, run.Output);
        return run;
    }

    private async Task FailsAsync(string[] arguments, string error)
    {
        var run = await RunAsync(arguments);
        Assert.Equal((1, ""), (run.Code, run.Output));
        Assert.StartsWith($"gatehouse: {error}", run.Error, StringComparison.Ordinal);
    }
}
