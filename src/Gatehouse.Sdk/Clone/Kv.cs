namespace Gatehouse.Sdk.Clone;

/// <summary>The words and sizes of the clone protocols (RFC 12, "Clustered Hashmap Protocol").</summary>
internal static class Kv
{
    public const int UuidSize = 16;

    /// <summary>The widths that a sequence number may have on the wire.</summary>
    public const int ShortWidth = 4, LongWidth = 8;

    /// <summary>The frames of a message in the short form, and in the full one.</summary>
    public const int ShortFrames = 3, FullFrames = 5;

    /// <summary>What asks for a snapshot.</summary>
    public static ReadOnlySpan<byte> Ask => "ICANHAZ?"u8;

    /// <summary>The key that ends a snapshot.</summary>
    public static ReadOnlySpan<byte> Goodbye => "KTHXBAI"u8;

    /// <summary>The key that a server sends when it has nothing else to say.</summary>
    public static ReadOnlySpan<byte> Heartbeat => "HUGZ"u8;
}
