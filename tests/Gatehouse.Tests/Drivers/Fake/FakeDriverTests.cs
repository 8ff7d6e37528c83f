using Gatehouse.Devices;
using Gatehouse.Drivers.Fake;
using Gatehouse.Sdk.Devices;
using Gatehouse.Sdk.Values;
using Gatehouse.Services;
using Gatehouse.Tests.Devices;
using Gatehouse.Tests.Support;
using Gatehouse.Tree;

namespace Gatehouse.Tests.Drivers.Fake;

public sealed class FakeDriverTests : IAsyncLifetime
{
    private const string Garden = "/device/here.fake.garden/temperature";
    private const string Hall = "/device/here.fake.hall/on", Brightness = "/device/here.fake.livingroom/brightness";

    private static readonly Origin User = new("http", "somebody");

    private readonly DriverFixture _hub = new();
    private readonly LogLines<FakeDriver> _log = new();
    private readonly ChangingOptions<FakeDriverOptions> _options = new(new FakeDriverOptions());
    private readonly DemoSwitch _choice = new();
    private readonly CancellationTokenSource _ending = new();
    private Task _running = Task.CompletedTask;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Entry? this[string key] => _hub.Get(key);

    public ValueTask InitializeAsync()
    {
        _running = Start();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _running);
        Assert.Empty(_hub.Registry.List());
        _hub.Dispose();
        _ending.Dispose();
    }

    [Fact]
    public void Every_device_is_marked_as_demo_and_shows_values_within_its_range_at_once()
    {
        var devices = _hub.Registry.List();
        Assert.Equal(7, devices.Count);
        foreach (var device in devices)
        {
            Assert.True(device.Demo);
            Assert.StartsWith("here.fake.", device.Name, StringComparison.Ordinal);
            Assert.NotEmpty(device.Room!);
            foreach (var (name, info) in device.Properties)
            {
                var entry = this[DeviceRegistry.KeyOf(device.Name, name)]!;
                Assert.Equal((Quality.Good, "fake"), (entry.Quality, entry.Origin.Text));
                if (entry.Value.TryGetNumber(out var number)) Assert.InRange(number, info.Minimum!.Value, info.Maximum!.Value);
            }
        }
        Assert.Equal(
            ["dimmer", "media.camera", "sensor.number", "sensor.temperature", "sensor.wind", "switch"],
            devices.Select(d => d.Oid).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Sensors_move_by_their_formulas_and_are_never_suspect()
    {
        Assert.Equal(12, _hub.Number(Garden));
        _hub.Steps.Advance(TimeSpan.FromSeconds(150));
        Assert.Equal(19, _hub.Number(Garden), 6);
        Assert.Equal(12_345 + (150 * 0.5 / 3600), _hub.Number("/device/here.fake.meter/energy"), 4);
        for (var i = 0; i < 1000; i++)
        {
            _hub.Steps.Advance(TimeSpan.FromSeconds(2));
            Assert.All(
                _hub.Tree.Snapshot(new KeyFilter("/device/"), User).Entries,
                e => Assert.True(e.Quality == Quality.Good, $"{e.Key} {e.Value}"));
        }
    }

    [Fact(Timeout = 20_000)]
    public async Task The_same_seed_gives_the_same_values()
    {
        const string Wind = "/device/here.fake.roof/speed";
        _hub.Steps.Advance(TimeSpan.FromSeconds(100));
        var before = _hub.Number(Wind);
        await Again(new FakeDriverOptions { Room = "Lab" });
        Assert.All(_hub.Registry.List(), d => Assert.Equal("Lab", d.Room));
        _hub.Steps.Advance(TimeSpan.FromSeconds(100));
        Assert.Equal(before, _hub.Number(Wind));
        await Again(new FakeDriverOptions { Seed = 2 });
        _hub.Steps.Advance(TimeSpan.FromSeconds(100));
        Assert.NotEqual(before, _hub.Number(Wind));
    }

    [Fact(Timeout = 20_000)]
    public async Task A_crowd_of_sensors_comes_and_goes_with_the_setting()
    {
        await Again(new FakeDriverOptions { Crowd = 60 }, devices: 67);
        Assert.Equal(
            ("Sensor 60", "Row 3"), (_hub.Registry.Find("here.fake.crowd60")!.Title, _hub.Registry.Find("here.fake.crowd60")!.Room));
        _hub.Steps.Advance(TimeSpan.FromSeconds(10));
        Assert.NotEqual(_hub.Number("/device/here.fake.crowd1/level"), _hub.Number("/device/here.fake.crowd2/level"));
        await Again(new FakeDriverOptions());
        Assert.Null(_hub.Get("/device/here.fake.crowd1/level"));
    }

    [Fact(Timeout = 20_000)]
    public async Task A_switch_and_a_dimmer_are_set_confirmed_and_shown_with_their_time()
    {
        _hub.Steps.Advance(TimeSpan.FromSeconds(7));
        var result = await Write(Hall, true);
        Assert.Equal((WriteStatus.Done, Value.From(true)), (result.Status, result.Current!.Value));
        Assert.Equal((_hub.Time.GetUtcNow().UtcDateTime, "fake"), (this[Hall]!.Time, this[Hall]!.Origin.Text));
        Assert.Equal((WriteStatus.Done, 40), ((await Write(Brightness, 40L)).Status, _hub.Number(Brightness)));
        _hub.Steps.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal((Value.From(true), Quality.Good), (this[Hall]!.Value, this[Hall]!.Quality));
        Assert.Equal(
            [Hall, Brightness],
            from device in _hub.Registry.List()
            from property in device.Properties
            where property.Value.Access == PropertyAccess.ReadWrite
            select DeviceRegistry.KeyOf(device.Name, property.Key));
    }

    [Fact(Timeout = 20_000)]
    public async Task A_wrong_type_or_range_is_refused_with_the_field_and_the_rule()
    {
        foreach (var value in (Value[])[1L, "on", default]) await Refused(Hall, value, "on: true or false");
        foreach (var value in (Value[])[-1L, 101L, 50.0, "50", true])
        {
            await Refused(Brightness, value, "brightness: a whole number from 0 to 100 %");
        }
        await Refused("/device/here.fake.hall/colour", true, "/device/here.fake.hall/colour: Hall lamp has no such property");
        var removal = new Change(_hub.Tree.Intern(Hall), default, Removed: true);
        Assert.Equal("on: it can be set, not removed", (await _hub.Tree.WriteAsync(removal, null, User, Stop)).Reason);
        var passing = new Change(_hub.Tree.Intern(Hall), true, Ttl: TimeSpan.FromSeconds(5));
        Assert.Equal("ttl: a lamp keeps what it is set to", (await _hub.Tree.WriteAsync(passing, null, User, Stop)).Reason);
        Assert.Equal((Value.From(false), 0), (this[Hall]!.Value, _hub.Number(Brightness)));
        Assert.Equal(WriteStatus.ReadOnly, (await Write(Garden, 20.0)).Status);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_spike_lasts_for_its_time_and_is_suspect()
    {
        await Ok("fake.fault", "garden/temperature", "spike", "3", "25");
        _hub.Steps.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal((37.09, Quality.Suspect), (_hub.Number(Garden), this[Garden]!.Quality));
        _hub.Steps.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal((12.19, Quality.Good), (_hub.Number(Garden), this[Garden]!.Quality));
        await Ok("fake.fault", "here.fake.garden/temperature", "spike", "0.1");
        _hub.Steps.Advance(TimeSpan.FromSeconds(2));
        Assert.InRange(_hub.Number(Garden), 60, 1000);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_stuck_sensor_repeats_itself_until_it_is_suspect()
    {
        _hub.Steps.Advance(TimeSpan.FromSeconds(20));
        var value = _hub.Number(Garden);
        await Ok("fake.fault", "garden/temperature", "stuck", "1000");
        _hub.Steps.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal((value, Quality.Good), (_hub.Number(Garden), this[Garden]!.Quality));
        _hub.Steps.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal((value, Quality.Suspect), (_hub.Number(Garden), this[Garden]!.Quality));
        await Ok("fake.fault", "garden/temperature", "stuck", "0");
        _hub.Steps.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(Quality.Good, this[Garden]!.Quality);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_silent_sensor_goes_stale_and_the_others_do_not()
    {
        await Ok("fake.fault", "garden/temperature", "silence", "60");
        var keeper = new TreeKeeper(_hub.Tree, null, _hub.Time);
        _hub.Steps.Advance(TimeSpan.FromSeconds(8));
        keeper.Keep();
        Assert.Equal((Quality.Stale, Quality.Good), (this[Garden]!.Quality, this["/device/here.fake.roof/speed"]!.Quality));
        _hub.Steps.Advance(TimeSpan.FromSeconds(54));
        Assert.Equal(Quality.Good, this[Garden]!.Quality);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_fault_of_nothing_says_what_there_is()
    {
        Assert.Equal(
            "device/property: 'cellar/x' is no sensor of this driver; there are "
            + "bathroom/humidity, garden/temperature, meter/energy, roof/speed",
            await Failed("fake.fault", "cellar/x", "stuck", "1"));
        var kind = await Failed("fake.fault", "garden/temperature", "melted", "1");
        Assert.StartsWith("kind: 'melted' is no fault", kind, StringComparison.Ordinal);
        await Ok("demo.remove");
        Assert.StartsWith("the demo devices were removed", await Failed("fake.fault", "a", "stuck", "1"), StringComparison.Ordinal);
    }

    [Fact(Timeout = 20_000)]
    public async Task Removing_takes_devices_and_values_at_once_and_lasts_until_they_are_restored()
    {
        await Ok("demo.remove");
        await Ok("demo.remove");
        AssertGone();
        _hub.Steps.Advance(TimeSpan.FromSeconds(10));
        AssertGone();
        await Again(new FakeDriverOptions(), devices: 0);
        AssertGone();
        await Ok("demo.restore");
        Assert.Equal((7, 12), (_hub.Registry.List().Count, _hub.Number(Garden)));
        Assert.Equal(2, _log.Count(5001));
    }

    [Fact(Timeout = 20_000)]
    public async Task What_cannot_be_kept_is_not_done()
    {
        await Ok("demo.remove");
        _choice.Failure = new IOException("the disk is full");
        Assert.Equal("fake failed: the disk is full", await Failed("demo.restore"));
        AssertGone();
    }

    [Fact(Timeout = 20_000)]
    public async Task Switched_off_it_leaves_nothing_and_offers_nothing()
    {
        Assert.Equal(["demo.remove", "demo.restore", "fake.fault"], _hub.Hub.Services.List().Select(o => o.Name.Text));
        _options.Change(new FakeDriverOptions { Enabled = false });
        await Until(() => _hub.Hub.Services.List().Count == 0 && _hub.Registry.List().Count == 0);
        AssertGone();
        _options.Change(new FakeDriverOptions());
        await Until(() => _hub.Hub.Services.List().Count == 3);
        Assert.Equal(7, _hub.Registry.List().Count);
    }

    private Task Start() => new FakeDriver(_options, _choice, _hub.Registry, _hub.Time, _log).RunAsync(_hub.Hub, _ending.Token);

    // A run ends and begins on the thread pool.
    private async Task Again(FakeDriverOptions options, int devices = 7)
    {
        _options.Change(new FakeDriverOptions { Enabled = false });
        await Until(() => _hub.Hub.Services.List().Count == 0 && _hub.Registry.List().Count == 0);
        var waiting = _hub.Steps.Waiting;
        _options.Change(options);
        await Until(() => _hub.Hub.Services.List().Count == 3 && _hub.Registry.List().Count == devices && _hub.Steps.Waiting > waiting);
    }

    private static async Task Until(Func<bool> condition)
    {
        while (!condition()) await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, Stop);
    }

    private void AssertGone()
    {
        Assert.Empty(_hub.Registry.List());
        Assert.Empty(_hub.Tree.Snapshot(new KeyFilter("/device/"), User).Entries);
    }

    private async Task<WriteResult> Write(string key, Value value) =>
        await _hub.Tree.WriteAsync(new Change(_hub.Tree.Intern(key), value), null, User, Stop);

    private async Task Refused(string key, Value value, string reason)
    {
        var result = await Write(key, value);
        Assert.Equal((WriteStatus.Refused, reason), (result.Status, result.Reason));
    }

    private async Task<Reply> Call(string service, string[] frames) =>
        await _hub.Hub.Services.CallAsync(service, Frames.Of(frames), TimeSpan.FromSeconds(5), User, Stop);

    private async Task Ok(string service, params string[] frames)
    {
        var reply = await Call(service, frames);
        Assert.Equal((CallStatus.Ok, null), (reply.Status, reply.Reason));
    }

    private async Task<string> Failed(string service, params string[] frames)
    {
        var reply = await Call(service, frames);
        Assert.Equal(CallStatus.Failed, reply.Status);
        return reply.Reason!;
    }

    private sealed class DemoSwitch : IDemoSwitch
    {
        public Exception? Failure { get; set; }

        public bool IsRemoved { get; private set; }

        public Task SetRemovedAsync(bool removed, CancellationToken stop)
        {
            if (Failure is { } failure) return Task.FromException(failure);
            IsRemoved = removed;
            return Task.CompletedTask;
        }
    }
}
