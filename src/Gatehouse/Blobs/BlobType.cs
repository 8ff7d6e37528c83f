using System.Diagnostics.CodeAnalysis;
using Microsoft.Net.Http.Headers;

namespace Gatehouse.Blobs;

/// <summary>
/// What a blob is. Only pictures made of pixels are shown by browsers as what they are; all else, also SVG, which can hold script, is
/// handed out as bytes to be saved.
/// </summary>
/// <param name="Extension">Of its file; also says on disk what it is.</param>
internal sealed record BlobType(string MediaType, string Extension, bool IsPicture)
{
    public static readonly BlobType Bytes = new("application/octet-stream", "bin", IsPicture: false);

    /// <summary>Every type that is told apart.</summary>
    public static IReadOnlyList<BlobType> All { get; } =
    [
        new("image/jpeg", "jpg", IsPicture: true), new("image/png", "png", IsPicture: true), new("image/webp", "webp", IsPicture: true),
        new("image/gif", "gif", IsPicture: true), new("image/avif", "avif", IsPicture: true), Bytes,
    ];

    /// <summary>Reads a Content-Type header; parameters do not matter.</summary>
    public static bool TryParse(string? contentType, [NotNullWhen(true)] out BlobType? type)
    {
        type = MediaTypeHeaderValue.TryParse(contentType, out var header)
            ? All.FirstOrDefault(t => header.MediaType.Equals(t.MediaType, StringComparison.OrdinalIgnoreCase))
            : null;
        return type is not null;
    }

    /// <summary>The type of a file by its name in the store; null for what is no blob's.</summary>
    public static BlobType? OfExtension(ReadOnlySpan<char> extension)
    {
        foreach (var type in All)
        {
            if (extension.SequenceEqual(type.Extension)) return type;
        }
        return null;
    }
}
