using System.Collections.Concurrent;
using Gatehouse.Sdk;
using Gatehouse.Sdk.Devices;
using Gatehouse.Sdk.Values;
using Gatehouse.Tree;

namespace Gatehouse.Devices;

/// <summary>The devices that are there, with what is known about them. Any thread.</summary>
internal sealed class DeviceRegistry(ValueTree tree)
{
    private readonly ConcurrentDictionary<string, DeviceInfo> _devices = new(StringComparer.Ordinal);

    /// <summary>All devices by name.</summary>
    public IReadOnlyList<DeviceInfo> List() => [.. _devices.Values.OrderBy(d => d.Name, StringComparer.Ordinal)];

    /// <summary>The key of a device's property.</summary>
    public static string KeyOf(string device, string property) => $"/device/{device}/{property}";

    /// <summary>
    /// Makes a device known until what is returned is disposed. From then on its properties with an expected interval go stale by
    /// themselves when no news comes.
    /// </summary>
    /// <exception cref="NameTakenException">A device of this name is there.</exception>
    /// <exception cref="KeyFormatException">The name or a property cannot be part of a key.</exception>
    public IDisposable Announce(DeviceInfo device)
    {
        var keys = device.Properties.Select(p => (Key: tree.Intern(KeyOf(device.Name, p.Key)), p.Value.Interval)).ToList();
        if (!_devices.TryAdd(device.Name, device)) throw new NameTakenException(device.Name, "a device that is there already");
        foreach (var (key, interval) in keys) tree.Expect(key, TimeSpan.FromSeconds(interval ?? 0));
        return new Presence(this, device, keys.ConvertAll(k => k.Key));
    }

    private sealed class Presence(DeviceRegistry registry, DeviceInfo device, List<Key> keys) : IDisposable
    {
        private readonly Origin _origin = new("hub");

        /// <summary>A device that went has no news any more: its values are stale at once, and stay readable.</summary>
        public void Dispose()
        {
            if (!registry._devices.TryRemove(new(device.Name, device))) return;
            foreach (var key in keys) registry.Leave(key, _origin);
        }
    }

    private void Leave(Key key, Origin origin)
    {
        tree.Expect(key, TimeSpan.Zero);
        while (tree.Get(key) is { Quality: < Quality.Stale } entry)
        {
            if (tree.TrySet(new Change(key, entry.Value, entry.Time, Quality.Stale), entry.Sequence, origin, out _)) return;
        }
    }
}
