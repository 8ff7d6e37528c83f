using System.Runtime.InteropServices;
using System.Text.Json;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Hub;

/// <summary>How far a durable request is.</summary>
public enum HubRequestState
{
    /// <summary>It waits for its answer.</summary>
    Pending,

    /// <summary>Its service has answered.</summary>
    Answered,

    /// <summary>It was tried as often as the hub's options allow.</summary>
    Failed,

    /// <summary>It waited for longer than the hub's options allow.</summary>
    Expired,
}

/// <summary>A durable request as a hub keeps it. What the hub did not tell is null.</summary>
public sealed record HubRequest
{
    /// <summary>How it is asked for.</summary>
    public required string Id { get; init; }

    /// <summary>How far it is.</summary>
    public HubRequestState State { get; init; }

    /// <summary>Who is to answer it.</summary>
    public string? Service { get; init; }

    /// <summary>How often it was delivered, or may have been.</summary>
    public int? Attempts { get; init; }

    /// <summary>When the hub took it, UTC.</summary>
    public DateTimeOffset? Accepted { get; init; }

    /// <summary>When it stopped being pending, UTC.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>Why it failed or expired; of a pending one, why its last delivery failed.</summary>
    public string? Reason { get; init; }

    /// <summary>Who asked.</summary>
    public string? Peer { get; init; }

    /// <summary>What becomes of its callback.</summary>
    public HubCallback? Callback { get; init; }

    /// <summary>The frames of the request; null in lists.</summary>
    public IReadOnlyList<Value>? Request { get; init; }

    /// <summary>The frames of the answer; null in lists, and when there is none.</summary>
    public IReadOnlyList<Value>? Frames { get; init; }

    internal static HubRequest Read(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        return Read(document.RootElement);
    }

    internal static IReadOnlyList<HubRequest> ReadList(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        if (document.RootElement.ValueKind != JsonValueKind.Array) throw new JsonException("its list of requests is none");
        return [.. document.RootElement.EnumerateArray().Select(Read)];
    }

    private static HubRequest Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object) throw new JsonException("its request is no object");
        return new HubRequest
        {
            Id = Text(root, "id") ?? throw new JsonException("its request has no id"),
            State = Text(root, "state") switch
            {
                null or "pending" => HubRequestState.Pending,
                "answered" => HubRequestState.Answered,
                "failed" => HubRequestState.Failed,
                "expired" => HubRequestState.Expired,
                var other => throw new JsonException($"its request has the state '{other}', which is not known"),
            },
            Service = Text(root, "service"),
            Attempts = root.TryGetProperty("attempts", out var attempts) && attempts.TryGetInt32(out var count) ? count : null,
            Accepted = Time(root, "accepted"),
            Ended = Time(root, "ended"),
            Reason = Text(root, "reason"),
            Peer = Text(root, "peer"),
            Callback = root.TryGetProperty("callback", out var callback) && callback.ValueKind == JsonValueKind.Object
                ? new HubCallback
                {
                    Url = Text(callback, "url") ?? "",
                    State = Text(callback, "state"),
                    Tries = callback.TryGetProperty("tries", out var tries) && tries.TryGetInt32(out var number) ? number : 0,
                    Next = Time(callback, "next"),
                    Reason = Text(callback, "reason"),
                }
                : null,
            Request = ReadFrames(root, "request"),
            Frames = ReadFrames(root, "frames"),
        };
    }

    private static string? Text(JsonElement of, string name) =>
        of.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;

    private static DateTimeOffset? Time(JsonElement of, string name) =>
        of.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String && member.TryGetDateTimeOffset(out var time)
            ? time : null;

    private static Value[]? ReadFrames(JsonElement of, string name) =>
        of.TryGetProperty(name, out var frames) && frames.ValueKind == JsonValueKind.Array
            ? [.. frames.EnumerateArray().Select(frame => Value.TryParse(JsonMarshal.GetRawUtf8Value(frame), out var value) ? value
                : throw new JsonException("a frame of its request is not valid Unicode"))]
            : null;
}

/// <summary>What becomes of a callback.</summary>
public sealed record HubCallback
{
    /// <summary>Where the ended request is posted to.</summary>
    public required string Url { get; init; }

    /// <summary>waiting, delivered or failed.</summary>
    public string? State { get; init; }

    /// <summary>How often it was tried.</summary>
    public int Tries { get; init; }

    /// <summary>When it is tried next, UTC; null when it is not.</summary>
    public DateTimeOffset? Next { get; init; }

    /// <summary>Why the last try failed.</summary>
    public string? Reason { get; init; }
}

/// <summary>How many requests were closed.</summary>
internal sealed record HubClosed(long Closed);

/// <summary>What came of an import of requests.</summary>
public sealed record HubRequestImport
{
    /// <summary>Requests that were taken in.</summary>
    public required long Imported { get; init; }

    /// <summary>Requests that the hub had already.</summary>
    public required long Known { get; init; }

    /// <summary>Requests that were not taken in.</summary>
    public required long Refused { get; init; }

    /// <summary>Why, of the first of them.</summary>
    public required IReadOnlyList<string> Problems { get; init; }
}
