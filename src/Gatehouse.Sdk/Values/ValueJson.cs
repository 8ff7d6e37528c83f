using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Gatehouse.Sdk.Values;

/// <summary>
/// The JSON form of values. Bytes are written as an object whose one member <c>base64</c> holds them, and such an object reads as bytes.
/// </summary>
internal static class ValueJson
{
    private static readonly JsonEncodedText Base64 = JsonEncodedText.Encode("base64");

    public static bool TryParse(ReadOnlySpan<byte> utf8, out Value value)
    {
        value = default;
        if (!Utf8.IsValid(utf8)) return false;
        var reader = new Utf8JsonReader(utf8);
        try
        {
            if (!reader.Read() || !TryRead(ref reader, out value)) return false;
            return !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>
    /// Reads the JSON value that the reader stands on and leaves the reader on its last token. False when a string has no valid text.
    /// </summary>
    /// <exception cref="JsonException">The JSON is broken.</exception>
    public static bool TryRead(ref Utf8JsonReader reader, out Value value)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.True or JsonTokenType.False:
                value = Value.From(reader.GetBoolean());
                return true;
            case JsonTokenType.Number:
                value = Number.Read(reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan);
                return true;
            case JsonTokenType.String:
                return TryReadText(ref reader, out value);
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                using (var document = JsonDocument.ParseValue(ref reader))
                {
                    value = ReadComposite(document.RootElement);
                    return true;
                }
            default:
                value = Value.Null;
                return true;
        }
    }

    /// <summary>What needs no escaping goes out as it is, without a writer.</summary>
    public static void Write(Value value, IBufferWriter<byte> output)
    {
        switch (value.Kind)
        {
            case ValueKind.Text or ValueKind.Bytes:
                using (var writer = new Utf8JsonWriter(output, JsonStyle.Trusted)) Write(value, writer);
                break;
            case ValueKind.Boolean:
                output.Write(value.TryGetBoolean(out var boolean) && boolean ? "true"u8 : "false"u8);
                break;
            case ValueKind.Integer when value.TryGetInteger(out var integer):
                output.Advance(Number.Write(integer, output.GetSpan(Number.MaxLength)));
                break;
            case ValueKind.Real when value.NumberText is { } text:
                Encoding.ASCII.GetBytes(text, output);
                break;
            case ValueKind.Real when value.IsFinite:
                output.Advance(Number.Write(value.Real, output.GetSpan(Number.MaxLength)));
                break;
            case ValueKind.Json:
                output.Write(value.Payload.Span);
                break;
            default:
                output.Write("null"u8);
                break;
        }
    }

    public static void Write(Value value, Utf8JsonWriter writer)
    {
        switch (value.Kind)
        {
            case ValueKind.Boolean when value.TryGetBoolean(out var boolean):
                writer.WriteBooleanValue(boolean);
                break;
            case ValueKind.Integer when value.TryGetInteger(out var integer):
                writer.WriteNumberValue(integer);
                break;
            case ValueKind.Real:
                WriteReal(value, writer);
                break;
            case ValueKind.Text when value.TryGetText(out var text):
                writer.WriteStringValue(text);
                break;
            case ValueKind.Json:
                writer.WriteRawValue(value.Payload.Span, skipInputValidation: true);
                break;
            case ValueKind.Bytes:
                writer.WriteStartObject();
                writer.WriteBase64String(Base64, value.Payload.Span);
                writer.WriteEndObject();
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }

    private static void WriteReal(Value value, Utf8JsonWriter writer)
    {
        if (value.NumberText is { } text)
        {
            writer.WriteRawValue(text, skipInputValidation: true);
            return;
        }
        if (!value.IsFinite)
        {
            writer.WriteNullValue();
            return;
        }
        Span<byte> buffer = stackalloc byte[Number.MaxLength];
        writer.WriteRawValue(buffer[..Number.Write(value.Real, buffer)], skipInputValidation: true);
    }

    private static bool TryReadText(ref Utf8JsonReader reader, out Value value)
    {
        try
        {
            value = Value.From(reader.GetString());
            return true;
        }
        catch (InvalidOperationException)
        {
            value = default; // an escaped lone surrogate, which no UTF-8 can carry
            return false;
        }
    }

    private static Value ReadComposite(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Object && element.GetPropertyCount() == 1
            && element.TryGetProperty(Base64.EncodedUtf8Bytes, out var base64)
            && base64.ValueKind == JsonValueKind.String && base64.TryGetBytesFromBase64(out var bytes))
        {
            return Value.FromBytes(bytes);
        }
        return Value.FromCheckedJson(JsonMarshal.GetRawUtf8Value(element).ToArray());
    }
}
