using System.Globalization;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Cli;

/// <summary>Entries as people read them, on one line each.</summary>
internal static class EntryText
{
    public static readonly string[] Headings = ["KEY", "VALUE", "QUALITY", "AGE"];

    /// <summary>Which of the <see cref="Headings"/> is cut when a terminal is too narrow.</summary>
    public const int FlexibleColumn = 1;

    /// <summary>The cells of a list.</summary>
    public static string[] Row(Entry entry, DateTime now) =>
        [TerminalText.Escape(entry.Key.Text), Show(entry.Value), entry.Quality.ToText(), Age(now - entry.Time)];

    /// <summary>The line of a watch: time, key, value, quality, between tabs. A removed one has the time at which that was heard.</summary>
    public static string Line(Entry entry, DateTime now)
    {
        var (time, value, quality) = entry.Removed ? (now, "", "removed") : (entry.Time, Show(entry.Value), entry.Quality.ToText());
        var key = TerminalText.Escape(entry.Key.Text);
        return $"{Time(time)}\t{key}\t{value}\t{quality}";
    }

    /// <summary>A time in UTC, to the millisecond.</summary>
    public static string Time(DateTime time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>A value's text form on one line; bytes, which have no text, as their JSON.</summary>
    public static string Show(Value value) => value.Kind switch
    {
        ValueKind.Bytes => JsonText.Of(value.WriteJson),
        ValueKind.Json => TerminalText.EscapeJson(value.ToString()),
        _ => TerminalText.Escape(value.ToString()),
    };

    /// <summary>A span in its largest unit; what lies ahead, by another clock, counts as now.</summary>
    public static string Age(TimeSpan age) => age switch
    {
        { TotalSeconds: < 1 } => "0s",
        { TotalMinutes: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{age.Seconds}s"),
        { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{age.Minutes}m"),
        { TotalDays: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{age.Hours}h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{age.Days}d"),
    };
}
