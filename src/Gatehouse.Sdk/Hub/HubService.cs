using System.Text.Json;
using System.Text.Json.Serialization;
using Gatehouse.Sdk.Devices;

namespace Gatehouse.Sdk.Hub;

/// <summary>A service that a hub offers.</summary>
public sealed record HubService
{
    /// <summary>The name to call it by. With a dot at its end it stands for all names that start with it.</summary>
    public required string Name { get; init; }

    /// <summary>Which part of the hub, or who connected to it, answers.</summary>
    public required string Owner { get; init; }

    /// <summary>One sentence: what it does.</summary>
    public required string Summary { get; init; }

    /// <summary>True when it answers from memory, at once.</summary>
    public bool Inline { get; init; }

    /// <summary>True when calling it twice does no more than calling it once, so that a caller may try again.</summary>
    public bool Idempotent { get; init; }

    /// <summary>True when the name stands for all names that start with it.</summary>
    public bool Family { get; init; }

    /// <summary>The frames it takes, in words or as an example; null when it takes none or nobody said.</summary>
    public string? Parameters { get; init; }

    /// <summary>The frames it returns, likewise.</summary>
    public string? Returns { get; init; }

    /// <summary>Calls that ended since the hub started.</summary>
    public long Calls { get; init; }

    /// <summary>Those of them that ended with an error.</summary>
    public long Failures { get; init; }

    /// <summary>
    /// Seconds that calls took, on the average, without those that were answered at once; null when there were no others.
    /// </summary>
    public double? Time { get; init; }

    /// <summary>The workers that answer it; null for a service that has none to count.</summary>
    public int? Workers { get; init; }

    /// <summary>Those of them that wait for a request; null likewise.</summary>
    public int? Idle { get; init; }

    /// <summary>Requests that wait for a worker; null likewise.</summary>
    public int? Queued { get; init; }

    /// <summary>Requests in a second, over the last few seconds, by whatever way they came; null likewise.</summary>
    public double? Rate { get; init; }
}

/// <summary>A refusal as HTTP carries it (RFC 9457).</summary>
internal sealed record ProblemDocument(string? Title, string? Detail);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(HubService[]))]
[JsonSerializable(typeof(DeviceInfo[]))]
[JsonSerializable(typeof(HubSession[]))]
[JsonSerializable(typeof(HubCode))]
[JsonSerializable(typeof(ProblemDocument))]
[JsonSerializable(typeof(HubBlob))]
[JsonSerializable(typeof(HubLog))]
[JsonSerializable(typeof(HubRequestImport))]
[JsonSerializable(typeof(HubClosed))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class HubJson : JsonSerializerContext;
