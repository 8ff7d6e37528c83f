namespace Gatehouse.Sdk.Devices;

/// <summary>What there is to know about a device beside its present values: said once, when it appears.</summary>
public sealed record DeviceInfo
{
    /// <summary><c>host.service.device[.subdevice]</c>: its values are the keys <c>/device/{Name}/{property}</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Its name for people.</summary>
    public required string Title { get; init; }

    /// <summary>Where it is; null when nobody said.</summary>
    public string? Room { get; init; }

    /// <summary>What sort of thing it is, one lower-case word, such as <c>computer</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Its properties by name; a name may contain slashes.</summary>
    public required IReadOnlyDictionary<string, PropertyInfo> Properties { get; init; }
}

/// <summary>What there is to know about one property of a device.</summary>
public sealed record PropertyInfo
{
    /// <summary>Its name for people.</summary>
    public required string Title { get; init; }

    /// <summary>Its unit as people write it, such as <c>°C</c>; null for none.</summary>
    public string? Unit { get; init; }

    /// <summary>The least value that makes sense, in its unit; null for no bound.</summary>
    public double? Minimum { get; init; }

    /// <summary>The greatest value that makes sense, in its unit; null for no bound.</summary>
    public double? Maximum { get; init; }

    /// <summary>How often news is expected, in seconds; null when it comes as it will.</summary>
    public double? Interval { get; init; }

    /// <summary>What its values are: <c>boolean</c>, <c>integer</c>, <c>real</c>, <c>text</c> or <c>json</c>.</summary>
    public required string Type { get; init; }
}
