using System.Buffers;
using System.Text;
using System.Text.Json;
using Gatehouse.Parts;
using Gatehouse.Sdk.Values;

namespace Gatehouse.History;

/// <summary>How points are written for other programs, one on a line.</summary>
internal enum ExportFormat
{
    /// <summary>RFC 4180 with a header, for spreadsheets.</summary>
    Csv,

    /// <summary>One JSON object on each line.</summary>
    JsonLines,
}

/// <summary>Writes points as lines of text that <see cref="ImportLine"/> reads back without loss.</summary>
internal static class ExportLine
{
    /// <summary>The columns of CSV, and the members of a JSON line.</summary>
    public const string Header = "key,time,value,quality,unit,demo";

    public static void Write(IBufferWriter<byte> output, ExportFormat format, string key, in Point point, KeyNotes? notes)
    {
        if (format == ExportFormat.Csv) WriteCsv(output, key, point, notes);
        else WriteJson(output, key, point, notes);
    }

    /// <summary>
    /// The point that is read back from a line: JSON has no numbers that are none, a line no breaks within, and a removal neither a value
    /// nor a quality.
    /// </summary>
    public static Point AsRead(in Point point)
    {
        if (point.Removed) return new Point(point.Time, Value.Null, Removed: true);
        if (!point.Value.IsFinite) return point with { Value = Value.Null };
        if (point.Value.Kind != ValueKind.Json) return point;
        // Between the tokens of JSON, and nowhere else, a break may stand; a space means the same.
        var json = point.Value.Payload.Span.Trim(" \t\r\n"u8).ToArray();
        foreach (ref var part in json.AsSpan())
        {
            if (part is (byte)'\r' or (byte)'\n') part = (byte)' ';
        }
        return point with { Value = Value.FromJson(json) };
    }

    private static void WriteCsv(IBufferWriter<byte> output, string key, in Point point, KeyNotes? notes)
    {
        var quality = point.Removed ? HistoryAnswer.Removed : point.Quality.ToText();
        var line = string.Join(',', Field(key), HistoryRange.Text(point.Time), Field(Cell(point)), quality, Field(notes?.Unit ?? ""),
            notes?.Demo is true ? "demo" : "");
        output.Write(Encoding.UTF8.GetBytes(line + "\r\n"));
    }

    // Text stands bare unless it would be read as something else; then it stands as JSON.
    private static string Cell(in Point point)
    {
        if (point.Removed) return "";
        if (point.Value.TryGetText(out var text))
        {
            return text.Length > 0 && text[0] != '"' && Value.FromText(text) == point.Value ? text : Json(point.Value);
        }
        return Json(point.Value);
    }

    private static string Json(in Value value)
    {
        var json = new ArrayBufferWriter<byte>();
        value.WriteJson(json);
        return Encoding.UTF8.GetString(json.WrittenSpan);
    }

    /// <summary>Text as a field of CSV.</summary>
    public static string Field(string text) =>
        text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;

    private static void WriteJson(IBufferWriter<byte> output, string key, in Point point, KeyNotes? notes)
    {
        using (var writer = new Utf8JsonWriter(output, JsonStyle.Trusted))
        {
            writer.WriteStartObject();
            writer.WriteString("key"u8, key);
            writer.WriteString("time"u8, point.Time);
            writer.WritePropertyName("value"u8);
            AsRead(point).Value.WriteJson(writer);
            writer.WriteString("quality"u8, point.Removed ? HistoryAnswer.Removed : point.Quality.ToText());
            if (notes?.Unit is { } unit) writer.WriteString("unit"u8, unit);
            if (notes?.Demo is true) writer.WriteBoolean("demo"u8, true);
            writer.WriteEndObject();
        }
        output.Write("\n"u8);
    }
}
