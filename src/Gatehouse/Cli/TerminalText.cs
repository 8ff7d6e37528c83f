using System.Globalization;
using System.Text;

namespace Gatehouse.Cli;

/// <summary>Text from outside, made fit for a terminal: it cannot move the cursor, retitle the window or turn the line round.</summary>
internal static class TerminalText
{
    /// <summary>
    /// Shows control characters, and those that change the direction of text, as <c>\n</c>, <c>\t</c>, <c>\r</c> or <c>\uXXXX</c>; with
    /// <paramref name="keepLines"/>, line feeds and tabs stay.
    /// </summary>
    public static string Escape(string text, bool keepLines = false)
    {
        if (!text.Any(IsUnsafe)) return text;
        var shown = new StringBuilder(text.Length + 16);
        foreach (var c in text)
        {
            _ = c switch
            {
                '\n' or '\t' when keepLines => shown.Append(c),
                '\n' => shown.Append("\\n"),
                '\r' => shown.Append("\\r"),
                '\t' => shown.Append("\\t"),
                _ when IsUnsafe(c) => shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => shown.Append(c),
            };
        }
        return shown.ToString();
    }

    /// <summary>
    /// One JSON document on one line that means the same: line breaks, which JSON has only between its tokens, become spaces, and inside
    /// strings unsafe characters become <c>\uXXXX</c>.
    /// </summary>
    public static string EscapeJson(string json)
    {
        if (!json.Any(IsUnsafe)) return json;
        var shown = new StringBuilder(json.Length + 16);
        foreach (var c in json)
        {
            if (c is '\n' or '\r' or '\t') shown.Append(' ');
            else if (IsUnsafe(c)) shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else shown.Append(c);
        }
        return shown.ToString();
    }

    /// <summary>The columns that text takes in a terminal: two for East Asian characters and emoji, none for marks that combine.</summary>
    public static int Width(string text)
    {
        var columns = 0;
        foreach (var rune in text.EnumerateRunes()) columns += Width(rune);
        return columns;
    }

    /// <summary>The text, cut at its end with an ellipsis when it takes more columns than there are.</summary>
    public static string Cut(string text, int columns)
    {
        if (Width(text) <= columns) return text;
        var cut = new StringBuilder();
        var left = columns - 1;
        foreach (var rune in text.EnumerateRunes())
        {
            if ((left -= Width(rune)) < 0) break;
            cut.Append(rune);
        }
        return cut.Append('…').ToString();
    }

    private static int Width(Rune rune)
    {
        if (rune.IsAscii) return 1;
        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format => 0,
            _ => IsWide(rune.Value) ? 2 : 1,
        };
    }

    // The large blocks of Unicode's East Asian Width (UAX 11), W and F; single wide symbols elsewhere are left out.
    private static bool IsWide(int c) => c is (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0x303E) or (>= 0x3041 and <= 0xA4CF)
        or (>= 0xAC00 and <= 0xD7A3) or (>= 0xF900 and <= 0xFAFF) or (>= 0xFE30 and <= 0xFE6F) or (>= 0xFF01 and <= 0xFF60)
        or (>= 0xFFE0 and <= 0xFFE6) or (>= 0x1F300 and <= 0x1F64F) or (>= 0x1F680 and <= 0x1F6FF) or (>= 0x1F900 and <= 0x1FAFF)
        or (>= 0x20000 and <= 0x3FFFD);

    private static bool IsUnsafe(char c) =>
        char.IsControl(c) || c is '\u200E' or '\u200F' or '\u061C' or (>= '\u2028' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
