namespace Gatehouse.Sdk.Devices;

/// <summary>What there is to know about a device beside its present values: said once, when it appears.</summary>
public sealed record DeviceInfo
{
    /// <summary><c>host.service.device[.subdevice]</c>: its values are the keys <c>/device/{Name}/{property}</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Its sort as a dotted path, such as <c>sensor.temperature</c>; null when no template describes it.</summary>
    public string? Oid { get; init; }

    /// <summary>Its name for people.</summary>
    public required string Title { get; init; }

    /// <summary>Where it is; null when nobody said.</summary>
    public string? Room { get; init; }

    /// <summary>What sort of thing it is, one lower-case word, such as <c>computer</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>True for a device that is made up: it is marked wherever it shows, raises no alarm and is forwarded nowhere.</summary>
    public bool Demo { get; init; }

    /// <summary>True for a device that was there in this run of the hub and is not now: its driver stopped, or lost it.</summary>
    public bool Offline { get; init; }

    /// <summary>Whether the history records it; null leaves that to the settings.</summary>
    public bool? Log { get; init; }

    /// <summary>How long the history keeps every point of it, in seconds; null leaves that to the settings.</summary>
    public double? Retention { get; init; }

    /// <summary>
    /// The fields that show what people said in place of what its driver says, as <see cref="FieldEdit.ToString"/> names them:
    /// <c>title</c>, <c>properties.level.unit</c>. In the order of the alphabet; empty when nobody said anything.
    /// </summary>
    public IReadOnlyList<string> Edited { get; init; } = [];

    /// <summary>Its properties by name; a name may contain slashes.</summary>
    public required IReadOnlyDictionary<string, PropertyInfo> Properties { get; init; }
}
