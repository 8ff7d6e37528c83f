using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using Gatehouse.Sdk.Devices;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Hub;

/// <summary>The JSON bodies that a client sends and reads beside entries.</summary>
internal static class HubBodies
{
    /// <summary>The body that sets a value.</summary>
    public static ReadOnlyMemory<byte> Write(Value value, DateTime? time, Quality quality, TimeSpan? ttl) => Build(writer =>
    {
        writer.WriteStartObject();
        writer.WritePropertyName("value"u8);
        value.WriteJson(writer);
        if (time is { } moment) writer.WriteString("time"u8, ToUtc(moment));
        writer.WriteString("quality"u8, (value.IsFinite ? quality : quality.AtBest(Quality.Suspect)).ToText());
        if (ttl is { } span) writer.WriteNumber("ttl"u8, span.TotalSeconds);
        writer.WriteEndObject();
    });

    /// <summary>The body of a call: an array of frames.</summary>
    public static ReadOnlyMemory<byte> Write(IReadOnlyList<Value> frames) => Build(writer =>
    {
        writer.WriteStartArray();
        foreach (var frame in frames) frame.WriteJson(writer);
        writer.WriteEndArray();
    });

    /// <summary>The body that edits a device.</summary>
    public static ReadOnlyMemory<byte> Write(IReadOnlyCollection<FieldEdit> edits) => Build(writer =>
    {
        writer.WriteStartObject();
        Write(writer, edits.Where(e => e.Property is null));
        writer.WriteStartObject("properties"u8);
        foreach (var property in edits.Where(e => e.Property is not null).GroupBy(e => e.Property!))
        {
            writer.WriteStartObject(property.Key);
            Write(writer, property);
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
        writer.WriteEndObject();
    });

    /// <summary>The frames of a reply.</summary>
    /// <exception cref="JsonException">It is not one.</exception>
    public static IReadOnlyList<Value> ReadFrames(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        if (document.RootElement.ValueKind != JsonValueKind.Object
            || !document.RootElement.TryGetProperty("frames"u8, out var frames) || frames.ValueKind != JsonValueKind.Array)
        {
            throw new JsonException("its reply has no frames");
        }
        return [.. frames.EnumerateArray().Select(ReadFrame)];
    }

    private static void Write(Utf8JsonWriter writer, IEnumerable<FieldEdit> edits)
    {
        foreach (var edit in edits)
        {
            writer.WritePropertyName(edit.Field);
            edit.Value.WriteJson(writer);
        }
    }

    private static Value ReadFrame(JsonElement frame) =>
        Value.TryParse(JsonMarshal.GetRawUtf8Value(frame), out var value) ? value
            : throw new JsonException("a frame of its reply is not valid Unicode");

    /// <summary>The moment in UTC; a time that does not say its zone is in UTC already.</summary>
    public static DateTime ToUtc(DateTime time) =>
        time.Kind == DateTimeKind.Local ? time.ToUniversalTime() : DateTime.SpecifyKind(time, DateTimeKind.Utc);

    private static ReadOnlyMemory<byte> Build(Action<Utf8JsonWriter> write)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output, JsonStyle.Trusted)) write(writer);
        return output.WrittenMemory;
    }
}
