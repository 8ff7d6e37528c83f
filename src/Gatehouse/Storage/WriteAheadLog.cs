using System.Buffers.Binary;

namespace Gatehouse.Storage;

/// <summary>
/// The head of a write-ahead log. SQLite takes a log whose head is wrong for an empty one and overwrites it, so it is looked at first: what
/// a damaged one held may still be wanted.
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
        var isBigEndian = (magic & 1) != 0;
        uint first = 0, second = 0;
        for (var at = 0; at < SummedBytes; at += 8)
        {
            first += Word(head[at..], isBigEndian) + second;
            second += Word(head[(at + 4)..], isBigEndian) + first;
        }
        return BinaryPrimitives.ReadUInt32BigEndian(head[SummedBytes..]) == first
            && BinaryPrimitives.ReadUInt32BigEndian(head[(SummedBytes + 4)..]) == second;
    }

    private static uint Word(ReadOnlySpan<byte> bytes, bool isBigEndian) =>
        isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
