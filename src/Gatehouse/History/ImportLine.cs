using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Gatehouse.Sdk.Values;

namespace Gatehouse.History;

/// <summary>Why a line that is to be imported is none.</summary>
internal enum ImportFault : byte
{
    None,

    /// <summary>Not JSON, not UTF-8, or a quote in CSV that does not end.</summary>
    NotReadable,

    /// <summary>A line of CSV has too few fields, or the object of a JSON line lacks a member.</summary>
    Missing,
    Key,
    Time,
    Value,
    Quality,
}

/// <summary>One point of a text that is imported.</summary>
internal readonly record struct ImportLine(string Key, Point Point)
{
    public static string Explain(ImportFault fault) => fault switch
    {
        ImportFault.NotReadable => "it is not valid UTF-8 text of this format",
        ImportFault.Missing => "key, time and value are needed",
        ImportFault.Key => "the key is none: '/' and segments, at most 255 bytes",
        ImportFault.Time => $"the time is none: expected ISO 8601 or unix seconds",
        ImportFault.Value => $"the value has more than {Sdk.Values.Value.MaxSize} bytes or is not valid",
        ImportFault.Quality => "the quality is none of good, suspect, stale, bad, removed",
        _ => "",
    };

    /// <summary>Reads a JSON line: <c>{key, time, value, quality?}</c>; other members are passed over.</summary>
    public static ImportFault TryParseJson(ReadOnlySpan<byte> line, out ImportLine read)
    {
        read = default;
        if (!Utf8.IsValid(line)) return ImportFault.NotReadable;
        try
        {
            return ReadObject(line, out read);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return ImportFault.NotReadable; // broken, or a member's name is an escaped lone surrogate
        }
    }

    /// <summary>Reads the fields of a line of CSV: key, time, value and, if there is one, quality.</summary>
    public static ImportFault TryParseFields(string key, string time, string value, string? quality, out ImportLine read)
    {
        read = default;
        if (!Timestamp.TryParse(time, out var utc)) return ImportFault.Time;
        var parsed = Sdk.Values.Value.FromText(value);
        if (value.StartsWith('"') && !Sdk.Values.Value.TryParse(Encoding.UTF8.GetBytes(value), out parsed)) return ImportFault.Value;
        // Bytes stand as the object that they are in JSON.
        if (parsed.Kind == ValueKind.Json && Sdk.Values.Value.TryParse(parsed.Payload.Span, out var json) && json.Kind == ValueKind.Bytes)
        {
            parsed = json;
        }
        return Make(key, utc, parsed, quality, out read);
    }

    private static ImportFault ReadObject(ReadOnlySpan<byte> line, out ImportLine read)
    {
        read = default;
        string? key = null, quality = null;
        DateTime? time = null;
        Value? value = null;
        var reader = new Utf8JsonReader(line);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return ImportFault.NotReadable;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var member = reader.ValueTextEquals("key"u8) ? ImportFault.Key
                : reader.ValueTextEquals("time"u8) ? ImportFault.Time
                : reader.ValueTextEquals("value"u8) ? ImportFault.Value
                : reader.ValueTextEquals("quality"u8) ? ImportFault.Quality : ImportFault.None;
            reader.Read();
            switch (member)
            {
                case ImportFault.None:
                    reader.Skip();
                    break;
                case ImportFault.Time:
                    if (!Timestamp.TryRead(ref reader, out var utc)) return ImportFault.Time;
                    time = utc;
                    break;
                case ImportFault.Value:
                    if (!ValueJson.TryRead(ref reader, out var any)) return ImportFault.Value;
                    value = any;
                    break;
                default:
                    if (!ValueJson.TryRead(ref reader, out var text) || !text.TryGetText(out var word)) return member;
                    if (member == ImportFault.Key) key = word;
                    else quality = word;
                    break;
            }
        }
        if (reader.Read()) return ImportFault.NotReadable;
        return key is null || time is null || value is null ? ImportFault.Missing : Make(key, time.Value, value.Value, quality, out read);
    }

    private static bool IsKey(ReadOnlySpan<char> key) => Sdk.Values.Key.Check(key) == KeyError.None;

    // The name of a member's series may be longer than a key.
    private static bool IsMember(string key) =>
        key.LastIndexOf('#') is var member and > 0 && key.Length - member <= NumericMembers.MostNameBytes && IsKey(key.AsSpan(0, member));

    private static ImportFault Make(string key, DateTime time, in Value value, string? qualityText, out ImportLine read)
    {
        read = default;
        if (!IsKey(key) && !IsMember(key)) return ImportFault.Key;
        if (value.Size > Sdk.Values.Value.MaxSize) return ImportFault.Value;
        var quality = Quality.Good;
        var isRemoved = qualityText == HistoryAnswer.Removed;
        var isSaid = !isRemoved && !string.IsNullOrEmpty(qualityText);
        if (isSaid && !QualityNames.TryParse(qualityText, out quality)) return ImportFault.Quality;
        read = new ImportLine(key, new Point(time, isRemoved ? Sdk.Values.Value.Null : value, quality, isRemoved));
        return ImportFault.None;
    }
}
