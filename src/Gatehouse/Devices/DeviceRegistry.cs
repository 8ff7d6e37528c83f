using System.Collections.Concurrent;
using Gatehouse.Parts;
using Gatehouse.Runtime;
using Gatehouse.Sdk;
using Gatehouse.Sdk.Devices;
using Gatehouse.Sdk.Values;
using Gatehouse.Storage;
using Gatehouse.Tree;

namespace Gatehouse.Devices;

/// <summary>
/// The devices that are there, with what is known about them: what their drivers announce, and over it what people said. Any thread; what
/// is asked often, <see cref="Find(Key)"/>, takes no lock.
/// </summary>
/// <remarks>Order of locks: registry, tree.</remarks>
internal sealed partial class DeviceRegistry : IKeyCatalog
{
    /// <summary>Holds <see cref="Version"/> for everybody who shows devices: when it changes, they ask again.</summary>
    public const string VersionKey = "/hub/devices/version";

    private readonly ValueTree _tree;
    private readonly Key _versionKey;
    private readonly Origin _origin = new("hub");
    private readonly EditStore? _store;
    private readonly Lock _changing = new();

    // Written under the lock.
    private readonly ConcurrentDictionary<string, KnownDevice> _devices = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, KeyNotes> _keys = new(StringComparer.Ordinal);
    private readonly Dictionary<string, EditOutcome> _edits = new(StringComparer.Ordinal);
    private long _version;

    /// <param name="tree">Where the values of the devices are.</param>
    /// <param name="store">Keeps edits; without one there are none.</param>
    /// <param name="logger">Told when edits cannot be read; then the devices are shown as their drivers announce them.</param>
    public DeviceRegistry(ValueTree tree, EditStore? store = null, ILogger<DeviceRegistry>? logger = null)
    {
        (_tree, _store, _versionKey) = (tree, store, tree.Intern(VersionKey));
        try
        {
            foreach (var (device, edits) in store?.ReadAll() ?? []) _edits[device] = new EditOutcome(edits, 0, null);
        }
        catch (StorageException e)
        {
            if (logger is not null) LogUnread(logger, e.Message);
        }
    }

    /// <inheritdoc/>
    public long Version => Interlocked.Read(ref _version);

    /// <summary>All devices that are there, by name; with those that were there before in this run, when they are wanted.</summary>
    public IReadOnlyList<DeviceInfo> List(bool withOffline = false) =>
        [.. _devices.Values.Where(d => d.IsThere || withOffline).Select(d => d.Shown).OrderBy(d => d.Name, StringComparer.Ordinal)];

    /// <summary>What is known of a device that is there, or was in this run of the hub; null when there was none.</summary>
    public DeviceInfo? Find(string name) => _devices.TryGetValue(name, out var device) ? device.Shown : null;

    /// <inheritdoc/>
    public KeyNotes? Find(Key key) => _keys.GetValueOrDefault(key.Text);

    /// <summary>The key of a device's property.</summary>
    public static string KeyOf(string device, string property) => $"/device/{device}/{property}";

    /// <summary>
    /// Makes a device known until what is returned is disposed. From then on its properties with an expected interval go stale by
    /// themselves when no news comes.
    /// </summary>
    /// <param name="follow">Told at once, and whenever somebody edits it, how the device is shown. It may not wait.</param>
    /// <exception cref="NameTakenException">A device of this name is there.</exception>
    /// <exception cref="KeyFormatException">The name or a property cannot be part of a key.</exception>
    public IDisposable Announce(DeviceInfo device, Action<DeviceInfo>? follow = null)
    {
        var keys = device.Properties.Select(p => (Key: _tree.Intern(KeyOf(device.Name, p.Key)), p.Value.Interval)).ToList();
        lock (_changing)
        {
            if (_devices.TryGetValue(device.Name, out var present) && present.IsThere)
            {
                throw new NameTakenException(device.Name, "a device that is there already");
            }
            if (present is not null) Unlist(present);
            Show(new KnownDevice(device, device, follow, IsThere: true));
        }
        foreach (var (key, interval) in keys) _tree.Expect(key, TimeSpan.FromSeconds(interval ?? 0));
        return new Presence(this, device, keys.ConvertAll(k => k.Key));
    }

    /// <summary>Forgets a device that is not there any more and does not come back as it was.</summary>
    public void Forget(string name, bool withEdits = false)
    {
        lock (_changing)
        {
            if (withEdits) _edits.Remove(name);
            if (!_devices.TryGetValue(name, out var device) || device.IsThere) return;
            _devices.TryRemove(name, out _);
            Unlist(device);
            Count();
        }
    }

    /// <summary>
    /// Keeps what somebody says of a device, over what its driver says; returns when it is on disk and shows. Also for a device that is not
    /// there at the moment, when it was in this run or has edits.
    /// </summary>
    /// <returns>Null when no such device is known.</returns>
    /// <exception cref="StorageException">It is not kept, and nothing has changed.</exception>
    public async Task<EditOutcome?> EditAsync(string name, IReadOnlyList<FieldEdit> edits, CancellationToken stop)
    {
        DeviceInfo? announced;
        lock (_changing)
        {
            announced = _devices.GetValueOrDefault(name)?.Announced;
            if (announced is null && !_edits.ContainsKey(name)) return null;
        }
        if (announced is not null && Stranger(announced, edits) is { } stranger) return new EditOutcome(DeviceEdits.None, 0, stranger);
        var outcome = await (_store ?? throw new InvalidOperationException("This registry keeps no edits."))
            .MergeAsync(name, edits, all => Objection(all, announced), stop);
        if (outcome.Error is null) Take(name, outcome);
        return outcome;
    }

    private static FieldError? Stranger(DeviceInfo device, IReadOnlyList<FieldEdit> edits)
    {
        foreach (var edit in edits)
        {
            if (edit.Property is not { } property || edit.Value.Kind == ValueKind.Null || device.Properties.ContainsKey(property)) continue;
            return new FieldError(
                $"properties.{KeySegment.ForDisplay(property)}", "unknown",
                $"the device has no such property; it has {string.Join(", ", device.Properties.Keys)}");
        }
        return null;
    }

    private static FieldError? Objection(DeviceEdits edits, DeviceInfo? announced) =>
        edits.Properties > EditRules.MostProperties
            ? new FieldError("properties", "size", $"at most {EditRules.MostProperties} properties can have edits")
            : announced is null ? null : edits.Contradiction(announced);

    // Of two edits that come back from the disk at once, the later one has all that the earlier one said.
    private void Take(string name, EditOutcome outcome)
    {
        lock (_changing)
        {
            if (_edits.TryGetValue(name, out var other) && other.Version > outcome.Version) return;
            if (outcome.Edits.IsEmpty) _edits.Remove(name);
            else _edits[name] = outcome;
            if (_devices.TryGetValue(name, out var device)) Show(device);
        }
    }

    // Under the lock.
    private void Show(KnownDevice device)
    {
        var shown = _edits.TryGetValue(device.Announced.Name, out var edits) ? edits.Edits.ApplyTo(device.Announced) : device.Announced;
        if (!device.IsThere) shown = shown with { Offline = true };
        _devices[shown.Name] = device with { Shown = shown };
        foreach (var (name, property) in shown.Properties)
        {
            _keys[KeyOf(shown.Name, name)] = new KeyNotes(
                property.Title, property.Unit, shown.Demo, property.Log ?? shown.Log, ToSpan(property.Retention ?? shown.Retention));
        }
        Count();
        device.Follow?.Invoke(shown);
    }

    // Under the lock, so that the versions reach the tree in their order.
    private void Count() => _tree.Set(new Change(_versionKey, Value.From(Interlocked.Increment(ref _version))), _origin);

    private void Unlist(KnownDevice device)
    {
        foreach (var name in device.Announced.Properties.Keys) _keys.TryRemove(KeyOf(device.Announced.Name, name), out _);
    }

    private void Leave(DeviceInfo device, List<Key> keys, Origin origin)
    {
        lock (_changing)
        {
            if (!_devices.TryGetValue(device.Name, out var known) || !known.IsThere || !ReferenceEquals(known.Announced, device)) return;
            _devices[device.Name] = known with { IsThere = false, Follow = null, Shown = known.Shown with { Offline = true } };
            Count();
        }
        foreach (var key in keys) Leave(key, origin);
    }

    private void Leave(Key key, Origin origin)
    {
        _tree.Expect(key, TimeSpan.Zero);
        while (_tree.Get(key) is { Quality: < Quality.Stale } entry)
        {
            if (_tree.TrySet(new Change(key, entry.Value, entry.Time, Quality.Stale), entry.Sequence, origin, out _)) return;
        }
    }

    private static TimeSpan? ToSpan(double? seconds) =>
        seconds is { } span ? TimeSpan.FromSeconds(Math.Clamp(span, 0, TimeSpan.MaxValue.TotalSeconds / 2)) : null;

    /// <param name="Announced">As its driver announced it.</param>
    /// <param name="Shown">With the edits.</param>
    private sealed record KnownDevice(DeviceInfo Announced, DeviceInfo Shown, Action<DeviceInfo>? Follow, bool IsThere);

    private sealed class Presence(DeviceRegistry registry, DeviceInfo device, List<Key> keys) : IDisposable
    {
        private readonly Origin _origin = new("hub");

        /// <summary>A device that went has no news any more: its values are stale at once, and stay readable.</summary>
        public void Dispose() => registry.Leave(device, keys, _origin);
    }

    [LoggerMessage(4021, LogLevel.Error,
        "What people said of the devices is not known, they are shown as their drivers announce them: {Reason}")]
    private static partial void LogUnread(ILogger logger, string reason);
}
