using System.Text.Json;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Hub;

/// <summary>
/// Reads the parts of a hub's answers about the past. What is none of them is a <see cref="JsonException"/>, whatever the bytes are.
/// </summary>
internal static class HistoryJson
{
    /// <summary>Stands in place of a quality for a point from which on there was no value.</summary>
    public const string Removed = "removed";

    // A value may be as deep as JSON readers allow by themselves; what is around it is deeper.
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 128 };

    /// <summary>Reads <c>[time, value, quality]</c>.</summary>
    public static HistoryPoint ReadPoint(ReadOnlyMemory<byte> json) => Read(json, ReadPoint);

    /// <summary>Reads <c>[time, min, max, mean, count, quality]</c>.</summary>
    public static HistoryBucket ReadBucket(ReadOnlyMemory<byte> json) => Read(json, ReadBucket);

    /// <summary>Reads <c>[{key, time, value, quality}, …]</c>.</summary>
    public static IReadOnlyList<NewestPoint> ReadNewest(ReadOnlyMemory<byte> json) =>
        Read<IReadOnlyList<NewestPoint>>(json, root => [.. root.EnumerateArray().Select(ReadNewest)]);

    /// <summary>Reads the report of an import.</summary>
    public static HistoryImport ReadImport(ReadOnlyMemory<byte> json) => Read(json, root => new HistoryImport(
        root.GetProperty("lines"u8).GetInt64(), root.GetProperty("imported"u8).GetInt64(), root.GetProperty("known"u8).GetInt64(),
        root.GetProperty("refused"u8).GetInt64(), [.. root.GetProperty("problems"u8).EnumerateArray().Select(TextOf)]));

    /// <summary>Reads one member of the answer about a series into what is known of it; others are passed over.</summary>
    public static SeriesInfo ReadMember(SeriesInfo info, string name, ReadOnlyMemory<byte> json) => name switch
    {
        "key" => info with { Key = Read(json, TextOf) },
        "from" => info with { From = Read(json, TimeOf) },
        "to" => info with { To = Read(json, TimeOf) },
        "unit" => info with { Unit = Read(json, TextOf) },
        "demo" => info with { IsDemo = Read(json, root => root.GetBoolean()) },
        "hold" => info with { Hold = ReadSpan(json) },
        "before" => info with { Before = Read<HistoryPoint?>(json, root => root.ValueKind == JsonValueKind.Null ? null : ReadPoint(root)) },
        _ => info,
    };

    /// <summary>Reads a number of seconds.</summary>
    public static TimeSpan ReadSpan(ReadOnlyMemory<byte> json) => Read(json, root => TimeSpan.FromSeconds(root.GetDouble()));

    private static HistoryPoint ReadPoint(JsonElement json)
    {
        if (json.GetArrayLength() != 3) throw new FormatException("a point has three parts");
        var (time, word) = (TimeOf(json[0]), TextOf(json[2]));
        return word == Removed ? new HistoryPoint(time, Value.Null, Removed: true)
            : new HistoryPoint(time, ValueOf(json[1]), QualityOf(word));
    }

    private static HistoryBucket ReadBucket(JsonElement json)
    {
        if (json.GetArrayLength() != 6) throw new FormatException("a bucket has six parts");
        return new HistoryBucket(
            TimeOf(json[0]), NumberOf(json[1]), NumberOf(json[2]), NumberOf(json[3]), json[4].GetInt64(), QualityOf(TextOf(json[5])));
    }

    private static NewestPoint ReadNewest(JsonElement json)
    {
        var (time, word) = (TimeOf(json.GetProperty("time"u8)), TextOf(json.GetProperty("quality"u8)));
        var point = word == Removed ? new HistoryPoint(time, Value.Null, Removed: true)
            : new HistoryPoint(time, ValueOf(json.GetProperty("value"u8)), QualityOf(word));
        return new NewestPoint(TextOf(json.GetProperty("key"u8)), point);
    }

    private static string TextOf(JsonElement json) => json.GetString() ?? throw new FormatException("a text is null");

    private static DateTime TimeOf(JsonElement json) =>
        Timestamp.TryParse(TextOf(json), out var utc) ? utc : throw new FormatException("a time is none");

    private static double? NumberOf(JsonElement json) => json.ValueKind == JsonValueKind.Null ? null : json.GetDouble();

    private static Quality QualityOf(string word) => QualityNames.TryParse(word, out var quality)
        ? quality : throw new FormatException("a quality is not one of good, suspect, stale, bad, removed");

    private static Value ValueOf(JsonElement json) =>
        Value.TryParse(System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(json), out var value)
            ? value : throw new FormatException("a value is not valid Unicode");

    private static T Read<T>(ReadOnlyMemory<byte> json, Func<JsonElement, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Deep);
            return read(document.RootElement);
        }
        catch (Exception e) when (e is InvalidOperationException or KeyNotFoundException or FormatException or OverflowException
            or ArgumentException)
        {
            throw new JsonException($"its history holds something that is none: {e.Message}", e);
        }
    }
}
