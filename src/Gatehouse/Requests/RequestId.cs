using System.Buffers.Binary;
using System.Globalization;

namespace Gatehouse.Requests;

/// <summary>
/// The id of a request. The hub's own have 32 hexadecimal digits: the number of the row, then 64 random bits, so that they need no index
/// and cannot be guessed. A caller's id is short text that is safe in a path, a frame and a command.
/// </summary>
internal static class RequestId
{
    public const int MaxLength = 128;

    /// <summary>What a caller's id is, for those who gave another one.</summary>
    public const string Rule = "an id has 1 to 128 printable ASCII characters, no blank, '/' or '\\' and no '..'";

    private const int Digits = 32;

    public static string Of(long number, ulong salt) => string.Create(Digits, (number, salt), static (text, id) =>
    {
        Span<byte> bytes = stackalloc byte[Digits / 2];
        BinaryPrimitives.WriteInt64BigEndian(bytes, id.number);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[sizeof(long)..], id.salt);
        Convert.TryToHexStringLower(bytes, text, out _);
    });

    /// <summary>Whether a caller may give a request this id.</summary>
    public static bool IsValid(ReadOnlySpan<char> id) =>
        id.Length is > 0 and <= MaxLength && !id.ContainsAnyExceptInRange('!', '~')
        && !id.ContainsAny('/', '\\') && !id.Contains("..", StringComparison.Ordinal);

    /// <summary>The id as it is kept: the case of hexadecimal digits means nothing in one that has 32 of them.</summary>
    public static string Normal(string id) => IsHex(id) ? id.ToLowerInvariant() : id;

    /// <summary>Reads an id that may be one of the hub's own.</summary>
    public static bool TryParse(ReadOnlySpan<char> id, out long number, out ulong salt)
    {
        (number, salt) = (0, 0);
        return IsHex(id)
            && long.TryParse(id[..16], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number)
            && ulong.TryParse(id[16..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out salt)
            && number > 0;
    }

    private static bool IsHex(ReadOnlySpan<char> id)
    {
        if (id.Length != Digits) return false;
        foreach (var c in id)
        {
            if (!char.IsAsciiHexDigit(c)) return false;
        }
        return true;
    }
}
