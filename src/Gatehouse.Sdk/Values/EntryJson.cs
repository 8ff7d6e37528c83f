using System.Text.Json;

namespace Gatehouse.Sdk.Values;

/// <summary>
/// Entries on HTTP: <c>{key, value, time, received, quality, source, sequence}</c>; a removed one is <c>{key, removed, sequence}</c>.
/// The hub writes and its client reads by this one class.
/// </summary>
public static class EntryJson
{
    // A value may be as deep as JSON readers allow by themselves; the list and the entry around it are deeper.
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 128 };

    private static readonly JsonEncodedText KeyName = JsonEncodedText.Encode("key");
    private static readonly JsonEncodedText ValueName = JsonEncodedText.Encode("value");
    private static readonly JsonEncodedText TimeName = JsonEncodedText.Encode("time");
    private static readonly JsonEncodedText ReceivedName = JsonEncodedText.Encode("received");
    private static readonly JsonEncodedText QualityName = JsonEncodedText.Encode("quality");
    private static readonly JsonEncodedText SourceName = JsonEncodedText.Encode("source");
    private static readonly JsonEncodedText SequenceName = JsonEncodedText.Encode("sequence");
    private static readonly JsonEncodedText RemovedName = JsonEncodedText.Encode("removed");

    /// <summary>Writes one entry as the next value of <paramref name="writer"/>.</summary>
    public static void Write(Utf8JsonWriter writer, Entry entry)
    {
        writer.WriteStartObject();
        writer.WriteString(KeyName, entry.Key.Text);
        if (entry.Removed)
        {
            writer.WriteBoolean(RemovedName, true);
        }
        else
        {
            writer.WritePropertyName(ValueName);
            entry.Value.WriteJson(writer);
            writer.WriteString(TimeName, entry.Time);
            writer.WriteString(ReceivedName, entry.Received);
            writer.WriteString(QualityName, entry.Quality.ToText());
            writer.WriteString(SourceName, entry.Origin.Text);
        }
        writer.WriteNumber(SequenceName, entry.Sequence);
        writer.WriteEndObject();
    }

    /// <summary>Reads one entry of a hub's answer. Members it does not know are passed over.</summary>
    /// <exception cref="JsonException">It is not an entry.</exception>
    public static Entry Read(JsonElement json)
    {
        try
        {
            var removed = json.TryGetProperty(RemovedName.EncodedUtf8Bytes, out var flag) && flag.GetBoolean();
            return new Entry
            {
                Key = Key.Parse(Text(json, KeyName)),
                Value = removed ? Value.Null : ReadValue(json),
                Time = removed ? default : ReadTime(json, TimeName),
                Received = removed ? default : ReadTime(json, ReceivedName),
                Quality = removed ? Quality.Good : ReadQuality(json),
                Origin = new Origin(removed ? "" : Text(json, SourceName)),
                Sequence = json.GetProperty(SequenceName.EncodedUtf8Bytes).GetInt64(),
                Removed = removed,
            };
        }
        catch (Exception e) when (e is InvalidOperationException or KeyNotFoundException or FormatException or KeyFormatException)
        {
            throw new JsonException($"The hub's answer holds something that is not an entry: {e.Message}", e);
        }
    }

    /// <summary>Reads an array of entries, as in the data of an event.</summary>
    /// <exception cref="JsonException">It is not an array of entries.</exception>
    public static Entry[] ReadArray(ReadOnlyMemory<byte> utf8)
    {
        using var document = JsonDocument.Parse(utf8, Deep);
        if (document.RootElement.ValueKind != JsonValueKind.Array) throw new JsonException("The hub's answer is not an array of entries.");
        return [.. document.RootElement.EnumerateArray().Select(Read)];
    }

    private static string Text(JsonElement json, JsonEncodedText name) =>
        json.GetProperty(name.EncodedUtf8Bytes).GetString() ?? throw new FormatException($"{name} is null");

    private static Value ReadValue(JsonElement json) =>
        Value.FromJson(System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(json.GetProperty(ValueName.EncodedUtf8Bytes)));

    private static DateTime ReadTime(JsonElement json, JsonEncodedText name) =>
        Timestamp.TryParse(Text(json, name), out var utc) ? utc : throw new FormatException($"{name} is not a time");

    private static Quality ReadQuality(JsonElement json) =>
        QualityNames.TryParse(Text(json, QualityName), out var quality)
            ? quality
            : throw new FormatException("quality is not one of good, suspect, stale, bad");
}
