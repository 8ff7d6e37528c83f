using System.Globalization;

namespace Gatehouse.Runtime.Configuration;

/// <summary>Durations as people write them: <c>250ms</c>, <c>5s</c>, <c>2m</c>, <c>1h</c>, <c>7d</c>. Never negative.</summary>
internal static class Duration
{
    /// <summary>What <see cref="TryParse"/> takes, for schemas.</summary>
    public const string Pattern = @"^\d+(\.\d+)?(ms|s|m|h|d)$";

    private static readonly (string Unit, long Ticks)[] Units =
    [
        ("d", TimeSpan.TicksPerDay), ("h", TimeSpan.TicksPerHour), ("m", TimeSpan.TicksPerMinute),
        ("s", TimeSpan.TicksPerSecond), ("ms", TimeSpan.TicksPerMillisecond),
    ];

    /// <summary>Reads a number and its unit, with no space between them.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        duration = default;
        var digits = text.LastIndexOfAnyInRange('0', '9') + 1;
        var unit = text[digits..];
        foreach (var (name, ticks) in Units)
        {
            if (unit.SequenceEqual(name))
            {
                return decimal.TryParse(text[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
                    && TryScale(count, ticks, out duration);
            }
        }
        return false;
    }

    /// <summary>Reads a duration that the program itself wrote down.</summary>
    /// <exception cref="FormatException">It is not one.</exception>
    public static TimeSpan Parse(string text) =>
        TryParse(text, out var duration)
            ? duration
            : throw new FormatException($"'{text}' is not a duration such as 250ms, 5s, 2m, 1h or 7d");

    /// <summary>Reads a number of seconds.</summary>
    public static bool TryFromSeconds(decimal seconds, out TimeSpan duration) => TryScale(seconds, TimeSpan.TicksPerSecond, out duration);

    /// <summary>Writes it in the largest unit that needs no fraction; what is finer than a millisecond becomes a fraction of one.</summary>
    public static string ToText(TimeSpan duration)
    {
        if (duration == TimeSpan.Zero) return "0s";
        foreach (var (name, ticks) in Units)
        {
            if (duration.Ticks % ticks == 0) return string.Create(CultureInfo.InvariantCulture, $"{duration.Ticks / ticks}{name}");
        }
        return string.Create(CultureInfo.InvariantCulture, $"{duration.Ticks / (decimal)TimeSpan.TicksPerMillisecond}ms");
    }

    private static bool TryScale(decimal count, long ticks, out TimeSpan duration)
    {
        var fits = count >= 0 && count <= (decimal)long.MaxValue / ticks;
        duration = fits ? TimeSpan.FromTicks((long)(count * ticks)) : default;
        return fits;
    }
}
