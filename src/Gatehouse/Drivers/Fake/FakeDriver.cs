using Gatehouse.Devices;
using Gatehouse.Parts;
using Microsoft.Extensions.Options;

namespace Gatehouse.Drivers.Fake;

/// <summary>Made-up devices, marked as such, unless somebody removed them.</summary>
internal sealed class FakeDriver(
    IOptionsMonitor<FakeDriverOptions> options, IDemoSwitch choice, DeviceRegistry registry, TimeProvider time, ILogger<FakeDriver> logger)
    : IPart
{
    public string Name => "fake";

    public Task RunAsync(Hub hub, CancellationToken stop) => options.RunAsync(
        AreSame,
        (settings, ending) => settings.Enabled ? ShowAsync(hub, settings, ending) : Task.Delay(Timeout.InfiniteTimeSpan, time, ending),
        stop);

    private async Task ShowAsync(Hub hub, FakeDriverOptions settings, CancellationToken stop)
    {
        using var gate = new FloodGate(hub.Tree, Name, time, logger);
        using var house = new FakeHouse(hub, registry, gate, settings, choice, time);
        house.Follow();
        using var services = new FakeServices(hub, house, choice, Name, logger);
        using var timer = new PeriodicTimer(settings.Interval, time);
        while (await timer.WaitForNextTickAsync(stop))
        {
            house.Follow(); // a choice may have been made while the run before this one ended
            house.Read();
        }
    }

    private static bool AreSame(FakeDriverOptions a, FakeDriverOptions b) =>
        (a.Enabled, a.Interval, a.Seed, a.Room, a.Crowd) == (b.Enabled, b.Interval, b.Seed, b.Room, b.Crowd);
}
