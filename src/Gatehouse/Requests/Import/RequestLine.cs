using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Requests.Import;

/// <summary>
/// A request on one line of JSON, on its way from another database into the hub. Frames are base64, so that every byte stays what it is.
/// </summary>
internal static class RequestLine
{
    private const int MostAttempts = 1_000_000_000;

    public const string MediaType = "application/x-ndjson";

    public static void Write(IBufferWriter<byte> to, ImportedRequest request)
    {
        using (var writer = new Utf8JsonWriter(to))
        {
            JsonSerializer.Serialize(writer, Of(request), RequestLineJson.Default.RequestLineDocument);
        }
        to.Write("\n"u8);
    }

    /// <summary>Reads a line; false with the reason in words when it is none.</summary>
    public static bool TryRead(
        ReadOnlySpan<byte> line, [NotNullWhen(true)] out ImportedRequest? request, [NotNullWhen(false)] out string? reason)
    {
        request = null;
        try
        {
            reason = JsonSerializer.Deserialize(line, RequestLineJson.Default.RequestLineDocument) is { } document
                ? Read(document, out request) : "it is null";
        }
        catch (JsonException e)
        {
            reason = $"it is no request: {e.Message}";
        }
        return reason is null;
    }

    private static string? Read(RequestLineDocument document, out ImportedRequest? request)
    {
        request = null;
        if (!RequestId.IsValid(document.Id)) return RequestId.Rule;
        if (RequestText.StateOf(document.State) is not { } state) return $"'{document.State}' is no state of a request";
        if (document.Tries < 0 || document.Attempts < document.Tries || document.Attempts > MostAttempts)
        {
            return "its attempts make no sense";
        }
        if (!IsTime(document.Accepted) || !IsTime(document.Ended ?? 0)) return "its times make no sense";
        if (document.Frames.Contains(null!) || document.Answer?.Contains(null!) is true) return "a frame of it is null";
        request = new ImportedRequest(
            document.Id, document.Service, state, document.Attempts, document.Tries,
            DateTimeOffset.FromUnixTimeMilliseconds(document.Accepted),
            document.Ended is { } ended ? DateTimeOffset.FromUnixTimeMilliseconds(ended) : null,
            document.Reason, document.Peer, document.Callback, Frames.Of(document.Frames), Frames.Of(document.Answer ?? []));
        return null;
    }

    private static bool IsTime(long milliseconds) => milliseconds is >= 0 and < 253_402_300_800_000; // the year 10000

    private static RequestLineDocument Of(ImportedRequest request) => new(
        request.Id, request.Service, RequestText.Of(request.State), request.Attempts, request.Tries,
        request.Accepted.ToUnixTimeMilliseconds(), request.Peer, Bytes(request.Frames), Bytes(request.Answer),
        request.Ended?.ToUnixTimeMilliseconds(), request.Reason, request.Callback);

    private static byte[][] Bytes(Frames frames) => [.. Enumerable.Range(0, frames.Count).Select(i => frames[i].ToArray())];
}

internal sealed record RequestLineDocument(
    string Id, string Service, string State, int Attempts, int Tries, long Accepted, string Peer, byte[][] Frames, byte[][]? Answer = null,
    long? Ended = null, string? Reason = null, string? Callback = null);

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RequestLineDocument))]
internal sealed partial class RequestLineJson : JsonSerializerContext;
