using System.Globalization;
using System.Text;

namespace Gatehouse.Sdk.Values;

/// <summary>The one function that makes key segments out of foreign names, and its inverse.</summary>
public static class KeySegment
{
    /// <summary>
    /// Makes one segment of any name: <c>%</c>, <c>/</c> and control characters become <c>%XX</c>, the empty name becomes <c>%</c>.
    /// Lone surrogates become U+FFFD.
    /// </summary>
    public static string Escape(string name)
    {
        if (name.Length == 0) return "%";
        if (!name.AsSpan().ContainsAny('%', '/') && !HasOdd(name)) return name;
        var result = new StringBuilder(name.Length + 8);
        foreach (var rune in name.EnumerateRunes())
        {
            if (MustEscape(rune))
            {
                var octets = Encoding.UTF8.GetBytes(rune.ToString());
                foreach (var octet in octets) result.Append(CultureInfo.InvariantCulture, $"%{octet:X2}");
            }
            else result.Append(rune);
        }
        return result.ToString();
    }

    /// <summary>Makes the segments of a name in which <c>/</c> separates, such as a topic: each part is escaped by itself.</summary>
    public static string EscapePath(string topic) => string.Join('/', topic.Split('/').Select(Escape));

    /// <summary>The name that <see cref="Escape"/> was given. Text that it never makes is returned as far as it can be read.</summary>
    public static string Unescape(string segment) =>
        segment == "%" ? "" : segment.Contains('%', StringComparison.Ordinal) ? Uri.UnescapeDataString(segment) : segment;

    /// <summary>A short rendering of any text for messages: control characters visible, long text cut.</summary>
    internal static string ForDisplay(string text)
    {
        const int Longest = 80;
        var shown = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (shown.Length >= Longest) return shown.Append('…').ToString();
            if (Rune.IsControl(rune)) shown.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
            else shown.Append(rune);
        }
        return shown.ToString();
    }

    private static bool HasOdd(string name)
    {
        foreach (var c in name) if (char.IsControl(c) || char.IsSurrogate(c)) return true;
        return false;
    }

    private static bool MustEscape(Rune rune) => rune.Value is '%' or '/' || Rune.IsControl(rune);
}
