using System.Globalization;
using System.Text.Json;

namespace Gatehouse.Sdk.Values;

/// <summary>Times as they come from outside: ISO 8601 text, or unix seconds. Always UTC inside.</summary>
public static class Timestamp
{
    private const double FirstUnixSecond = -62_135_596_800;
    private const double LastUnixSecond = 253_402_300_799;

    private static readonly string[] Formats =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK", "yyyy-MM-dd",
    ];

    /// <summary>Reads ISO 8601; a time without zone is UTC. Text that is a number is unix seconds.</summary>
    public static bool TryParse(string text, out DateTime utc) =>
        DateTime.TryParseExact(
            text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out utc)
        || (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            && TryFromUnixSeconds(seconds, out utc));

    /// <summary>Reads the JSON string or number that the reader stands on.</summary>
    public static bool TryRead(ref Utf8JsonReader reader, out DateTime utc)
    {
        utc = default;
        return reader.TokenType switch
        {
            JsonTokenType.Number => reader.TryGetDouble(out var seconds) && TryFromUnixSeconds(seconds, out utc),
            JsonTokenType.String => ValueJson.TryRead(ref reader, out var text) && TryParse(text.ToString(), out utc),
            _ => false,
        };
    }

    /// <summary>Makes a time of seconds since 1970-01-01 UTC, with fractions. False when no calendar has it.</summary>
    public static bool TryFromUnixSeconds(double seconds, out DateTime utc)
    {
        utc = default;
        if (!(seconds is >= FirstUnixSecond and <= LastUnixSecond)) return false;
        utc = DateTime.UnixEpoch.AddTicks((long)Math.Round(seconds * TimeSpan.TicksPerSecond));
        return true;
    }
}
