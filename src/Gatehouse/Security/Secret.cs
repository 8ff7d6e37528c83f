using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Gatehouse.Security;

/// <summary>256 random bits that open something: a session's cookie, or the file that commands read. Its text is base64url.</summary>
internal sealed class Secret
{
    public const int Size = 32;

    /// <summary>The characters of its text.</summary>
    public const int TextLength = 43;

    private static readonly SearchValues<char> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private readonly byte[] _bytes;

    private Secret(byte[] bytes) => _bytes = bytes;

    public static Secret New() => new(RandomNumberGenerator.GetBytes(Size));

    /// <summary>Reads what <see cref="Text"/> wrote; anything else is none.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out Secret? secret)
    {
        secret = null;
        var bytes = new byte[Size];
        // The decoder would skip blanks. In the last character two bits are to spare: it takes one of the four spellings.
        if (text.Length != TextLength || text.ContainsAnyExcept(Alphabet)) return false;
        if (Base64Url.DecodeFromChars(text, bytes, out _, out var written) != OperationStatus.Done || written != Size) return false;
        secret = new Secret(bytes);
        return true;
    }

    public string Text => Base64Url.EncodeToString(_bytes);

    /// <summary>What may be kept: it tells whether a secret is this one, and nothing of what it is.</summary>
    public Digest Digest => Digest.Of(_bytes);

    /// <summary>Another secret, for one purpose, that tells nothing of this one.</summary>
    public string Derive(string purpose) => Base64Url.EncodeToString(HMACSHA256.HashData(_bytes, Encoding.UTF8.GetBytes(purpose)));
}
