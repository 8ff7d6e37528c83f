using Gatehouse.Devices;
using Gatehouse.Sdk.Devices;
using Gatehouse.Sdk.Values;
using Gatehouse.Storage;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Devices;

public sealed class DeviceEditTests : IDisposable
{
    private const string Oven = "here.lab.oven", Temperature = "/device/here.lab.oven/temperature";

    private readonly HubFile _file = new();
    private readonly DriverFixture _hub = new();
    private readonly FloodGate _gate;
    private DeviceRegistry _registry;

    public DeviceEditTests()
    {
        _gate = _hub.Gate();
        _registry = New();
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _gate.Dispose();
        _hub.Dispose();
        _file.Dispose();
    }

    [Fact]
    public async Task An_edit_stands_over_what_the_driver_says_and_outlives_the_hub()
    {
        using (Writer())
        {
            await DoneAsync(
                new("title", "Big oven"), new("room", "Kitchen"), new("kind", "cooker"), new("log", true), new("retention", 60),
                new("title", "Heat", "temperature"), new("unit", "°C", "temperature"), new("log", false, "temperature"),
                new("retention", 5, "temperature"), new("minimum", 10, "temperature"), new("maximum", 20.5, "temperature"));
        }
        for (var i = 0; i < 2; i++)
        {
            using var writer = Writer();
            foreach (var device in (DeviceInfo[])[_registry.Find(Oven)!, Assert.Single(_registry.List())])
            {
                Assert.Equal(
                    ("Big oven", "Kitchen", "cooker", true, 60d), (device.Title, device.Room, device.Kind, device.Log, device.Retention));
                var property = device.Properties["temperature"];
                Assert.Equal(
                    ("Heat", "°C", false, 5d, 10d, 20.5),
                    (property.Title, property.Unit, property.Log, property.Retention, property.Minimum, property.Maximum));
                Assert.Equal((2d, "Door"), (property.Interval, device.Properties["door"].Title));
            }
            Restart();
        }
    }

    [Fact]
    public async Task Null_takes_an_edit_back_and_an_empty_text_is_none()
    {
        using var writer = Writer();
        await DoneAsync(new("title", "A"), new("room", "B"), new("maximum", 5, "temperature"));
        await DoneAsync(new("title", default), new("room", ""), new("maximum", default, "temperature"), new("unit", default, "gone"));
        var device = _registry.Find(Oven)!;
        Assert.Equal(("Oven", null, 300d), (device.Title, device.Room, device.Properties["temperature"].Maximum));
        await DoneAsync(new FieldEdit("room", default));
        Restart();
        Assert.Null(await _registry.EditAsync(Oven, [], Stop));
    }

    [Fact]
    public async Task A_device_tells_which_fields_show_what_people_said()
    {
        using var writer = Writer();
        Assert.Empty(_registry.Find(Oven)!.Edited);
        await DoneAsync(new("title", "A"), new("room", ""), new("unit", "K", "temperature"), new("log", false, "door"));
        Assert.Equal(["properties.door.log", "properties.temperature.unit", "room", "title"], _registry.Find(Oven)!.Edited);
        await DoneAsync(new("title", default), new("log", default, "door"), new("unit", default, "temperature"));
        Assert.Equal(["room"], Assert.Single(_registry.List()).Edited);
        await DoneAsync(new FieldEdit("room", default));
        Assert.Empty(_registry.Find(Oven)!.Edited);
    }

    [Fact]
    public async Task A_device_that_left_is_offline_until_it_is_back()
    {
        using (Writer()) Assert.False(_registry.Find(Oven)!.Offline);
        Assert.Empty(_registry.List());
        Assert.True(Assert.Single(_registry.List(withOffline: true)).Offline);
        await DoneAsync(new FieldEdit("title", "A"));
        Assert.Equal(("A", true), (_registry.Find(Oven)!.Title, _registry.Find(Oven)!.Offline));
        using var writer = Writer();
        Assert.Equal(("A", false), (_registry.Find(Oven)!.Title, Assert.Single(_registry.List(withOffline: true)).Offline));
    }

    [Fact]
    public async Task Every_change_of_what_is_known_is_seen_in_the_tree()
    {
        var seen = Seen();
        var writer = Writer();
        Assert.True(Seen() > seen);
        seen = Seen();
        await DoneAsync(new FieldEdit("title", "A"));
        Assert.Equal((seen + 1, _registry.Version), (Seen(), Seen()));
        writer.Dispose();
        Assert.Equal(seen + 2, Seen());
        _registry.Forget(Oven);
        Assert.Equal(seen + 3, Seen());

        long Seen() => _hub.Get(DeviceRegistry.VersionKey) is { } entry && entry.Value.TryGetInteger(out var version) ? version : 0;
    }

    [Fact]
    public async Task Edited_bounds_judge_the_next_value()
    {
        using var writer = Writer();
        writer.Set("temperature", 250);
        Assert.Equal(Quality.Good, _hub.Get(Temperature)!.Quality);
        await DoneAsync(new FieldEdit("maximum", 200, "temperature"));
        writer.Set("temperature", 250);
        Assert.Equal(Quality.Suspect, _hub.Get(Temperature)!.Quality);
        Assert.Equal(200, writer.Device.Properties["temperature"].Maximum);
        await DoneAsync(new FieldEdit("maximum", default, "temperature"));
        writer.Set("temperature", 250);
        Assert.Equal(Quality.Good, _hub.Get(Temperature)!.Quality);
    }

    [Fact]
    public async Task Bounds_that_contradict_each_other_are_refused_also_when_they_come_one_by_one()
    {
        using var writer = Writer();
        await DoneAsync(new FieldEdit("minimum", 200, "temperature"));
        foreach (var maximum in (Value[])[100, 199.9])
        {
            var outcome = await _registry.EditAsync(Oven, [new("title", "X"), new("maximum", maximum, "temperature")], Stop);
            Assert.Equal(("properties.temperature.minimum", "range"), (outcome!.Error!.Field, outcome.Error.Rule));
        }
        Assert.Equal("Oven", _registry.Find(Oven)!.Title);
        await DoneAsync(new("minimum", default, "temperature"), new("maximum", 100, "temperature"));
    }

    [Fact]
    public async Task A_property_that_the_device_does_not_have_is_refused()
    {
        using var writer = Writer();
        var outcome = await _registry.EditAsync(Oven, [new("unit", "%", "steam")], Stop);
        Assert.Equal("properties.steam: the device has no such property; it has temperature, door", outcome!.Error!.ToString());
    }

    [Fact]
    public async Task A_device_that_is_not_there_can_be_edited_when_it_is_known()
    {
        Assert.Null(await _registry.EditAsync("here.lab.none", [new("title", "X")], Stop));
        using (Writer())
        {
        }
        await DoneAsync(new FieldEdit("title", "Away"));
        Assert.Empty(_registry.List());
        Assert.Equal("Away", _registry.Find(Oven)!.Title);
        Restart();
        Assert.Null(_registry.Find(Oven));
        await DoneAsync(new FieldEdit("room", "Attic"));
        using var writer = Writer();
        Assert.Equal(("Away", "Attic"), (writer.Device.Title, writer.Device.Room));
    }

    [Fact]
    public async Task Edits_at_the_same_time_do_not_lose_each_other()
    {
        using (Writer())
        {
        }
        await Task.WhenAll(Enumerable.Range(0, 300).Select(i => DoneAsync(
            i % 3 == 0 ? new("title", $"T{i}") : i % 3 == 1 ? new("room", $"R{i}") : new FieldEdit("maximum", i, "temperature"))));
        var shown = _registry.Find(Oven)!;
        Assert.NotNull(shown.Room);
        Assert.NotEqual(300, shown.Properties["temperature"].Maximum);
        Restart();
        using var again = Writer();
        Assert.Equal((shown.Title, shown.Room), (again.Device.Title, again.Device.Room));
        Assert.Equal(shown.Properties["temperature"], again.Device.Properties["temperature"]);
    }

    [Fact]
    public async Task A_key_is_looked_up_with_what_people_said()
    {
        var key = _hub.Tree.Intern(Temperature);
        Assert.Null(_registry.Find(key));
        var version = _registry.Version;
        using (Writer())
        {
            Assert.True(_registry.Version > version);
            version = _registry.Version;
            Assert.Equal(("Temperature", null, false, null, null), Notes(key));
            await DoneAsync(
                new("unit", "°C", "temperature"), new("log", false), new("retention", 60), new("retention", 90, "temperature"));
            Assert.True(_registry.Version > version);
            Assert.Equal(("Temperature", "°C", false, false, TimeSpan.FromSeconds(90)), Notes(key));
            Assert.Equal(TimeSpan.FromSeconds(60), _registry.Find(_hub.Tree.Intern("/device/here.lab.oven/door"))!.Retention);
            Assert.Null(_registry.Find(_hub.Tree.Intern("/device/here.lab.oven")));
        }
        Assert.Equal("°C", _registry.Find(key)!.Unit);
        _registry.Forget(Oven);
        Assert.Null(_registry.Find(key));
        Assert.Null(_registry.Find(Oven));

        (string Title, string? Unit, bool Demo, bool? Log, TimeSpan? Retention) Notes(Key of) =>
            _registry.Find(of) is { } n ? (n.Title, n.Unit, n.Demo, n.Log, n.Retention) : default;
    }

    [Fact]
    public async Task A_device_that_was_removed_is_forgotten_but_for_its_edits()
    {
        var writer = Writer();
        await DoneAsync(new FieldEdit("title", "Mine"));
        writer.Remove();
        Assert.Null(_registry.Find(Oven));
        using var again = Writer();
        Assert.Equal("Mine", again.Device.Title);
    }

    [Fact]
    public async Task Without_its_file_the_registry_shows_what_drivers_say_and_refuses_edits()
    {
        using (Writer()) await DoneAsync(new FieldEdit("title", "Kept"));
        var log = new LogLines<DeviceRegistry>();
        _file.Reopen(path =>
        {
            File.Delete(path);
            Directory.CreateDirectory(path);
        });
        _registry = new DeviceRegistry(_hub.Tree, new EditStore(_file.Database), log);
        Assert.Equal(1, log.Count(4021));
        using var writer = Writer();
        Assert.Equal("Oven", Assert.Single(_registry.List()).Title);
        await Assert.ThrowsAsync<StorageException>(() => _registry.EditAsync(Oven, [new("title", "X")], Stop));
        Assert.Equal("Oven", _registry.Find(Oven)!.Title);
    }

    private DeviceRegistry New() => new(_hub.Tree, new EditStore(_file.Database));

    private void Restart()
    {
        _file.Reopen();
        _registry = New();
    }

    private DeviceWriter Writer() => new(_hub.Hub, _registry, _gate, DriverFixture.Oven(Oven));

    private async Task DoneAsync(params FieldEdit[] edits)
    {
        var outcome = await _registry.EditAsync(Oven, edits, Stop);
        Assert.Null(outcome!.Error);
    }
}
