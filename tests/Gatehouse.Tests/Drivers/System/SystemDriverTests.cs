using System.Diagnostics;
using Gatehouse.Devices;
using Gatehouse.Drivers.System;
using Gatehouse.Parts;
using Gatehouse.Runtime.Configuration;
using Gatehouse.Sdk.Values;
using Gatehouse.Tests.Devices;
using Gatehouse.Tests.Support;
using Gatehouse.Tree;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Drivers.System;

/// <summary>The whole driver in real time, on a machine made of files that may hang, and on this one.</summary>
public sealed class SystemDriverTests : IDisposable
{
    private readonly FakeMachine _machine = new(TimeProvider.System);
    private readonly LogLines<SystemDriver> _log = new();
    private readonly CancellationTokenSource _ending =
        CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly ChangingOptions<SystemDriverOptions> _settings;
    private readonly SystemDriver _driver;
    private Task _running = Task.CompletedTask;

    public SystemDriverTests()
    {
        _settings = new ChangingOptions<SystemDriverOptions>(_machine.Settings);
        _settings.CurrentValue.Interval = TimeSpan.FromMilliseconds(200);
        _driver = new SystemDriver(_settings, _machine.Hub.Registry, TimeProvider.System, _log);
    }

    private DriverFixture Hub => _machine.Hub;

    [Fact(Timeout = 20_000)]
    public async Task First_values_come_at_once_and_the_load_soon_after_whatever_the_interval()
    {
        _settings.Change(new SystemDriverOptions { Interval = TimeSpan.FromHours(1) });
        var started = Stopwatch.StartNew();
        var running = Run();
        await UntilAsync(() => Value("cpu/load") is not null);
        Assert.InRange(started.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(3));
        await EndAsync(running);
    }

    [Fact(Timeout = 20_000)]
    public async Task All_devices_leave_when_it_ends_and_it_starts_again()
    {
        for (var i = 0; i < 2; i++)
        {
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token);
            var running = _driver.RunAsync(Hub.Hub, ending.Token);
            await UntilAsync(() => Hub.Registry.List().Count >= 8 && Value("disk.root/total") is { Quality: Quality.Good });
            _settings.Change(new SystemDriverOptions { Enabled = false });
            await UntilAsync(() => Hub.Registry.List().Count == 0);
            Assert.Equal((Quality.Stale, TimeSpan.Zero), (Value("memory/total")!.Quality, _driver.Silence));
            _settings.Change(_machine.Settings);
            await UntilAsync(() => Value("memory/total")!.Quality == Quality.Good);
            await ending.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
            Assert.Empty(Hub.Registry.List());
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task A_sensor_that_never_answers_costs_its_own_values_alone_until_it_answers_again()
    {
        using var keeper = new Keeper(Hub.Tree, _ending.Token);
        var running = Run();
        await UntilAsync(() => Value("memory/total") is not null && Value("uptime/seconds") is not null);
        var sequence = Value("uptime/seconds")!.Sequence;

        // An open handle would still reach the old file: the driver opens it anew once it was empty.
        _machine.Write("proc/meminfo", "");
        await UntilAsync(() => Value("uptime/seconds")!.Sequence > sequence + 20);
        _machine.MakePipe("proc/meminfo");

        await UntilAsync(() => Hub.Number("/hub/driver/system/hung") == 1);
        await UntilAsync(() => Value("memory/total")!.Quality == Quality.Stale);
        sequence = Value("uptime/seconds")!.Sequence;
        await UntilAsync(() => Value("uptime/seconds")!.Sequence > sequence + 20);
        Assert.Equal((Quality.Good, 2), (Value("uptime/seconds")!.Quality, Threads()));
        Assert.InRange(_driver.Silence, TimeSpan.Zero, _driver.AllowedSilence);
        Assert.Contains(_log.Lines, l => l.Id == 4011 && l.Text.Contains("memory", StringComparison.Ordinal));

        await File.WriteAllBytesAsync(_machine.PathOf("proc/meminfo"), ProcSamples.PiMemory, _ending.Token);
        await UntilAsync(() => Value("memory/total")!.Quality == Quality.Good && Hub.Number("/hub/driver/system/abandoned") >= 1);
        File.Delete(_machine.PathOf("proc/meminfo"));
        await EndAsync(running);
    }

    [Fact(Timeout = 30_000)]
    public async Task Many_sensors_that_never_answer_cost_a_bounded_number_of_threads()
    {
        string[] pipes = ["proc/stat", "proc/meminfo", "proc/diskstats", "proc/net/dev"];
        foreach (var pipe in pipes) _machine.MakePipe(pipe);
        var running = Run();
        await UntilAsync(() => Hub.Number("/hub/driver/system/hung") == pipes.Length);
        Assert.Equal(pipes.Length + 1, Threads());
        Assert.Contains(_log.Lines, l => l.Id == 4012);
        Assert.Equal(Quality.Good, Value("uptime/seconds")!.Quality);
        await EndAsync(running);
        foreach (var pipe in pipes)
        {
            // Lets the reader go.
            await using var writer = new FileStream(_machine.PathOf(pipe), FileMode.Open, FileAccess.Write);
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task This_very_machine_can_be_read()
    {
        _settings.Change(new SystemDriverOptions { Interval = TimeSpan.FromMilliseconds(100) });
        var running = Run();
        await UntilAsync(() => Value("cpu/load") is not null && Value("disk.root/usage") is not null);
        Assert.InRange(_machine.Number("cpu/load"), 0, 100);
        Assert.InRange(_machine.Number("disk.root/usage"), 0, 100);
        Assert.True(_machine.Number("memory/used") > 1e6);
        Assert.Equal(0, Hub.Number("/hub/driver/system/rejected"));
        Assert.All(Hub.Registry.List(), d => Assert.Equal("computer", d.Kind));
        await EndAsync(running);
    }

    [Fact]
    public void A_round_allocates_little()
    {
        using var gate = new FloodGate(Hub.Tree, "unlimited", TimeProvider.System, _log, new FloodLimit(1e9, 1_000_000_000));
        var machine = new Machine(Hub.Hub, Hub.Registry, gate, new SystemDriverOptions(), TimeProvider.System);
        using var sensors = new MachineSensors(machine, _machine.Hung);
        void Round()
        {
            foreach (var read in sensors.All()) read.CarryOut(_machine.Hung, TimeProvider.System);
        }
        for (var i = 0; i < 50; i++) Round();

        const int Rounds = 500;
        var values = Hub.Tree.Sequence;
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < Rounds; i++) Round();
        var time = Stopwatch.GetElapsedTime(started) / Rounds;
        bytes = (GC.GetAllocatedBytesForCurrentThread() - bytes) / Rounds;
        values = (Hub.Tree.Sequence - values) / Rounds;
        TestContext.Current.TestOutputHelper?.WriteLine($"{time.TotalMicroseconds:0} µs and {bytes} bytes a round for {values} values");
        // An entry has about 130 bytes; 0.3 % of a core at 2 s is 6 ms.
        Assert.InRange(bytes / values, 0, 200);
        Assert.InRange(time.TotalMilliseconds, 0, 6);
    }

    [Fact]
    public void Adding_it_twice_adds_it_once()
    {
        var services = new ServiceCollection().AddSystemDriver().AddSystemDriver();
        services.AddLogging().AddSingleton(TimeProvider.System).AddSingleton(Hub.Registry);
        var source = new SettingsSource("none.json", IsOptional: true, []);
        services.AddSingleton(SettingsCatalog.Layout).AddSingleton(source).AddSingleton(source.Load(SettingsCatalog.Layout).Settings!);
        services.AddSingleton<SettingsMonitor>();
        using var provider = services.BuildServiceProvider();
        Assert.Equal("system", Assert.Single(provider.GetServices<IPart>()).Name);
    }

    public void Dispose()
    {
        _ending.Dispose();
        _machine.Dispose();
    }

    private Task Run() => _running = _driver.RunAsync(Hub.Hub, _ending.Token);

    private Entry? Value(string property) => Hub.Get($"/device/here.system.{property}");

    private static int Threads() => NamedThreads.Count("system reads");

    // Looks again after every change of the tree; the test's own time limit ends it.
    private async Task UntilAsync(Func<bool> condition)
    {
        using var watch = Hub.Tree.Watch(KeyFilter.All, WatchMode.Every, Hub.Tree.Sequence, new Origin("test"));
        var entries = new Entry[256];
        while (!condition())
        {
            var news = watch.WaitAsync(_ending.Token).AsTask();
            if (await Task.WhenAny(news, _running) == _running && _running.IsFaulted) await _running;
            await news;
            while (watch.Read(entries, out _) > 0)
            {
                // Only that something changed matters.
            }
        }
    }

    private async Task EndAsync(Task running)
    {
        await _ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private sealed class Keeper(ValueTree tree, CancellationToken stop) : IDisposable
    {
        private readonly Task _running = new TreeKeeper(tree, null, TimeProvider.System).RunAsync(stop);

        public void Dispose() => Assert.False(_running.IsFaulted);
    }
}
