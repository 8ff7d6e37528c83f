using System.Collections.Frozen;
using Gatehouse.Runtime;
using Gatehouse.Sdk.Devices;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Devices;

/// <summary>What people say of one device in place of what its driver says. Immutable.</summary>
internal sealed class DeviceEdits
{
    private readonly FrozenDictionary<(string? Property, string Field), Value> _values;
    private readonly FrozenSet<string> _properties;

    /// <param name="edits">At most one of each field; those of null say nothing.</param>
    public DeviceEdits(IEnumerable<FieldEdit> edits)
    {
        _values = edits.Where(e => e.Value.Kind != ValueKind.Null).ToFrozenDictionary(e => (e.Property, e.Field), e => e.Value);
        _properties = _values.Keys.Select(k => k.Property).OfType<string>().ToFrozenSet(StringComparer.Ordinal);
    }

    public static DeviceEdits None { get; } = new([]);

    public bool IsEmpty => _values.Count == 0;

    public int Properties => _properties.Count;

    /// <summary>These, and what is said anew.</summary>
    public DeviceEdits With(IEnumerable<FieldEdit> edits)
    {
        var values = new Dictionary<(string? Property, string Field), Value>(_values);
        foreach (var edit in edits) values[(edit.Property, edit.Field)] = edit.Value;
        return new DeviceEdits(values.Select(v => new FieldEdit(v.Key.Field, v.Value, v.Key.Property)));
    }

    /// <summary>The device as it is shown.</summary>
    public DeviceInfo ApplyTo(DeviceInfo device) => IsEmpty ? device : device with
    {
        Title = Text(null, "title", device.Title)!,
        Room = Text(null, "room", device.Room),
        Kind = Text(null, "kind", device.Kind)!,
        Log = Flag(null, device.Log),
        Retention = Number(null, "retention", device.Retention),
        Edited = [.. _values.Keys.Select(k => new FieldEdit(k.Field, default, k.Property).ToString()).Order(StringComparer.Ordinal)],
        Properties = _properties.Count == 0
            ? device.Properties
            : new OrderedDictionary<string, PropertyInfo>(
                device.Properties.Select(p => KeyValuePair.Create(p.Key, ApplyTo(p.Key, p.Value))), StringComparer.Ordinal),
    };

    /// <summary>What is wrong with them together, for a device that is known to be like this; null when nothing is.</summary>
    public FieldError? Contradiction(DeviceInfo device)
    {
        foreach (var name in _properties)
        {
            if (!device.Properties.TryGetValue(name, out var announced)) continue;
            var shown = ApplyTo(name, announced);
            if (!(shown.Minimum > shown.Maximum)) continue;
            var field = _values.ContainsKey((name, "minimum")) ? "minimum" : "maximum";
            return new FieldError(
                KeySegment.ForDisplay(new FieldEdit(field, default, name).ToString()), "range",
                FormattableString.Invariant($"the range would be from {shown.Minimum} to {shown.Maximum}"));
        }
        return null;
    }

    private PropertyInfo ApplyTo(string name, PropertyInfo property) => !_properties.Contains(name) ? property : property with
    {
        Title = Text(name, "title", property.Title)!,
        Unit = Text(name, "unit", property.Unit),
        Log = Flag(name, property.Log),
        Retention = Number(name, "retention", property.Retention),
        Minimum = Number(name, "minimum", property.Minimum),
        Maximum = Number(name, "maximum", property.Maximum),
    };

    // An empty text says that there is none.
    private string? Text(string? property, string field, string? otherwise) =>
        _values.TryGetValue((property, field), out var value) && value.TryGetText(out var text)
            ? text.Length == 0 ? null : text
            : otherwise;

    private bool? Flag(string? property, bool? otherwise) =>
        _values.TryGetValue((property, "log"), out var value) && value.TryGetBoolean(out var flag) ? flag : otherwise;

    private double? Number(string? property, string field, double? otherwise) =>
        _values.TryGetValue((property, field), out var value) && value.TryGetNumber(out var number) ? number : otherwise;
}
