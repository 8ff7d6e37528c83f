using System.Buffers;
using System.Buffers.Text;
using System.Globalization;

namespace Gatehouse.Sdk.Clone;

/// <summary>
/// The properties of a message in the full form: any number of lines of a name, an equals sign, a value and a newline. A value may have
/// equals signs, a name none; the first of equal names counts (RFC 12, "Properties").
/// </summary>
internal static class KvProperties
{
    /// <summary>Enough for <see cref="WriteTtl"/>.</summary>
    public const int TtlSize = 40;

    /// <summary>Longer than any clock that counts it down is right.</summary>
    private static readonly TimeSpan LongestTtl = TimeSpan.FromDays(36_525);

    private static ReadOnlySpan<byte> Ttl => "ttl"u8;

    /// <summary>Whether they are such lines and nothing else.</summary>
    public static bool IsValid(ReadOnlySpan<byte> properties)
    {
        while (!properties.IsEmpty)
        {
            var end = properties.IndexOf((byte)'\n');
            if (end < 0 || properties[..end].IndexOf((byte)'=') <= 0) return false;
            properties = properties[(end + 1)..];
        }
        return true;
    }

    /// <summary>The value of the first property of this name.</summary>
    /// <param name="properties">Valid ones.</param>
    /// <param name="name">Case counts.</param>
    /// <param name="value">Its value, which may have no bytes.</param>
    public static bool TryGet(ReadOnlySpan<byte> properties, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        value = default;
        while (!properties.IsEmpty)
        {
            var end = properties.IndexOf((byte)'\n');
            if (end < 0) return false;
            var line = properties[..end];
            var equals = line.IndexOf((byte)'=');
            if (equals > 0 && line[..equals].SequenceEqual(name))
            {
                value = line[(equals + 1)..];
                return true;
            }
            properties = properties[(end + 1)..];
        }
        return false;
    }

    /// <summary>
    /// Reads how long the value lives: seconds, with a fraction or without. No such property, one of no bytes and 0 say for ever, as they
    /// do to the programs of the guide.
    /// </summary>
    /// <param name="properties">Valid ones.</param>
    /// <param name="ttl">More than zero and at most a hundred years; null for ever.</param>
    /// <returns>False when it is no such number.</returns>
    public static bool TryReadTtl(ReadOnlySpan<byte> properties, out TimeSpan? ttl)
    {
        ttl = null;
        if (!TryGet(properties, Ttl, out var text) || text.IsEmpty) return true;
        const NumberStyles Style = NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (!double.TryParse(text, Style, CultureInfo.InvariantCulture, out var seconds)) return false;
        // Written so that it holds for NaN, too.
        if (!(seconds >= 0 && seconds <= LongestTtl.TotalSeconds)) return false;
        if (seconds > 0) ttl = TimeSpan.FromTicks(Math.Max(1, (long)Math.Round(seconds * TimeSpan.TicksPerSecond)));
        return true;
    }

    /// <summary>What <see cref="Write"/> takes.</summary>
    public static int Size(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => checked(name.Length + value.Length + 2);

    /// <summary>Writes a line; returns how many bytes that took.</summary>
    /// <exception cref="ArgumentException">The name or the value cannot stand in a line.</exception>
    public static int Write(Span<byte> to, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (name.IsEmpty || name.IndexOfAny("=\n"u8) >= 0)
        {
            throw new ArgumentException("The name of a property has a byte at least, and neither an equals sign nor a newline.", nameof(name));
        }
        if (value.Contains((byte)'\n')) throw new ArgumentException("The value of a property has no newline.", nameof(value));
        name.CopyTo(to);
        to[name.Length] = (byte)'=';
        value.CopyTo(to[(name.Length + 1)..]);
        to[name.Length + 1 + value.Length] = (byte)'\n';
        return name.Length + value.Length + 2;
    }

    /// <summary>
    /// Writes how long a value lives; returns how many bytes that took. Whole seconds have no fraction, for some servers read no more
    /// than an integer.
    /// </summary>
    /// <param name="to">Has room for <see cref="TtlSize"/> bytes.</param>
    /// <param name="ttl">More than zero and at most a hundred years.</param>
    public static int WriteTtl(Span<byte> to, TimeSpan ttl)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(ttl, TimeSpan.Zero, nameof(ttl));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ttl, LongestTtl, nameof(ttl));
        Span<byte> text = stackalloc byte[TtlSize];
        var (whole, part) = Math.DivRem(ttl.Ticks, TimeSpan.TicksPerSecond);
        Utf8Formatter.TryFormat(whole, text, out var used);
        if (part > 0)
        {
            text[used++] = (byte)'.';
            Utf8Formatter.TryFormat(part, text[used..], out var digits, new StandardFormat('D', 7));
            used += digits;
            while (text[used - 1] == '0') used--;
        }
        return Write(to, Ttl, text[..used]);
    }
}
