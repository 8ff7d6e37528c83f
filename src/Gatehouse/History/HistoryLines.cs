using System.Text.Json;
using Gatehouse.Sdk.Values;

namespace Gatehouse.History;

/// <summary>Many series as small lines in one answer: what an overview draws beside its readings.</summary>
internal sealed class HistoryLines(HistoryStore store, SeriesNotes about, RecordingRules rules, HistoryRange range, int buckets)
{
    public const int MostBuckets = 500, UsualBuckets = 50;

    /// <summary>So many lines at most: whoever wants more asks by narrower prefixes.</summary>
    public const int MostLines = 2000;

    /// <summary>How many steps of a line's height can be told apart; means are rounded to them.</summary>
    private const double Steps = 1000;

    private const int Lump = 64 * 1024;

    /// <summary>The series of numbers that the reader may see, in the order of their keys.</summary>
    public IReadOnlyList<Series> Choose(KeyFilter filter, Origin reader) =>
    [
        .. store.Newest()
            .Where(s => s.Newest is { Removed: false, Value.Kind: ValueKind.Integer or ValueKind.Real } && filter.Matches(s.Series.Key))
            .Select(s => s.Series)
            .Where(s => about.MayRead(reader, s))
            .OrderBy(s => s.Key, StringComparer.Ordinal)
            .Take(MostLines),
    ];

    /// <summary>
    /// <c>[{key, points: [[time, mean], …]}, …]</c>, times in unix seconds, null where the line breaks. Calls <paramref name="flush"/> now
    /// and then, so that a long answer is not held in memory.
    /// </summary>
    /// <exception cref="Storage.StorageException">The file cannot be read.</exception>
    public async Task WriteAsync(Utf8JsonWriter writer, IEnumerable<Series> wanted, Func<Task> flush)
    {
        writer.WriteStartArray();
        foreach (var series in wanted)
        {
            Write(writer, series);
            if (writer.BytesPending >= Lump) await flush();
        }
        writer.WriteEndArray();
        await flush();
    }

    private void Write(Utf8JsonWriter writer, Series series)
    {
        var line = new BucketReader(store, series).Read(range.From, range.To, buckets);
        var hold = about.Hold(series, rules);
        var digits = Digits(line.Buckets);
        writer.WriteStartObject();
        writer.WriteString("key"u8, series.Key);
        writer.WriteStartArray("points"u8);
        var last = -1;
        for (var i = 0; i < line.Buckets.Length; i++)
        {
            ref readonly var bucket = ref line.Buckets[i];
            if (!bucket.Exists) continue;
            if (last >= 0 && line.IsGap(last, i, hold)) Write(writer, line.TimeOf(last + 1), null);
            Write(writer, line.TimeOf(i), bucket.Count == 0 ? null : Math.Round(bucket.Mean, digits));
            last = i;
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, DateTime time, double? mean)
    {
        writer.WriteStartArray();
        writer.WriteNumberValue((time - DateTime.UnixEpoch).TotalSeconds);
        if (mean is { } number) writer.WriteNumberValue(number);
        else writer.WriteNullValue();
        writer.WriteEndArray();
    }

    private static int Digits(Bucket[] buckets)
    {
        var (least, most) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (ref readonly var bucket in buckets.AsSpan())
        {
            if (bucket.Count == 0) continue;
            (least, most) = (Math.Min(least, bucket.Mean), Math.Max(most, bucket.Mean));
        }
        return most > least ? (int)Math.Clamp(Math.Ceiling(-Math.Log10((most - least) / Steps)), 0, 15) : 15;
    }
}
