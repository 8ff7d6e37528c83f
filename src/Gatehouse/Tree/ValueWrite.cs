using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Tree;

/// <summary>The body of a PUT: <c>{value, time?, quality?, ttl?}</c>.</summary>
/// <param name="Value">The value.</param>
/// <param name="Time">When it was true; <c>default</c> for now.</param>
/// <param name="Quality">How far it is trusted.</param>
/// <param name="Ttl">After which time it removes itself.</param>
internal readonly record struct ValueWrite(Value Value, DateTime Time, Quality Quality, TimeSpan? Ttl)
{
    private const string NoObject = "the body is not a JSON object such as {\"value\": 21.5}";
    private const double LongestTtlSeconds = 3_155_760_000;

    public Change ToChange(Key key) => new(key, Value, Time, Quality, Ttl);

    /// <summary>Reads the body; false with the reason in words when anything in it is wrong, so that nothing is half done.</summary>
    public static bool TryParse(ReadOnlySpan<byte> body, out ValueWrite write, [NotNullWhen(false)] out string? reason)
    {
        write = default;
        if (body.IsEmpty)
        {
            reason = NoObject;
            return false;
        }
        if (!Utf8.IsValid(body))
        {
            reason = "the body is not UTF-8";
            return false;
        }
        var reader = new Utf8JsonReader(body);
        try
        {
            reason = Read(ref reader, out write);
            if (reason is null && reader.Read()) reason = "something follows the JSON object";
        }
        catch (JsonException e)
        {
            reason = $"the body is not JSON: {e.Message}";
        }
        return reason is null;
    }

    private static string? Read(ref Utf8JsonReader reader, out ValueWrite write)
    {
        write = default;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return NoObject;
        var hasValue = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string? wrong;
            if (reader.ValueTextEquals("value"u8))
            {
                wrong = ReadValue(ref reader, ref write);
                hasValue = true;
            }
            else if (reader.ValueTextEquals("time"u8)) wrong = ReadTime(ref reader, ref write);
            else if (reader.ValueTextEquals("quality"u8)) wrong = ReadQuality(ref reader, ref write);
            else if (reader.ValueTextEquals("ttl"u8)) wrong = ReadTtl(ref reader, ref write);
            else wrong = "only the members value, time, quality and ttl are known";
            if (wrong is not null) return wrong;
        }
        return hasValue ? null : "the member value is missing";
    }

    private static string? ReadValue(ref Utf8JsonReader reader, ref ValueWrite write)
    {
        reader.Read();
        if (!ValueJson.TryRead(ref reader, out var value)) return "value: the text is not valid Unicode";
        if (value.Size > Value.MaxSize) return $"value: it has {value.Size} bytes; at most {Value.MaxSize} are allowed";
        write = write with { Value = value };
        return null;
    }

    private static string? ReadTime(ref Utf8JsonReader reader, ref ValueWrite write)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null) return null;
        if (!Timestamp.TryRead(ref reader, out var time))
        {
            return "time: give ISO 8601 text such as \"2026-01-31T12:00:00Z\", or unix seconds";
        }
        write = write with { Time = time };
        return null;
    }

    private static string? ReadQuality(ref Utf8JsonReader reader, ref ValueWrite write)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null) return null;
        if (reader.TokenType != JsonTokenType.String || !ValueJson.TryRead(ref reader, out var text)
            || !QualityNames.TryParse(text.ToString(), out var quality))
        {
            return "quality: one of good, suspect, stale, bad";
        }
        write = write with { Quality = quality };
        return null;
    }

    private static string? ReadTtl(ref Utf8JsonReader reader, ref ValueWrite write)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null) return null;
        if (reader.TokenType != JsonTokenType.Number || !reader.TryGetDouble(out var seconds) || !(seconds is > 0 and <= LongestTtlSeconds))
        {
            return "ttl: seconds, more than 0 and at most a hundred years";
        }
        write = write with { Ttl = TimeSpan.FromSeconds(seconds) };
        return null;
    }
}
