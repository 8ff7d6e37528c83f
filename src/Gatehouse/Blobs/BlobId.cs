using System.Buffers;

namespace Gatehouse.Blobs;

/// <summary>A blob's name: the SHA-256 of its bytes as 64 hexadecimal digits in lower case.</summary>
internal static class BlobId
{
    private const int Length = 64;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    public static bool IsValid(ReadOnlySpan<char> text) => text.Length == Length && !text.ContainsAnyExcept(Digits);
}
