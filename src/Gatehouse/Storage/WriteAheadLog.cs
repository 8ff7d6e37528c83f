using System.Buffers.Binary;

namespace Gatehouse.Storage;

/// <summary>
/// The head of a write-ahead log, and the sums in it. SQLite takes a log whose head is wrong for an empty one and overwrites it, so it is
/// looked at first: what a damaged one held may still be wanted.
/// </summary>
internal static class WriteAheadLog
{
    public const int HeadSize = 32;

    private const uint Magic = 0x377f0682; // its last bit tells the order of the bytes that the sums are made of
    private const uint Version = 3007000;
    private const int SummedBytes = 24;

    public static bool IsSound(ReadOnlySpan<byte> head)
    {
        if (head.Length < HeadSize) return false;
        var magic = BinaryPrimitives.ReadUInt32BigEndian(head);
        if ((magic & ~1u) != Magic || BinaryPrimitives.ReadUInt32BigEndian(head[4..]) != Version) return false;
        return SumsOf(head[SummedBytes..]) == Add(default, head[..SummedBytes], IsBigEndian(head));
    }

    /// <summary>The order of the bytes that the sums are made of, as a sound head tells it.</summary>
    public static bool IsBigEndian(ReadOnlySpan<byte> head) => (BinaryPrimitives.ReadUInt32BigEndian(head) & 1) != 0;

    /// <summary>The two sums that stand here.</summary>
    public static (uint First, uint Second) SumsOf(ReadOnlySpan<byte> bytes) =>
        (BinaryPrimitives.ReadUInt32BigEndian(bytes), BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]));

    /// <summary>Continues the two sums over a multiple of eight bytes.</summary>
    public static (uint First, uint Second) Add((uint First, uint Second) sums, ReadOnlySpan<byte> bytes, bool isBigEndian)
    {
        var (first, second) = sums;
        for (var at = 0; at < bytes.Length; at += 8)
        {
            first += Word(bytes[at..], isBigEndian) + second;
            second += Word(bytes[(at + 4)..], isBigEndian) + first;
        }
        return (first, second);
    }

    private static uint Word(ReadOnlySpan<byte> bytes, bool isBigEndian) =>
        isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
