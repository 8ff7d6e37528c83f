using Gatehouse.Devices;
using Gatehouse.Parts;
using Gatehouse.Sdk.Devices;
using Microsoft.Extensions.Options;

namespace Gatehouse.Drivers.OneWire;

/// <summary>The thermometers on 1-Wire buses as devices, which come and go as they are plugged and unplugged.</summary>
internal sealed class OneWireDriver(
    IOptionsMonitor<OneWireDriverOptions> options, DeviceRegistry registry, TimeProvider time, ILogger<OneWireDriver> logger) : IPart
{
    private readonly HungReads _hung = new("onewire", logger);

    public string Name => "onewire";

    public Task RunAsync(Hub hub, CancellationToken stop) => options.RunAsync(
        AreSame,
        (settings, ending) => settings.Enabled ? ObserveAsync(hub, settings, ending) : Task.Delay(Timeout.InfiniteTimeSpan, time, ending),
        stop);

    private async Task ObserveAsync(Hub hub, OneWireDriverOptions settings, CancellationToken stop)
    {
        using var gate = new FloodGate(hub.Tree, Name, time, logger);
        var tally = new OneWireTally(hub, _hung, settings, logger);
        await using var buses = new OneWireBuses(settings, tally, _hung, Announce, time);
        using var searcher = new AbandonableReader(Name, _hung, time, settings.Interval * 2);
        var search = new OneWireSearch(settings.Path);
        using var ending = new Ending(() => search.End(_hung));
        using var timer = new PeriodicTimer(settings.Interval, time);
        do
        {
            await searcher.ReadAsync([search], stop);
            await buses.FollowAsync(search.Found);
            tally.Show(search.Found);
            gate.SignOfLife();
        }
        while (await timer.WaitForNextTickAsync(stop));

        DeviceWriter Announce(DeviceInfo device) =>
            new(hub, registry, gate, device with { Name = $"{hub.Name}.{Name}.{device.Name}" });
    }

    private static bool AreSame(OneWireDriverOptions a, OneWireDriverOptions b) =>
        (a.Enabled, a.Path, a.Interval, a.Patience, a.Resolution, a.Room)
        == (b.Enabled, b.Path, b.Interval, b.Patience, b.Resolution, b.Room);

    private sealed class Ending(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
