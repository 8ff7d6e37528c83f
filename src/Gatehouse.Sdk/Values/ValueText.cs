using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Gatehouse.Sdk.Values;

/// <summary>The text form of values: what came in by it leaves unchanged.</summary>
internal static class ValueText
{
    public static Value Read(ReadOnlySpan<byte> utf8)
    {
        if (utf8.SequenceEqual("null"u8)) return Value.Null;
        if (utf8.SequenceEqual("true"u8)) return Value.From(true);
        if (utf8.SequenceEqual("false"u8)) return Value.From(false);
        if (Number.IsNumber(utf8)) return Number.Read(utf8);
        if (!Utf8.IsValid(utf8)) return Value.FromBytes(utf8);
        if (LooksComposite(utf8) && IsOneDocument(utf8)) return Value.FromCheckedJson(utf8.ToArray());
        return Value.From(Encoding.UTF8.GetString(utf8));
    }

    public static void Write(Value value, IBufferWriter<byte> output)
    {
        if (value.TryGetText(out var text)) Encoding.UTF8.GetBytes(text, output);
        else if (value.Kind == ValueKind.Bytes) output.Write(value.Payload.Span);
        else ValueJson.Write(value, output);
    }

    internal static bool IsOneDocument(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8);
        try
        {
            while (reader.Read()) { }
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool LooksComposite(ReadOnlySpan<byte> utf8)
    {
        var start = utf8.IndexOfAnyExcept(" \t\r\n"u8);
        return start >= 0 && utf8[start] is (byte)'{' or (byte)'[';
    }
}
