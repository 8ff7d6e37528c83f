using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Hub;

/// <summary>One recorded value.</summary>
/// <param name="Time">When it was true at its source, UTC.</param>
/// <param name="Value">What it was; null from a removal on.</param>
/// <param name="Quality">How far it could be trusted. From a stale one on there was no news.</param>
/// <param name="Removed">From here on there was no value at all.</param>
public readonly record struct HistoryPoint(DateTime Time, Value Value, Quality Quality = Quality.Good, bool Removed = false)
{
    /// <summary>Its word for how far it could be trusted: that of its quality, or <c>removed</c>.</summary>
    public string QualityText => Removed ? HistoryJson.Removed : Quality.ToText();
}

/// <summary>The newest recorded value of a series.</summary>
/// <param name="Key">The key, or <c>key#member</c> for a number in the key's objects.</param>
/// <param name="Point">What was recorded last.</param>
public sealed record NewestPoint(string Key, HistoryPoint Point);

/// <summary>The numbers of a span of time, summed up.</summary>
/// <param name="Time">When it begins, UTC. It ends where the width says.</param>
/// <param name="Minimum">The least number; null when there was none, as in a gap.</param>
/// <param name="Maximum">The greatest number; null when there was none.</param>
/// <param name="Mean">The mean of the numbers, each counting the same; null when there was none.</param>
/// <param name="Count">How many numbers there were.</param>
/// <param name="Quality">The worst quality of all points in it.</param>
public readonly record struct HistoryBucket(
    DateTime Time, double? Minimum, double? Maximum, double? Mean, long Count, Quality Quality);

/// <summary>What a hub tells about a series beside its points.</summary>
public sealed record SeriesInfo
{
    /// <summary>The key, or <c>key#member</c>.</summary>
    public required string Key { get; init; }

    /// <summary>From when the points are, UTC.</summary>
    public required DateTime From { get; init; }

    /// <summary>Up to when they are, UTC; that moment is not in it.</summary>
    public required DateTime To { get; init; }

    /// <summary>The unit of its numbers as people write it; null when none is known.</summary>
    public string? Unit { get; init; }

    /// <summary>True when the values are made up.</summary>
    public bool IsDemo { get; init; }

    /// <summary>
    /// How long a value stands when no other follows; later than that nothing was known. Null when it stands until another comes.
    /// </summary>
    public TimeSpan? Hold { get; init; }

    /// <summary>
    /// The last point before the range: what was true when it began. Null when there was none, or nobody asked for points.
    /// </summary>
    public HistoryPoint? Before { get; init; }
}

/// <summary>A range of a series, summed up.</summary>
/// <param name="Series">What it is about.</param>
/// <param name="Width">How long each bucket is; null when there are points instead.</param>
/// <param name="Buckets">
/// In the order of time, without those in which nothing was recorded. One whose count is 0 is a gap: a line is not drawn across it.
/// </param>
/// <param name="Points">
/// In place of buckets, for a series that has no numbers: the newest point of each of as many spans as buckets were asked for.
/// </param>
public sealed record HistoryBuckets(
    SeriesInfo Series, TimeSpan? Width, IReadOnlyList<HistoryBucket> Buckets, IReadOnlyList<HistoryPoint> Points);

/// <summary>How points are written as text, one on a line.</summary>
public enum HistoryFormat
{
    /// <summary>Comma-separated values (RFC 4180), the first line naming the columns key, time, value, quality, unit and demo.</summary>
    Csv,

    /// <summary>One JSON object on each line, with the same names as members.</summary>
    JsonLines,
}

/// <summary>What became of an import.</summary>
/// <param name="Lines">Lines that held a point, or should have.</param>
/// <param name="Imported">Points that are new, and on the hub's disk.</param>
/// <param name="Known">Points that the history had already.</param>
/// <param name="Refused">Lines that are no points; all others were imported.</param>
/// <param name="Problems">The first of those lines by number, and why.</param>
public sealed record HistoryImport(long Lines, long Imported, long Known, long Refused, IReadOnlyList<string> Problems);
