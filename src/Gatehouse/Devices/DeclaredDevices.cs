using System.Text;
using Gatehouse.Parts;
using Gatehouse.Runtime;
using Gatehouse.Sdk;
using Gatehouse.Sdk.Devices;
using Gatehouse.Sdk.Values;
using Gatehouse.Storage;

namespace Gatehouse.Devices;

/// <summary>
/// Devices that nobody drives: somebody declared them by their JSON, and whoever may sets their properties. They last; their values last
/// as long as others do. Each is <c>host.declared.name</c>.
/// </summary>
internal sealed partial class DeclaredDevices(
    Hub hub, DeviceTypes types, DeviceRegistry registry, DeclaredStore store, TimeProvider time, ILogger<DeclaredDevices> logger)
    : IPart, IDisposable
{
    public const string Service = "declared";

    // One change after the other, so that what is kept and what is shown are the same in the end.
    private readonly SemaphoreSlim _changing = new(1);

    // Under the semaphore. There is a gate while the part runs.
    private readonly Dictionary<string, (DeviceWriter Writer, DeclaredOwner Owner)> _shown = new(StringComparer.Ordinal);
    private FloodGate? _gate;

    public string Name => Service;

    public async Task RunAsync(Hub hub, CancellationToken stop)
    {
        using var gate = new FloodGate(hub.Tree, Name, time, logger);
        await WithinAsync(() => Begin(gate), stop);
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, time, stop);
        }
        finally
        {
            await WithinAsync(End, CancellationToken.None);
        }
    }

    /// <summary>Keeps a device and shows it; returns when it is on disk.</summary>
    /// <exception cref="StorageException">It is not kept.</exception>
    public async Task<Declaration> DeclareAsync(ReadOnlyMemory<byte> json, CancellationToken stop)
    {
        if (!types.TryCreate(json.Span, out var device, out var problems)) return new Declaration([.. problems.Select(ToError)]);
        var info = Describe(device);
        if (Objections(device, info) is { Length: > 0 } errors) return new Declaration(errors);
        await _changing.WaitAsync(stop);
        try
        {
            if (!await store.AddAsync(info.Name, Encoding.UTF8.GetString(json.Span), stop)) return new Declaration([], info.Name);
            Show(device, info);
            return new Declaration([], info.Name, registry.Find(info.Name) ?? info);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Removes a device with its edits and its values; false when none of this name was declared.</summary>
    /// <exception cref="StorageException">It is still there.</exception>
    public async Task<bool> RemoveAsync(string name, CancellationToken stop)
    {
        await _changing.WaitAsync(stop);
        try
        {
            if (!await store.RemoveAsync(name, stop)) return false;
            if (_shown.Remove(name, out var shown))
            {
                shown.Owner.Follow(null);
                shown.Writer.Remove();
            }
            registry.Forget(name, withEdits: true);
            return true;
        }
        finally
        {
            _changing.Release();
        }
    }

    public void Dispose() => _changing.Dispose();

    private async Task WithinAsync(Action change, CancellationToken stop)
    {
        await _changing.WaitAsync(stop);
        try
        {
            change();
        }
        finally
        {
            _changing.Release();
        }
    }

    private void Begin(FloodGate gate)
    {
        _gate = gate;
        try
        {
            foreach (var (name, json) in store.ReadAll()) Restore(name, json);
        }
        catch (StorageException e)
        {
            LogUnread(e.Message);
        }
    }

    private void End()
    {
        foreach (var (writer, owner) in _shown.Values)
        {
            owner.Follow(null);
            writer.Dispose();
        }
        _shown.Clear();
        _gate = null;
    }

    private void Restore(string name, string json)
    {
        var isSound = types.TryCreate(Encoding.UTF8.GetBytes(json), out var device, out var problems);
        if (isSound) Show(device!, Describe(device!) with { Name = name });
        else LogNotRestored(name, string.Join("; ", problems));
    }

    private void Show(Device device, DeviceInfo info)
    {
        if (_gate is null) return; // the next run shows it
        try
        {
            var owner = new DeclaredOwner(hub, device, info.Name);
            var writer = new DeviceWriter(hub, registry, _gate, info, owner);
            owner.Follow(writer);
            _shown.Add(info.Name, (writer, owner));
        }
        catch (GatehouseException e)
        {
            LogNotRestored(info.Name, e.Message);
        }
    }

    // Nobody reads it from somewhere, so whatever can be known of it is set.
    private DeviceInfo Describe(Device device)
    {
        var info = device.Describe(hub.Name, Service);
        return info with
        {
            Properties = new OrderedDictionary<string, PropertyInfo>(
                info.Properties.Select(p => KeyValuePair.Create(p.Key, p.Value with { Access = PropertyAccess.ReadWrite })),
                StringComparer.Ordinal),
        };
    }

    private static FieldError[] Objections(Device device, DeviceInfo info)
    {
        var errors = new List<FieldError>();
        if (DeclaredName.Objection(device.Config.Name!) is { } objection) errors.Add(new FieldError("name", "value", objection));
        foreach (var property in info.Properties.Keys)
        {
            if (Key.TryParse(DeviceRegistry.KeyOf(info.Name, property), out _, out var error)) continue;
            errors.Add(new FieldError("name", "key", KeyErrors.Explain(error)));
            break;
        }
        if (info.Properties.Values.FirstOrDefault(p => p.Minimum > p.Maximum) is { } none)
        {
            errors.Add(new FieldError("minimum", "range", $"the range would be from {none.Minimum} to {none.Maximum}"));
        }
        Check("title", info.Title, device.Config.TryGet("title", out _) ? "title" : "name");
        if (info.Room is not null) Check("room", info.Room, "room");
        Check("kind", info.Kind, "kind");
        return [.. errors];

        void Check(string field, string text, string member)
        {
            var rule = EditRules.Find(field, ofProperty: false)!;
            // One objection to a member is enough, and the one to the name says more.
            if (!rule.Allows(text) && errors.All(e => e.Field != member)) errors.Add(new FieldError(member, "value", rule.Words));
        }
    }

    private static FieldError ToError(DeviceProblem problem)
    {
        var rule = problem.Rule.ToString();
        return new FieldError(KeySegment.ForDisplay(problem.Field), char.ToLowerInvariant(rule[0]) + rule[1..], problem.Message);
    }

    [LoggerMessage(4031, LogLevel.Error, "The declared devices are not known, as if there were none: {Reason}")]
    private partial void LogUnread(string reason);

    [LoggerMessage(4032, LogLevel.Error, "The declared device {Device} is not shown: {Reason}")]
    private partial void LogNotRestored(string device, string reason);
}

/// <summary>What came of declaring a device.</summary>
/// <param name="Errors">What is wrong with it; empty when nothing is.</param>
/// <param name="Name">Its name in the hub, when nothing is wrong with it.</param>
/// <param name="Device">The device; null when there is one of this name already, or something is wrong.</param>
internal sealed record Declaration(FieldError[] Errors, string? Name = null, DeviceInfo? Device = null);
