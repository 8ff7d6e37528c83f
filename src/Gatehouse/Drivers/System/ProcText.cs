using System.Buffers.Text;
using System.Text;

namespace Gatehouse.Drivers.System;

/// <summary>The lines of a text, without the empty ones.</summary>
internal ref struct Lines(ReadOnlySpan<byte> text)
{
    private ReadOnlySpan<byte> _rest = text;

    public bool TryNext(out ReadOnlySpan<byte> line)
    {
        while (!_rest.IsEmpty)
        {
            var end = _rest.IndexOf((byte)'\n');
            line = end < 0 ? _rest : _rest[..end];
            _rest = end < 0 ? default : _rest[(end + 1)..];
            if (!line.IsEmpty) return true;
        }
        line = default;
        return false;
    }
}

/// <summary>The words of a line, separated by blanks or tabs.</summary>
internal ref struct Words(ReadOnlySpan<byte> line)
{
    private ReadOnlySpan<byte> _rest = line;

    public bool TryNext(out ReadOnlySpan<byte> word)
    {
        _rest = _rest.TrimStart(" \t"u8);
        var end = _rest.IndexOfAny((byte)' ', (byte)'\t');
        word = end < 0 ? _rest : _rest[..end];
        _rest = _rest[word.Length..];
        return !word.IsEmpty;
    }

    /// <summary>The next word as a whole number without sign; false when it is none.</summary>
    public bool TryNext(out ulong number)
    {
        number = 0;
        return TryNext(out ReadOnlySpan<byte> word) && Utf8Parser.TryParse(word, out number, out var used) && used == word.Length;
    }

    public bool TrySkip(int words)
    {
        while (words-- > 0)
        {
            if (!TryNext(out ReadOnlySpan<byte> _)) return false;
        }
        return true;
    }
}

/// <summary>Files of one value, and counters.</summary>
internal static class ProcText
{
    /// <summary>The whole number that the text is, but for space around it.</summary>
    public static bool TryParseNumber(ReadOnlySpan<byte> text, out long number)
    {
        text = text.Trim(" \t\n"u8);
        return Utf8Parser.TryParse(text, out number, out var used) && used == text.Length;
    }

    /// <summary>The finite number that the word is.</summary>
    public static bool TryParseReal(ReadOnlySpan<byte> word, out double number) =>
        Utf8Parser.TryParse(word, out number, out var used) && used == word.Length && double.IsFinite(number);

    /// <summary>The text without space around it; null when nothing is left.</summary>
    public static string? Word(ReadOnlySpan<byte> text) =>
        text.Trim(" \t\n\0"u8) is { IsEmpty: false } word ? Encoding.UTF8.GetString(word) : null;

    /// <summary>How fast a counter went up; null after it wrapped or was reset, and without time between the two.</summary>
    public static double? PerSecond(ulong before, ulong now, TimeSpan between) =>
        now < before || between <= TimeSpan.Zero ? null : (now - before) / between.TotalSeconds;
}
