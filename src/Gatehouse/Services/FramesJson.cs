using System.Buffers;
using System.Text.Json;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Services;

/// <summary>
/// Frames on HTTP and the command line. In: an array is one frame for each element, strings as text and the rest as JSON; any other
/// document is one frame; no bytes are no frame. Out: <c>{"frames": […]}</c> by the same rule.
/// </summary>
internal static class FramesJson
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 64 };

    /// <summary>Reads a request's body. False with a reason in words when it is not JSON.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> body, out Frames frames, out string? reason)
    {
        frames = Frames.None;
        reason = null;
        if (body.Span.Trim(" \t\r\n"u8).IsEmpty) return true;
        try
        {
            using var document = JsonDocument.Parse(body, Strict);
            var root = document.RootElement;
            frames = Frames.Of(root.ValueKind == JsonValueKind.Array ? [.. root.EnumerateArray().Select(ToFrame)] : [ToFrame(root)]);
            return true;
        }
        catch (JsonException e)
        {
            reason = $"the body is not JSON: {e.Message}";
            return false;
        }
        catch (InvalidOperationException)
        {
            reason = "the body holds text that is not valid Unicode";
            return false;
        }
    }

    public static void Write(Utf8JsonWriter writer, Frames frames)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("frames"u8);
        for (var i = 0; i < frames.Count; i++) Value.FromText(frames[i].Span).WriteJson(writer);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static byte[] ToFrame(JsonElement element)
    {
        var raw = System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(element);
        var output = new ArrayBufferWriter<byte>(raw.Length);
        if (!Value.TryParse(raw, out var value)) throw new InvalidOperationException();
        value.WriteText(output);
        return output.WrittenSpan.ToArray();
    }
}
