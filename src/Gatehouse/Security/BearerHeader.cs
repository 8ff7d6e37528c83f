using System.Diagnostics.CodeAnalysis;

namespace Gatehouse.Security;

/// <summary>The header <c>Authorization: Bearer …</c> (RFC 6750, section 2.1).</summary>
internal static class BearerHeader
{
    public const string Scheme = "Bearer";

    private const int Longest = 4096;

    /// <summary>The token; false when the header is of another scheme, or its token has characters that none can have.</summary>
    public static bool TryParse(string header, [NotNullWhen(true)] out string? token)
    {
        token = null;
        if (header.Length > Longest || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return false;
        var rest = header.AsSpan(Scheme.Length);
        var text = rest.Trim(' ');
        if (rest is not [' ', ..] || text.IsEmpty || !IsToken(text)) return false;
        token = text.ToString();
        return true;
    }

    /// <summary>Characters that a token may have: those that can be seen.</summary>
    public static bool IsToken(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('!', '~');
}
