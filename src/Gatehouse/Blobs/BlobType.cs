using System.Diagnostics.CodeAnalysis;
using Microsoft.Net.Http.Headers;

namespace Gatehouse.Blobs;

/// <summary>
/// What a blob is. Only pictures made of pixels are shown by browsers as what they are; all else, also SVG, which can hold script, is
/// handed out as bytes to be saved.
/// </summary>
/// <param name="Extension">Of its file; also says on disk what it is.</param>
/// <param name="Noun">What people call one.</param>
internal sealed record BlobType(string MediaType, string Extension, string Noun, bool IsPicture = true)
{
    /// <summary>By so many bytes every type is known.</summary>
    public const int SignatureSize = 12;

    public static readonly BlobType Bytes = new("application/octet-stream", "bin", "a run of bytes", IsPicture: false);

    /// <summary>Every type that is told apart.</summary>
    public static IReadOnlyList<BlobType> All { get; } =
    [
        new("image/jpeg", "jpg", "a JPEG"), new("image/png", "png", "a PNG"), new("image/webp", "webp", "a WebP"),
        new("image/gif", "gif", "a GIF"), new("image/avif", "avif", "an AVIF"), Bytes,
    ];

    /// <summary>Reads a Content-Type header; parameters do not matter.</summary>
    public static bool TryParse(string? contentType, [NotNullWhen(true)] out BlobType? type)
    {
        type = MediaTypeHeaderValue.TryParse(contentType, out var header)
            ? All.FirstOrDefault(t => header.MediaType.Equals(t.MediaType, StringComparison.OrdinalIgnoreCase))
            : null;
        return type is not null;
    }

    /// <summary>Whether bytes that begin so can be of this type.</summary>
    public bool Fits(ReadOnlySpan<byte> start) => Extension switch
    {
        "jpg" => start is [0xFF, 0xD8, 0xFF, ..],
        "png" => start is [0x89, ..] && HasAt(start, 1, "PNG\r\n\u001A\n"u8),
        "webp" => start.StartsWith("RIFF"u8) && HasAt(start, 8, "WEBP"u8),
        "gif" => start.StartsWith("GIF87a"u8) || start.StartsWith("GIF89a"u8),
        // Its first box begins with its length, which is small.
        "avif" => start is [0, ..] && (HasAt(start, 4, "ftypavif"u8) || HasAt(start, 4, "ftypavis"u8)),
        _ => true,
    };

    /// <summary>The type of a file by its name in the store; null for what is no blob's.</summary>
    public static BlobType? OfExtension(ReadOnlySpan<char> extension)
    {
        foreach (var type in All)
        {
            if (extension.SequenceEqual(type.Extension)) return type;
        }
        return null;
    }

    private static bool HasAt(ReadOnlySpan<byte> bytes, int index, ReadOnlySpan<byte> part) =>
        bytes.Length >= index && bytes[index..].StartsWith(part);
}
