using Gatehouse.Devices;
using Gatehouse.Sdk.Devices;

namespace Gatehouse.Drivers.OneWire;

/// <summary>All bus masters of a run. Each is read by itself, at the same time as the others.</summary>
internal sealed class OneWireBuses(
    OneWireDriverOptions options, OneWireTally tally, HungReads hung, Func<DeviceInfo, DeviceWriter> announce, TimeProvider time)
    : IAsyncDisposable
{
    private readonly SortedDictionary<string, OneWireBus> _buses = new(StringComparer.Ordinal);

    /// <summary>Takes over what was found, and begins to read every bus that is not still being read.</summary>
    /// <exception cref="Exception">What an earlier reading failed with.</exception>
    public async ValueTask FollowAsync(Found found)
    {
        var sensors = found.Sensors.ToLookup(s => s.Bus);

        // What moved to another bus leaves the old one first: its name is taken until then.
        foreach (var (name, bus) in _buses) bus.Follow(sensors[name].Where(bus.Has), Make);
        foreach (var there in sensors)
        {
            if (!_buses.TryGetValue(there.Key, out var bus))
            {
                _buses.Add(there.Key, bus = new OneWireBus(there.Key, options, hung, time));
            }
            bus.Follow(there, Make);
            await bus.BeginAsync();
        }
        foreach (var (name, bus) in _buses.Where(b => b.Value.Count == 0).ToList())
        {
            _buses.Remove(name);
            await bus.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var bus in _buses.Values) await bus.DisposeAsync();
    }

    private OneWireSensor Make(FoundSensor found) => new(found, options, tally, announce);
}
