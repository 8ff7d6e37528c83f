using System.Text;
using Gatehouse.Devices;
using Gatehouse.Drivers.OneWire;
using Gatehouse.Sdk.Values;
using Gatehouse.Tests.Devices;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Drivers.OneWire;

/// <summary>The whole driver in real time, on buses made of files that may hang.</summary>
public sealed class OneWireDriverTests : IAsyncLifetime
{
    private const string First = "28-000000000001", Second = "28-000000000002", Third = "10-000000000003";

    private readonly DriverFixture _hub = new(TimeProvider.System);
    private readonly FakeBuses _buses = new();
    private readonly LogLines<OneWireDriver> _log = new();
    private readonly CancellationTokenSource _ending =
        CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly ChangingOptions<OneWireDriverOptions> _options;
    private Task _running = Task.CompletedTask;

    public OneWireDriverTests() => _options = new(Options());

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _running);
        Assert.Empty(_hub.Registry.List());
        _buses.Dispose();
        _hub.Dispose();
        _ending.Dispose();
    }

    [Fact(Timeout = 20_000)]
    public async Task Thermometers_are_devices_with_their_range_and_show_their_temperature()
    {
        _buses.Plug(First, W1Samples.Plain);
        _buses.Plug(Third, W1Samples.Of(0x32, 0x00, 0x4b, 0x46, 0xff, 0xff, 0x02, 0x10), bus: 2);
        _buses.Plug("42-000000000004", W1Samples.Cold);
        _buses.Plug("01-000000000005", "no thermometer");
        Start();
        await Until(() => Number(First) == 23.125 && Number(Third) == 25.625 && Number("42-000000000004") == -10.125);
        Assert.Equal(
            [$"here.onewire.{Third}", $"here.onewire.{First}", "here.onewire.42-000000000004"],
            _hub.Registry.List().Select(d => d.Name));
        var device = _hub.Registry.List()[1];
        Assert.Equal(
            ("sensor.temperature", "thermometer", "Lab", $"DS18B20 {First}"), (device.Oid, device.Kind, device.Room, device.Title));
        var property = Assert.Single(device.Properties).Value;
        Assert.Equal(("°C", -55, 125, 0.1), (property.Unit, property.Minimum!.Value, property.Maximum!.Value, property.Interval!.Value));
        Assert.Equal(85, _hub.Registry.List()[2].Properties["temperature"].Maximum);
        await Until(() => Driver("buses") == "2" && Driver("sensors") == "3");
        Assert.Equal(("reading", "0", "0"), (Driver("state"), Driver("rejected"), Driver("hung")));
        Assert.Equal(1, _log.Count(5104));
    }

    [Fact(Timeout = 20_000)]
    public async Task A_directory_that_is_not_there_is_told_and_looked_for_again()
    {
        Start();
        await Until(() => Driver("state") is not null);
        Assert.StartsWith($"there is no directory {_buses.Devices}", Driver("state"), StringComparison.Ordinal);
        Assert.Equal(Quality.Bad, _hub.Get("/hub/driver/onewire/state")!.Quality);
        _buses.Begin();
        await Until(() => Driver("state")!.StartsWith("no thermometer", StringComparison.Ordinal));
        _buses.Plug(First, W1Samples.Plain);
        await Until(() => Driver("state") == "reading" && Number(First) == 23.125);
        Assert.Equal(3, _log.Count(5101));
    }

    [Fact(Timeout = 20_000)]
    public async Task A_machine_without_a_bus_is_no_fault()
    {
        var tally = new OneWireTally(_hub.Hub, new HungReads("onewire", _log), new OneWireDriverOptions(), _log);
        tally.Show(Found.Nothing);
        Assert.Equal((Quality.Good, 0), (_hub.Get("/hub/driver/onewire/state")!.Quality, _log.Lines.Count));
        tally.Show(new Found(true, [], []));
        tally.Show(Found.Nothing);
        Assert.Equal(2, _log.Count(5101));
        Start();
        await Until(() => Driver("sensors") is not null);
    }

    [Fact(Timeout = 20_000)]
    public async Task Old_and_damaged_data_set_nothing_and_are_counted_and_told_once()
    {
        _buses.Plug(First, W1Samples.Plain);
        Start();
        await Until(() => Number(First) == 23.125);
        _buses.Write(First, "w1_slave", W1Samples.Damaged);
        await Until(() => Rejected() > 0);
        var sequence = Entry(First)!.Sequence;
        var before = Rejected();
        await Until(() => Rejected() > before + 2);
        Assert.Equal(sequence, Entry(First)!.Sequence);
        _buses.Write(First, "w1_slave", W1Samples.Cold);
        await Until(() => Number(First) == -10.125);
        Assert.Equal((1, 1), (_log.Count(5102), _log.Count(5103)));
        Directory.Delete(Path.GetDirectoryName(_buses.PathOf(First, ""))!, recursive: true);
        await Until(() => _hub.Registry.List().Count == 0); // a link that leads nowhere is no device
    }

    [Theory(Timeout = 20_000)]
    [InlineData("power on", 85.0, Quality.Suspect)]
    [InlineData("shorted", null, Quality.Bad)]
    [InlineData("no power", null, Quality.Bad)]
    public async Task What_a_chip_says_without_measuring_is_marked(string sample, double? celsius, Quality quality)
    {
        _buses.Plug(First, sample switch
        {
            "power on" => W1Samples.PowerOn,
            "shorted" => W1Samples.Shorted,
            _ => W1Samples.NoPower,
        });
        Start();
        await Until(() => Entry(First) is not null);
        Assert.Equal((celsius is { } number ? Value.From(number) : Value.Null, quality), (Entry(First)!.Value, Entry(First)!.Quality));
        _buses.Write(First, "w1_slave", W1Samples.Plain);
        await Until(() => Entry(First)!.Quality == Quality.Good);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_doubtful_reading_is_taken_once_more()
    {
        var pipe = _buses.PlugPipe(First);
        _options.CurrentValue.Patience = TimeSpan.FromMinutes(1);
        Start();
        await using (var feeding = await Task.Run(() => new FileStream(pipe, FileMode.Open, FileAccess.Write), _ending.Token))
        {
            _buses.Write(First, "w1_slave", W1Samples.Plain); // what is read next
            await feeding.WriteAsync(W1Samples.Bytes(W1Samples.PowerOn), _ending.Token);
        }
        await Until(() => Entry(First) is not null);
        Assert.Equal((23.125, Quality.Good), (Number(First), Entry(First)!.Quality));
    }

    [Fact(Timeout = 20_000)]
    public async Task A_thermometer_that_is_unplugged_leaves_and_has_its_name_again_when_it_comes_back()
    {
        _buses.Plug(First, W1Samples.Plain);
        _buses.Plug(Second, W1Samples.Cold);
        Start();
        await Until(() => Number(First) == 23.125 && Number(Second) == -10.125);
        _buses.Unplug(First);
        await Until(() => _hub.Registry.List().Count == 1);
        Assert.Equal(Quality.Stale, Entry(First)!.Quality);
        _buses.Plug(First, W1Samples.Cold, bus: 2);
        await Until(() => Number(First) == -10.125);
        Assert.Equal((2, Quality.Good), (_hub.Registry.List().Count, Entry(First)!.Quality));
        _buses.Unplug(First, bus: 2);
        _buses.Unplug(Second);
        await Until(() => _hub.Registry.List().Count == 0 && Driver("sensors") == "0");
    }

    [Fact(Timeout = 20_000)]
    public async Task A_thermometer_that_never_answers_holds_up_neither_its_bus_nor_the_others()
    {
        _buses.PlugPipe(First);
        _buses.Plug(Second, W1Samples.Plain);
        _buses.Plug(Third, W1Samples.Of(0x32, 0x00, 0x4b, 0x46, 0xff, 0xff, 0x0c, 0x10), bus: 2);
        Start();
        await Until(() => Driver("hung") == "1" && Number(Second) == 23.125 && Number(Third) == 25);
        var sequence = Entry(Second)!.Sequence;
        await Until(() => Entry(Second)!.Sequence > sequence + 5);
        Assert.Null(Entry(First));
        Assert.Equal(3, _hub.Registry.List().Count);
        _buses.Unplug(First);
        await Until(() => _hub.Registry.List().Count == 2);
        _buses.PlugPipe(First);
    }

    [Fact(Timeout = 20_000)]
    public async Task One_bus_measures_one_thermometer_at_a_time_and_several_buses_at_once()
    {
        var (first, second, third) = (_buses.PlugPipe(First), _buses.PlugPipe(Second), _buses.PlugPipe(Third, bus: 2));
        _options.CurrentValue.Patience = TimeSpan.FromMinutes(1);
        Start();
        var writing = FeedAsync(second, W1Samples.Plain);
        await FeedAsync(third, W1Samples.Of(0x32, 0x00, 0x4b, 0x46, 0xff, 0xff, 0x0c, 0x10));
        await Until(() => Number(Third) == 25);
        Assert.False(writing.IsCompleted);
        await FeedAsync(first, W1Samples.Plain);
        await writing;
        await Until(() => Number(First) == 23.125 && Number(Second) == 23.125);
    }

    [Fact(Timeout = 20_000)]
    public async Task Newer_kernels_tell_more_and_can_be_set()
    {
        _buses.Write(First, "temperature", "23125\n");
        _buses.Write(First, "ext_power", "1\n");
        _buses.Write(First, "resolution", "12\n");
        _buses.Write(First, "conv_time", "750\n");
        _buses.Link(First);
        _options.CurrentValue.Resolution = 10;
        Start();
        await Until(() => Number(First) == 23.125);
        Assert.Equal("10\n", await File.ReadAllTextAsync(_buses.PathOf(First, "resolution"), _ending.Token));
        Assert.Equal(
            (Value.From(true), Value.From(10L), Value.From(750L)),
            (Entry(First, "externalPower")!.Value, Entry(First, "resolution")!.Value, Entry(First, "conversionTime")!.Value));
        var sequence = Entry(First)!.Sequence;
        _buses.Write(First, "temperature", "0\n");
        await Until(() => Entry(First) is { Quality: Quality.Suspect } entry && entry.Sequence > sequence && Number(First) == 0);
        _buses.Write(First, "temperature", "");
        sequence = Entry(First)!.Sequence;
        _buses.Write(First, "temperature", "85000\n");
        await Until(() => Number(First) == 85);
        File.Delete(_buses.PathOf(First, "temperature"));
        await Until(() => Rejected() > 0 && _log.Lines.Any(l => l.Text.Contains("cannot be read", StringComparison.Ordinal)));
    }

    [Fact(Timeout = 20_000)]
    public async Task A_resolution_that_cannot_be_set_is_told()
    {
        _buses.Write(First, "w1_slave", W1Samples.Plain);

        // A number that not even root may write.
        File.CreateSymbolicLink(_buses.PathOf(First, "resolution"), "/proc/sys/kernel/ngroups_max");
        _buses.Link(First);
        _options.CurrentValue.Resolution = 9;
        Start();
        await Until(() => Number(First) == 23.125);
        Assert.Equal(1, _log.Count(5105));
        Assert.Equal(Value.From(65536L), Entry(First, "resolution")!.Value);
    }

    [Fact(Timeout = 20_000)]
    public async Task All_of_a_bus_measure_at_once_where_the_kernel_can()
    {
        var bulk = BulkFile();
        foreach (var id in (string[])[First, Second])
        {
            _buses.Plug(id, W1Samples.Cold);
            _buses.Write(id, "temperature", "23125\n");
        }
        await File.WriteAllTextAsync(bulk, "0\n", _ending.Token);
        Start();
        await Until(() => Number(First) == -10.125); // as long as it answers nothing sensible, each measures by itself
        var kernel = KernelAsync(bulk);
        await Until(() => Number(First) == 23.125 && Number(Second) == 23.125);
        _buses.Write(First, "temperature", "0\n");
        await Until(() => Number(First) == -10.125); // zero alone may be a short circuit: the chip is asked
        await _ending.CancelAsync();
        await kernel;

        string BulkFile()
        {
            _buses.Plug(Third, W1Samples.Plain);
            _buses.Unplug(Third);
            return Path.Join(_buses.Devices, "w1_bus_master1", "therm_bulk_read");
        }
    }

    [Fact(Timeout = 20_000)]
    public async Task Changed_options_begin_a_new_run()
    {
        _buses.Plug(First, W1Samples.Plain);
        Start();
        await Until(() => Number(First) == 23.125);
        _options.Change(new OneWireDriverOptions { Enabled = false });
        await Until(() => _hub.Registry.List().Count == 0 && Entry(First)!.Quality == Quality.Stale);
        var options = Options();
        options.Room = "Attic";
        _options.Change(options);
        await Until(() => _hub.Registry.List() is [{ Room: "Attic" }] && Entry(First)!.Quality == Quality.Good);
    }

    // What the kernel makes of a trigger: it measures, and is done a little later.
    private async Task KernelAsync(string bulk)
    {
        while (!_ending.IsCancellationRequested)
        {
            if ((await File.ReadAllTextAsync(bulk, Encoding.ASCII, CancellationToken.None)).StartsWith("trigger", StringComparison.Ordinal))
            {
                await File.WriteAllTextAsync(bulk, "-1\n", CancellationToken.None);
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, CancellationToken.None);
                await File.WriteAllTextAsync(bulk, "1\n", CancellationToken.None);
            }
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, CancellationToken.None);
        }
    }

    // Opening a pipe waits for its reader.
    private Task FeedAsync(string pipe, string text) => Task.Run(() => File.WriteAllText(pipe, text), _ending.Token);

    private OneWireDriverOptions Options() => new()
    {
        Path = _buses.Devices,
        Interval = TimeSpan.FromMilliseconds(100),
        Patience = TimeSpan.FromMilliseconds(250),
        Room = "Lab",
    };

    private void Start() =>
        _running = new OneWireDriver(_options, _hub.Registry, TimeProvider.System, _log).RunAsync(_hub.Hub, _ending.Token);

    private Entry? Entry(string id, string property = "temperature") => _hub.Get($"/device/here.onewire.{id}/{property}");

    private double Number(string id) => _hub.Number($"/device/here.onewire.{id}/temperature");

    private string? Driver(string name) => _hub.Text($"/hub/driver/onewire/{name}");

    private double Rejected() => _hub.Number("/hub/driver/onewire/rejected");

    private async Task Until(Func<bool> condition)
    {
        while (!condition())
        {
            if (_running.IsFaulted) await _running;
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, _ending.Token);
        }
    }
}
