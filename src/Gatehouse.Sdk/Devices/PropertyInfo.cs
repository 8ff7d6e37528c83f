using System.Text.Json.Serialization;

namespace Gatehouse.Sdk.Devices;

/// <summary>What there is to know about one property of a device.</summary>
public sealed record PropertyInfo
{
    /// <summary>Its name for people.</summary>
    public required string Title { get; init; }

    /// <summary>
    /// What its values are: <c>boolean</c>, <c>byte</c>, <c>integer</c>, <c>real</c>, <c>text</c>, <c>list</c> (one of
    /// <see cref="Choices"/>), <c>schedule</c> or <c>json</c>.
    /// </summary>
    public required string Type { get; init; }

    /// <summary>Whether it can be read, set, or both.</summary>
    public PropertyAccess Access { get; init; }

    /// <summary>Its unit as people write it, such as <c>°C</c>; null for none.</summary>
    public string? Unit { get; init; }

    /// <summary>The least value that makes sense, in its unit; null for no bound.</summary>
    public double? Minimum { get; init; }

    /// <summary>The greatest value that makes sense, in its unit; null for no bound.</summary>
    public double? Maximum { get; init; }

    /// <summary>The fastest change that makes sense, in its unit per second; null for no bound.</summary>
    public double? MaximumRate { get; init; }

    /// <summary>A value that stays exactly the same for so many seconds comes from a sensor that is stuck; null when it may.</summary>
    public double? StuckAfter { get; init; }

    /// <summary>The values that it may have; null for any of its type.</summary>
    public IReadOnlyList<string>? Choices { get; init; }

    /// <summary>How a recorder treats the number; null for what is no measurement.</summary>
    public DataSource? DataSource { get; init; }

    /// <summary>How often news is expected, in seconds; null when it comes as it will.</summary>
    public double? Interval { get; init; }

    /// <summary>Whether the history records it; null does as its device.</summary>
    public bool? Log { get; init; }

    /// <summary>How long the history keeps every point of it, in seconds; null does as its device.</summary>
    public double? Retention { get; init; }
}

/// <summary>What others may do with a property.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PropertyAccess>))]
public enum PropertyAccess : byte
{
    /// <summary>It is read, as a sensor is.</summary>
    [JsonStringEnumMemberName("read")]
    Read,

    /// <summary>It is read and set, as a lamp is.</summary>
    [JsonStringEnumMemberName("readWrite")]
    ReadWrite,

    /// <summary>It is set and cannot be read back, as a remote control's key.</summary>
    [JsonStringEnumMemberName("write")]
    Write,
}

/// <summary>How a recorder treats a number (the data sources of RRDtool).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DataSource>))]
public enum DataSource : byte
{
    /// <summary>A plain value.</summary>
    [JsonStringEnumMemberName("GAUGE")]
    Gauge,

    /// <summary>A total that only grows: its rate is of interest.</summary>
    [JsonStringEnumMemberName("COUNTER")]
    Counter,

    /// <summary>A total that may shrink: its rate is of interest, which may be negative.</summary>
    [JsonStringEnumMemberName("DERIVE")]
    Derive,

    /// <summary>A count since it was read last.</summary>
    [JsonStringEnumMemberName("ABSOLUTE")]
    Absolute,
}
