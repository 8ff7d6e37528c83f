using Gatehouse.Devices;
using Gatehouse.Sdk;
using Gatehouse.Sdk.Devices;
using Gatehouse.Sdk.Values;
using Gatehouse.Tree;

namespace Gatehouse.Tests.Devices;

public sealed class DeviceWriterTests : IDisposable
{
    private const string Temperature = "/device/here.lab.oven/temperature", Door = "/device/here.lab.oven/door";

    private static readonly Origin User = new("http", "somebody");

    private readonly DriverFixture _hub = new();
    private readonly FloodGate _gate;

    public DeviceWriterTests() => _gate = _hub.Gate();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void A_device_is_there_from_making_to_disposing()
    {
        using (_hub.Writer(_gate)) Assert.Equal("Oven", Assert.Single(_hub.Registry.List()).Title);
        Assert.Empty(_hub.Registry.List());
        _hub.Writer(_gate).Dispose();
    }

    [Fact]
    public void What_is_set_is_in_the_tree_with_the_driver_as_its_source()
    {
        using var writer = _hub.Writer(_gate);
        writer.Set("temperature", Value.From(20.5));
        var entry = _hub.Get(Temperature)!;
        Assert.Equal((Value.From(20.5), Quality.Good, "lab"), (entry.Value, entry.Quality, entry.Origin.Text));
    }

    [Theory]
    [InlineData(-0.1, Quality.Suspect)]
    [InlineData(0, Quality.Good)]
    [InlineData(300, Quality.Good)]
    [InlineData(300.1, Quality.Suspect)]
    public void A_value_out_of_range_is_kept_and_suspect(double value, Quality quality)
    {
        using var writer = _hub.Writer(_gate);
        writer.Set("temperature", Value.From(value));
        Assert.Equal((Value.From(value), quality), (_hub.Get(Temperature)!.Value, _hub.Get(Temperature)!.Quality));
    }

    [Fact]
    public void A_value_out_of_range_does_not_become_better_by_that()
    {
        using var writer = _hub.Writer(_gate);
        writer.Set("temperature", Value.From(-5L), Quality.Bad);
        Assert.Equal(Quality.Bad, _hub.Get(Temperature)!.Quality);
    }

    [Fact]
    public void A_batch_is_set_with_consecutive_numbers_and_its_own_time()
    {
        using var writer = _hub.Writer(_gate);
        var time = new DateTime(2025, 12, 31, 0, 0, 0, DateTimeKind.Utc);
        writer.Set(writer.Property("temperature").To(Value.From(1.0), time: time), writer.Property("door").To(Value.From(true)));
        Assert.Equal(_hub.Get(Temperature)!.Sequence + 1, _hub.Get(Door)!.Sequence);
        Assert.Equal(time, _hub.Get(Temperature)!.Time);
    }

    [Fact]
    public async Task Others_cannot_write_by_default_and_are_told_why()
    {
        using var writer = _hub.Writer(_gate);
        var result = await _hub.Tree.WriteAsync(new Change(_hub.Tree.Intern(Door), Value.From(true)), null, User, Stop);
        Assert.Equal(WriteStatus.ReadOnly, result.Status);
        Assert.Contains("driver lab", result.Reason, StringComparison.Ordinal);
        Assert.Null(_hub.Get(Door));
    }

    [Fact]
    public async Task A_driver_may_answer_writes_itself()
    {
        using var writer = _hub.Writer(_gate, owner: new Refuser());
        var result = await _hub.Tree.WriteAsync(new Change(_hub.Tree.Intern(Door), Value.From(true)), null, User, Stop);
        Assert.Equal((WriteStatus.Refused, "too hot"), (result.Status, result.Reason));
    }

    [Fact]
    public async Task A_device_that_leaves_is_stale_and_nobody_owns_its_keys()
    {
        var writer = _hub.Writer(_gate);
        writer.Set("door", Value.From(true));
        writer.Dispose();
        writer.Dispose();
        Assert.Equal((Value.From(true), Quality.Stale), (_hub.Get(Door)!.Value, _hub.Get(Door)!.Quality));
        Assert.Equal(WriteStatus.Done, (await _hub.Tree.WriteAsync(new Change(_hub.Tree.Intern(Door), default), null, User, Stop)).Status);
        Assert.Throws<ObjectDisposedException>(() => writer.Set("door", Value.From(false)));
    }

    [Fact]
    public async Task A_device_that_is_removed_takes_its_values_along_even_those_held_back()
    {
        var writer = _hub.Writer(_gate);
        writer.Set("door", Value.From(true));
        for (var i = 0; i < 20; i++) writer.Set("temperature", Value.From((long)i));
        writer.Remove();
        writer.Dispose();
        Assert.Equal((null, null, 0), (_hub.Get(Door), _hub.Get(Temperature), _hub.Registry.List().Count));
        _hub.Steps.Advance(TimeSpan.FromSeconds(5));
        Assert.Null(_hub.Get(Temperature));
        Assert.Equal(WriteStatus.Done, (await _hub.Tree.WriteAsync(new Change(_hub.Tree.Intern(Door), default), null, User, Stop)).Status);
    }

    [Fact]
    public void A_change_that_is_too_fast_is_suspect_by_the_hubs_clock_and_by_its_own_time_and_a_device_begins_anew()
    {
        const string Level = "/device/here.lab.tank/level";
        var tank = new DeviceInfo
        {
            Name = "here.lab.tank",
            Title = "Tank",
            Kind = "tank",
            Properties = new Dictionary<string, PropertyInfo> { ["level"] = new() { Title = "Level", Type = "real", MaximumRate = 1 } },
        };
        using (var writer = new DeviceWriter(_hub.Hub, _hub.Registry, _gate, tank))
        {
            writer.Set("level", 10.0);
            _hub.Steps.Advance(TimeSpan.FromSeconds(5));
            writer.Set("level", 20.0);
            Assert.Equal(Quality.Suspect, _hub.Get(Level)!.Quality);
            writer.Set("level", 20.0, time: _hub.Time.GetUtcNow().UtcDateTime.AddSeconds(20));
            Assert.Equal(Quality.Good, _hub.Get(Level)!.Quality);
            _hub.Steps.Advance(TimeSpan.FromSeconds(30));
        }
        using (var writer = new DeviceWriter(_hub.Hub, _hub.Registry, _gate, tank))
        {
            writer.Set("level", 900.0);
            Assert.Equal(Quality.Good, _hub.Get(Level)!.Quality);
        }
    }

    [Fact]
    public void A_name_that_is_taken_is_refused_and_leaves_nothing_behind()
    {
        using (_hub.Registry.Announce(DriverFixture.Oven("here.lab.oven")))
        {
            Assert.Throws<NameTakenException>(() => _hub.Writer(_gate));
        }
        _hub.Writer(_gate).Dispose();
    }

    [Fact]
    public void Only_its_own_properties_can_be_set()
    {
        using var writer = _hub.Writer(_gate);
        using var other = _hub.Writer(_gate, "here.lab.oven2");
        Assert.Throws<KeyNotFoundException>(() => writer.Set("light", default));
        Assert.Throws<ArgumentException>(() => writer.Set(other.Property("door").To(default)));
    }

    [Fact]
    public void What_was_held_back_is_set_before_the_device_is_stale()
    {
        var writer = _hub.Writer(_gate);
        for (var i = 0; i < 20; i++) writer.Set("temperature", Value.From((long)i));
        Assert.NotEqual(19, _hub.Number(Temperature));
        writer.Dispose();
        Assert.Equal((19d, Quality.Stale), (_hub.Number(Temperature), _hub.Get(Temperature)!.Quality));
        var sequence = _hub.Get(Temperature)!.Sequence;
        _hub.Steps.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(sequence, _hub.Get(Temperature)!.Sequence);
    }

    public void Dispose()
    {
        _gate.Dispose();
        _hub.Dispose();
    }

    private sealed class Refuser : IKeyOwner
    {
        public string Name => "oven";

        public ValueTask<WriteResult> WriteAsync(Change change, Origin origin, CancellationToken stop) =>
            new(new WriteResult(WriteStatus.Refused, null, "too hot"));
    }
}
