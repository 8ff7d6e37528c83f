using System.Text.Json;
using Gatehouse.Requests;
using Gatehouse.Sdk.Hub;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Cli;

/// <summary>Requests as JSON, with the members that the hub has for them.</summary>
internal static class RequestJson
{
    public static string Of(HubRequest request) => JsonText.Of(writer => Write(writer, request));

    public static string Of(IEnumerable<HubRequest> requests) => JsonText.Of(writer =>
    {
        writer.WriteStartArray();
        foreach (var request in requests) Write(writer, request);
        writer.WriteEndArray();
    });

    private static void Write(Utf8JsonWriter writer, HubRequest request)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, request.Id);
        if (request.Service is { } service) writer.WriteString("service"u8, service);
        writer.WriteString("state"u8, RequestText.Of((RequestState)request.State));
        if (request.Attempts is { } attempts) writer.WriteNumber("attempts"u8, attempts);
        if (request.Accepted is { } accepted) writer.WriteString("accepted"u8, accepted.UtcDateTime);
        if (request.Ended is { } ended) writer.WriteString("ended"u8, ended.UtcDateTime);
        if (request.Reason is { } reason) writer.WriteString("reason"u8, reason);
        if (request.Peer is { } peer) writer.WriteString("peer"u8, peer);
        if (request.Callback is { } callback) Write(writer, callback);
        Write(writer, "request"u8, request.Request);
        Write(writer, "frames"u8, request.Frames);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, HubCallback callback)
    {
        writer.WriteStartObject("callback"u8);
        writer.WriteString("url"u8, callback.Url);
        if (callback.State is { } state) writer.WriteString("state"u8, state);
        writer.WriteNumber("tries"u8, callback.Tries);
        if (callback.Next is { } next) writer.WriteString("next"u8, next.UtcDateTime);
        if (callback.Reason is { } reason) writer.WriteString("reason"u8, reason);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> name, IReadOnlyList<Value>? frames)
    {
        if (frames is null) return;
        writer.WriteStartArray(name);
        foreach (var frame in frames) frame.WriteJson(writer);
        writer.WriteEndArray();
    }
}
