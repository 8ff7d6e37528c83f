using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Gatehouse.Sdk.Values;

/// <summary>Numbers between their JSON text and <see cref="Value"/>, so that text, kind and digits survive.</summary>
internal static class Number
{
    /// <summary>Longest text of a double or long, with room for the ".0" that marks a real.</summary>
    public const int MaxLength = 32;

    /// <summary>Takes text known to match JSON's number grammar (RFC 8259, section 6).</summary>
    public static Value Read(ReadOnlySpan<byte> json)
    {
        var whole = json.IndexOfAny(".eE"u8) < 0;
        if (whole && Utf8Parser.TryParse(json, out long integer, out var used) && used == json.Length && Prints(integer, json))
        {
            return Value.From(integer);
        }

        // A number beyond a double's range reads as infinity: its text is what counts.
        var real = double.Parse(json, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (!whole && Prints(real, json)) return Value.From(real);
        return Value.FromNumberText(real, Encoding.ASCII.GetString(json));
    }

    /// <summary>True when all of <paramref name="text"/> is a JSON number.</summary>
    public static bool IsNumber(ReadOnlySpan<byte> text)
    {
        var rest = text.StartsWith("-"u8) ? text[1..] : text;
        var digits = Digits(rest);
        if (digits == 0 || (digits > 1 && rest[0] == '0')) return false;
        rest = rest[digits..];
        if (rest.StartsWith("."u8))
        {
            digits = Digits(rest[1..]);
            if (digits == 0) return false;
            rest = rest[(1 + digits)..];
        }
        if (rest.IsEmpty) return true;
        if (rest[0] is not ((byte)'e' or (byte)'E')) return false;
        rest = rest[1..];
        if (rest.Length > 0 && rest[0] is (byte)'+' or (byte)'-') rest = rest[1..];
        return !rest.IsEmpty && Digits(rest) == rest.Length;
    }

    /// <summary>Writes a finite real so that it reads back as the same real, never as an integer: 5 is "5.0".</summary>
    public static int Write(double value, Span<byte> output)
    {
        if (!value.TryFormat(output, out var length, "R", CultureInfo.InvariantCulture))
        {
            throw new ArgumentException("Too short.", nameof(output));
        }
        if (output[..length].IndexOfAny(".E"u8) >= 0) return length;
        ".0"u8.CopyTo(output[length..]);
        return length + 2;
    }

    /// <summary>Writes an integer.</summary>
    public static int Write(long value, Span<byte> output) =>
        Utf8Formatter.TryFormat(value, output, out var length) ? length : throw new ArgumentException("Too short.", nameof(output));

    private static bool Prints(long value, ReadOnlySpan<byte> text)
    {
        Span<byte> buffer = stackalloc byte[MaxLength];
        return buffer[..Write(value, buffer)].SequenceEqual(text);
    }

    private static bool Prints(double value, ReadOnlySpan<byte> text)
    {
        if (!double.IsFinite(value)) return false;
        Span<byte> buffer = stackalloc byte[MaxLength];
        return buffer[..Write(value, buffer)].SequenceEqual(text);
    }

    private static int Digits(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return end < 0 ? text.Length : end;
    }
}
