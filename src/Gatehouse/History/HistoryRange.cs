using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Gatehouse.Runtime.Configuration;
using Gatehouse.Sdk.Values;

namespace Gatehouse.History;

/// <summary>From when to when, as ticks; the end is not in it.</summary>
internal readonly record struct HistoryRange(long From, long To)
{
    /// <summary>What is told when nobody says how much.</summary>
    public static readonly TimeSpan Usual = TimeSpan.FromDays(1);

    public const string TimeRule = "ISO 8601 such as 2026-01-31T12:00:00Z, unix seconds, or how long ago such as -24h";

    /// <summary>
    /// Reads both ends; without a beginning it is a day long, without an end it reaches to now. False with the reason in words.
    /// </summary>
    public static bool TryParse(string? from, string? to, DateTime now, out HistoryRange range, [NotNullWhen(false)] out string? reason)
    {
        range = default;
        reason = null;
        var end = now.AddTicks(1);
        if (!string.IsNullOrEmpty(to) && !TryParse(to, now, out end)) reason = $"to: expected {TimeRule}";
        var begin = end.Ticks > Usual.Ticks ? end - Usual : DateTime.MinValue;
        if (!string.IsNullOrEmpty(from) && !TryParse(from, now, out begin)) reason = $"from: expected {TimeRule}";
        if (reason is null && end <= begin) reason = "from: expected a time before 'to'";
        if (reason is not null) return false;
        range = new HistoryRange(begin.Ticks, end.Ticks);
        return true;
    }

    /// <summary>Reads one end by the <see cref="TimeRule"/>.</summary>
    public static bool TryParse(string text, DateTime now, out DateTime time)
    {
        if (!text.StartsWith('-') || !Duration.TryParse(text.AsSpan(1), out var ago)) return Timestamp.TryParse(text, out time);
        time = ago.Ticks < now.Ticks ? now - ago : DateTime.MinValue;
        return true;
    }

    /// <summary>A time as the history writes it.</summary>
    public static string Text(DateTime time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture);
}
