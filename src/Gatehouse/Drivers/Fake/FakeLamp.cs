using Gatehouse.Devices;
using Gatehouse.Parts;
using Gatehouse.Sdk.Devices;
using Gatehouse.Sdk.Values;
using Gatehouse.Tree;

namespace Gatehouse.Drivers.Fake;

/// <summary>A made-up device that can be set: it takes what its property allows, and shows it at once.</summary>
internal sealed class FakeLamp(Hub hub, string title) : IKeyOwner
{
    private DeviceWriter? _writer;

    public string Name => title;

    /// <summary>Shows that it is off. Before this it takes nothing.</summary>
    public void Begin(DeviceWriter writer)
    {
        _writer = writer;
        foreach (var (name, info) in writer.Device.Properties) writer.Set(name, info.Type == "boolean" ? false : 0L);
    }

    public ValueTask<WriteResult> WriteAsync(Change change, Origin origin, CancellationToken stop)
    {
        var name = change.Key.Text.Split('/')[^1];
        if (_writer is not { } writer || !writer.Device.Properties.TryGetValue(name, out var info))
        {
            return new(new WriteResult(WriteStatus.Refused, null, $"{change.Key}: {title} has no such property"));
        }
        if (change.Removed) return new(new WriteResult(WriteStatus.Refused, null, $"{name}: it can be set, not removed"));
        if (change.Ttl is not null) return new(new WriteResult(WriteStatus.Refused, null, "ttl: a lamp keeps what it is set to"));
        if (Fault(info, change.Value) is { } rule) return new(new WriteResult(WriteStatus.Refused, null, $"{name}: {rule}"));
        try
        {
            writer.Set(name, change.Value);
        }
        catch (ObjectDisposedException)
        {
            return new(new WriteResult(WriteStatus.Failed, null, $"{title} has just been removed"));
        }
        return new(WriteResult.Done(hub.Tree.Get(change.Key)));
    }

    private static string? Fault(PropertyInfo info, Value value)
    {
        if (info.Type == "boolean") return value.TryGetBoolean(out _) ? null : "true or false";
        return value.TryGetInteger(out var number) && number >= info.Minimum && number <= info.Maximum
            ? null
            : $"a whole number from {info.Minimum} to {info.Maximum} {info.Unit}";
    }
}
