using System.Buffers.Binary;

namespace Gatehouse.Storage;

/// <summary>
/// The head of a database file. SQLite takes some damage of it for a file of a later SQLite, or for one that may not be written; the hub
/// writes neither, so here it is damage.
/// </summary>
internal static class DatabaseHead
{
    public const int Size = 100;

    private const int SmallestPage = 512, LargestPageAsOne = 1, LatestFormat = 2, LatestSchema = 4, Utf8 = 1;

    public static bool IsSound(ReadOnlySpan<byte> head) =>
        head.Length >= Size
        && head.StartsWith("SQLite format 3\0"u8)
        && IsPageSize(BinaryPrimitives.ReadUInt16BigEndian(head[16..]))
        && head[18] is >= 1 and <= LatestFormat && head[19] is >= 1 and <= LatestFormat
        && head[21..].StartsWith((ReadOnlySpan<byte>)[64, 32, 32])
        && BinaryPrimitives.ReadUInt32BigEndian(head[44..]) <= LatestSchema
        && BinaryPrimitives.ReadUInt32BigEndian(head[56..]) <= Utf8;

    private static bool IsPageSize(int size) => size == LargestPageAsOne || (size >= SmallestPage && (size & (size - 1)) == 0);
}
