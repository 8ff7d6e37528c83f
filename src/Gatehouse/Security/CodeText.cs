using System.Security.Cryptography;

namespace Gatehouse.Security;

/// <summary>
/// How a one-time code is written: ten characters of Crockford's base32, <c>XXXXX-XXXXX</c>. Read as people type: in any case, O as 0, I
/// and L as 1, dashes and blanks anywhere.
/// </summary>
internal static class CodeText
{
    private const int Length = 10;
    private const int Half = Length / 2;
    private const int BitsPerCharacter = 5;
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    // What is typed or pasted is short; more is not looked at.
    private const int Longest = 64;

    /// <summary>A new code: 50 random bits.</summary>
    public static string New()
    {
        Span<char> text = stackalloc char[Length];
        RandomNumberGenerator.GetItems(Alphabet, text);
        return $"{text[..Half]}-{text[Half..]}";
    }

    /// <summary>The 50 bits of what was typed; false when it is no code.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out long bits)
    {
        bits = 0;
        var count = 0;
        if (text.Length > Longest) return false;
        foreach (var character in text)
        {
            if (character is '-' or '‐' or '–' || char.IsWhiteSpace(character)) continue;
            var digit = Alphabet.IndexOf(Plain(character), StringComparison.Ordinal);
            if (digit < 0 || ++count > Length) return false;
            bits = (bits << BitsPerCharacter) | (uint)digit;
        }
        return count == Length;
    }

    private static char Plain(char character) => char.ToUpperInvariant(character) switch
    {
        'O' => '0',
        'I' or 'L' => '1',
        var other => char.IsAscii(character) ? other : '?',
    };
}
