using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Gatehouse.Services;

/// <summary>
/// The name of a service, or with a dot at its end a prefix: a family of names that cannot be listed. At most 255 bytes, and no
/// characters that are not seen: two names that look the same are the same.
/// </summary>
internal readonly record struct ServiceName
{
    public const int MaxBytes = 255;

    /// <summary>What a name is, for those who gave another one.</summary>
    public const string Rule = "a service name has 1 to 255 bytes, no control or format characters, and no white space at its ends";

    private ServiceName(string text) => Text = text;

    public string Text { get; }

    public bool IsPrefix => Text[^1] == '.';

    public static ServiceName Parse(string text) =>
        TryParse(text, out var name)
            ? name
            : throw new FormatException($"'{text}' is no name: {Rule}.");

    public static bool TryParse([NotNullWhen(true)] string? text, out ServiceName name)
    {
        var valid = !string.IsNullOrEmpty(text) && Encoding.UTF8.GetByteCount(text) <= MaxBytes && HasOnlyAllowed(text);
        name = valid ? new ServiceName(text!) : default;
        return valid;
    }

    /// <summary>Whether a name may have this character, as its first or last one or between them.</summary>
    public static bool MayHave(Rune rune, bool isAtAnEnd) =>
        rune.IsAscii ? rune.Value is > ' ' and < 0x7F || (rune.Value == ' ' && !isAtAnEnd)
        : Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format)
            && !(isAtAnEnd && Rune.IsWhiteSpace(rune));

    private static bool HasOnlyAllowed(string text)
    {
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var isFirst = at == 0;
            at += rune.Utf16SequenceLength;
            if (!MayHave(rune, isFirst || at == text.Length)) return false;
        }
        return true;
    }

    public override string ToString() => Text;
}
