using System.Text.Json;
using Gatehouse.Requests.Callbacks;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Requests;

/// <summary>A request as JSON: what HTTP answers, and what callbacks carry.</summary>
internal static class RequestText
{
    public static string Of(RequestState state) => state switch
    {
        RequestState.Pending => "pending",
        RequestState.Answered => "answered",
        RequestState.Failed => "failed",
        _ => "expired",
    };

    public static RequestState? StateOf(string text) => text switch
    {
        "pending" => RequestState.Pending,
        "answered" => RequestState.Answered,
        "failed" => RequestState.Failed,
        "expired" => RequestState.Expired,
        _ => null,
    };

    /// <param name="writer">Where to.</param>
    /// <param name="request">What.</param>
    /// <param name="withFrames">Its frames too, which a list has not.</param>
    /// <param name="callback">How far its callback is; null when that is not told.</param>
    public static void Write(Utf8JsonWriter writer, StoredRequest request, bool withFrames, StoredCallback? callback = null)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, request.Id);
        writer.WriteString("service"u8, request.Service);
        writer.WriteString("state"u8, Of(request.State));
        writer.WriteNumber("attempts"u8, request.Attempts);
        writer.WriteString("accepted"u8, request.Accepted.UtcDateTime);
        if (request.Ended is { } ended) writer.WriteString("ended"u8, ended.UtcDateTime);
        if (request.Reason is { } reason) writer.WriteString("reason"u8, reason);
        writer.WriteString("peer"u8, request.Peer);
        if (request.Callback is { } address) Write(writer, address, callback);
        if (withFrames)
        {
            Write(writer, "request"u8, request.Frames);
            if (request.State == RequestState.Answered) Write(writer, "frames"u8, request.Answer);
        }
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string address, StoredCallback? callback)
    {
        writer.WriteStartObject("callback"u8);
        writer.WriteString("url"u8, address);
        if (callback is not null)
        {
            writer.WriteString("state"u8, callback.State switch
            {
                CallbackState.Waiting => "waiting"u8,
                CallbackState.Delivered => "delivered"u8,
                _ => "failed"u8,
            });
            writer.WriteNumber("tries"u8, callback.Tries);
            if (callback.Next is { } next) writer.WriteString("next"u8, next.UtcDateTime);
            if (callback.Reason is { } reason) writer.WriteString("reason"u8, reason);
        }
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> name, Frames frames)
    {
        writer.WriteStartArray(name);
        for (var i = 0; i < frames.Count; i++) Value.FromText(frames[i].Span).WriteJson(writer);
        writer.WriteEndArray();
    }
}
