using Gatehouse.Devices;
using Gatehouse.Parts;
using Microsoft.Extensions.Options;

namespace Gatehouse.Drivers.System;

/// <summary>This machine's own sensors as devices. Options that change end the present run and begin another with the new ones.</summary>
internal sealed class SystemDriver(
    IOptionsMonitor<SystemDriverOptions> options, DeviceRegistry registry, TimeProvider time, ILogger<SystemDriver> logger) : IWatchedPart
{
    /// <summary>
    /// A load needs two samples, and a disk is read in the round after its mount was found: the second round comes this long after the
    /// first, so that nobody waits for a whole interval.
    /// </summary>
    public static readonly TimeSpan SecondSample = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan LeastLimit = TimeSpan.FromSeconds(1);

    private readonly HungReads _hung = new("system", logger);
    private volatile FloodGate? _gate;

    public string Name => "system";

    public TimeSpan Silence => _gate?.Silence ?? TimeSpan.Zero;

    /// <summary>A round waits for a slow read, so it may take longer than the interval.</summary>
    public TimeSpan AllowedSilence => (options.CurrentValue.Interval * 3) + TimeSpan.FromSeconds(10);

    public Task RunAsync(Hub hub, CancellationToken stop) => options.RunAsync(
        AreSame,
        (settings, ending) => settings.Enabled ? ObserveAsync(hub, settings, ending) : Task.Delay(Timeout.InfiniteTimeSpan, time, ending),
        stop);

    private async Task ObserveAsync(Hub hub, SystemDriverOptions settings, CancellationToken stop)
    {
        using var gate = new FloodGate(hub.Tree, Name, time, logger);
        using var running = new Running(this, gate);
        var machine = new Machine(hub, registry, gate, settings, time);
        using var sensors = new MachineSensors(machine, _hung);
        using var reader = new AbandonableReader(Name, _hung, time, Longer(settings.Interval * 2, LeastLimit));
        var statistics = new DriverStatistics(machine, _hung);

        await RoundAsync(sensors.All());
        await Task.Delay(SecondSample, time, stop);
        await RoundAsync(sensors.All());
        using var timer = new PeriodicTimer(settings.Interval, time);
        while (await timer.WaitForNextTickAsync(stop)) await RoundAsync(sensors.All());

        async ValueTask RoundAsync(IReadOnlyList<AbandonableRead> reads)
        {
            await reader.ReadAsync(reads, stop);
            statistics.Show();
            gate.SignOfLife();
        }
    }

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static bool AreSame(SystemDriverOptions a, SystemDriverOptions b) =>
        (a.Enabled, a.Interval, a.Proc, a.Sys, a.Room) == (b.Enabled, b.Interval, b.Proc, b.Sys, b.Room);

    // The silence is that of the present run: without one nobody owes a sign of life.
    private sealed class Running : IDisposable
    {
        private readonly SystemDriver _driver;

        public Running(SystemDriver driver, FloodGate gate)
        {
            _driver = driver;
            driver._gate = gate;
        }

        public void Dispose() => _driver._gate = null;
    }
}
