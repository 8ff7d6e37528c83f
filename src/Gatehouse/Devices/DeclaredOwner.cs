using Gatehouse.Parts;
using Gatehouse.Sdk.Devices;
using Gatehouse.Sdk.Values;
using Gatehouse.Tree;

namespace Gatehouse.Devices;

/// <summary>Takes what people and programs set on one declared device, when it keeps to the rules of its property.</summary>
internal sealed class DeclaredOwner(Hub hub, Device device, string name) : IKeyOwner
{
    private readonly Lock _setting = new();
    private DeviceWriter? _writer;

    public string Name => name;

    /// <summary>Before this it takes nothing, and after null nothing again.</summary>
    public void Follow(DeviceWriter? writer)
    {
        lock (_setting) _writer = writer;
    }

    public ValueTask<WriteResult> WriteAsync(Change change, Origin origin, CancellationToken stop)
    {
        lock (_setting) return new(Write(change, origin));
    }

    private WriteResult Write(Change change, Origin origin)
    {
        if (_writer is not { } writer) return new WriteResult(WriteStatus.Failed, null, $"{name} has just been removed");
        var property = change.Key.Text[DeviceRegistry.KeyOf(name, "").Length..];
        if (Fault(writer.Device, property, change) is { } fault)
        {
            return new WriteResult(WriteStatus.Refused, null, $"{KeySegment.ForDisplay(property)}: {fault}");
        }
        hub.Tree.Set(writer.Property(property).To(change.Value, change.Quality, change.Time) with { Ttl = change.Ttl }, origin);
        return WriteResult.Done(hub.Tree.Get(change.Key));
    }

    private string? Fault(DeviceInfo known, string property, Change change)
    {
        if (!device.Commands.TryGetValue(property, out var command) || !known.Properties.TryGetValue(property, out var info))
        {
            return $"{name} has no such property; it has {string.Join(", ", known.Properties.Keys)}";
        }
        return change.Removed ? "it can be set, not removed"
            : (command with { Minimum = info.Minimum, Maximum = info.Maximum }).Check(change.Value);
    }
}
