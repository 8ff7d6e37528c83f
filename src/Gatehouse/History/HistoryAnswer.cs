using System.Text.Json;
using Gatehouse.Parts;
using Gatehouse.Sdk.Values;

namespace Gatehouse.History;

/// <summary>The answer to a question about one series, as JSON: its points, or its buckets.</summary>
internal sealed class HistoryAnswer(string key, HistoryRange range, KeyNotes? notes, TimeSpan? hold)
{
    /// <summary>The word in place of a quality for a point from which on there was no value at all.</summary>
    public const string Removed = "removed";

    /// <summary>
    /// <c>{key, from, to, …, before, points: [[time, value, quality], …]}</c>. Calls <paramref name="flush"/> now and then, so that a long
    /// answer is not held in memory.
    /// </summary>
    public async Task WritePointsAsync(Utf8JsonWriter writer, Point? before, IEnumerable<Point> points, Func<Task> flush)
    {
        const int Lump = 64 * 1024;
        Begin(writer);
        writer.WritePropertyName("before"u8);
        if (before is { } point) Write(writer, point);
        else writer.WriteNullValue();
        writer.WriteStartArray("points"u8);
        foreach (var next in points)
        {
            Write(writer, next);
            if (writer.BytesPending >= Lump) await flush();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
        await flush();
    }

    /// <summary>
    /// <c>{key, from, to, …, width, buckets: [[time, min, max, mean, count, quality], …]}</c>, without those that had no points. A gap is a
    /// bucket whose count is 0 and whose numbers are null.
    /// </summary>
    public void WriteBuckets(Utf8JsonWriter writer, BucketRange buckets)
    {
        Begin(writer);
        writer.WriteNumber("width"u8, buckets.Width.Width / (double)TimeSpan.TicksPerSecond);
        writer.WriteStartArray("buckets"u8);
        var lastIndex = -1;
        for (var i = 0; i < buckets.Buckets.Length; i++)
        {
            ref readonly var bucket = ref buckets.Buckets[i];
            if (!bucket.Exists) continue;
            if (lastIndex >= 0 && buckets.IsGap(lastIndex, i, hold)) Write(writer, buckets.TimeOf(lastIndex + 1), new Bucket());
            Write(writer, buckets.TimeOf(i), bucket);
            lastIndex = i;
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private void Begin(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("key"u8, key);
        writer.WriteString("from"u8, new DateTime(range.From, DateTimeKind.Utc));
        writer.WriteString("to"u8, new DateTime(range.To, DateTimeKind.Utc));
        if (notes?.Unit is { } unit) writer.WriteString("unit"u8, unit);
        if (notes?.Demo is true) writer.WriteBoolean("demo"u8, true);
        if (hold is { } longest) writer.WriteNumber("hold"u8, longest.TotalSeconds);
    }

    private static void Write(Utf8JsonWriter writer, in Point point)
    {
        writer.WriteStartArray();
        writer.WriteStringValue(point.Time);
        point.Value.WriteJson(writer);
        writer.WriteStringValue(point.Removed ? Removed : point.Quality.ToText());
        writer.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter writer, DateTime time, in Bucket bucket)
    {
        writer.WriteStartArray();
        writer.WriteStringValue(time);
        if (bucket.Count == 0)
        {
            for (var i = 0; i < 3; i++) writer.WriteNullValue();
        }
        else
        {
            writer.WriteNumberValue(bucket.Minimum);
            writer.WriteNumberValue(bucket.Maximum);
            writer.WriteNumberValue(bucket.Mean);
        }
        writer.WriteNumberValue(bucket.Count);
        writer.WriteStringValue((bucket.Exists ? bucket.Quality : Quality.Stale).ToText());
        writer.WriteEndArray();
    }
}
