using System.Text.Json.Serialization;

namespace Gatehouse.Blobs;

/// <summary>A blob that is stored.</summary>
internal sealed record Blob(string Id, BlobType Type, long Size);

/// <summary>A blob as values name it and the API tells it.</summary>
internal sealed record BlobDocument([property: JsonPropertyName("blob")] string Id, string Type, long Size)
{
    public static BlobDocument Of(Blob blob) => new(blob.Id, blob.Type.MediaType, blob.Size);
}

/// <summary>Why a blob could not be stored, in words for people.</summary>
internal enum BlobFault : byte
{
    TooLarge,

    Empty,

    /// <summary>The bytes do not begin as those of the picture that they were sent as.</summary>
    NotOfType,

    /// <summary>All room is taken by blobs that values name.</summary>
    Full,

    /// <summary>The disk does not take it.</summary>
    Disk,
}

/// <summary>A blob was not stored; nothing of it is left behind.</summary>
internal sealed class BlobException(BlobFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    public BlobFault Fault => fault;
}

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(BlobDocument))]
[JsonSerializable(typeof(byte[]))] // what the description of the interface says of bodies
internal sealed partial class BlobJson : JsonSerializerContext;
