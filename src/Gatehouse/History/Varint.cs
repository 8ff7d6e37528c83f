namespace Gatehouse.History;

/// <summary>
/// Whole numbers in as few bytes as they need: seven bits in each, the lowest first, the top bit set on all but the last.
/// </summary>
internal static class Varint
{
    /// <summary>The most bytes that one takes.</summary>
    public const int MaxBytes = 10;

    /// <summary>Writes the number; signed ones that are near zero become small by <see cref="ZigZag"/>.</summary>
    /// <returns>How many bytes were written.</returns>
    public static int Write(Span<byte> into, ulong number)
    {
        var length = 0;
        while (number >= 0x80)
        {
            into[length++] = (byte)(number | 0x80);
            number >>= 7;
        }
        into[length++] = (byte)number;
        return length;
    }

    /// <summary>Takes a number from the front of <paramref name="bytes"/>. False when there is none, or it has more than 64 bits.</summary>
    public static bool TryTake(ref ReadOnlySpan<byte> bytes, out ulong number)
    {
        number = 0;
        for (var i = 0; i < bytes.Length && i < MaxBytes; i++)
        {
            var seven = (ulong)(bytes[i] & 0x7F);
            if (i == MaxBytes - 1 && seven > 1) return false;
            number |= seven << (7 * i);
            if ((bytes[i] & 0x80) != 0) continue;
            bytes = bytes[(i + 1)..];
            return true;
        }
        return false;
    }

    /// <summary>As <see cref="TryTake(ref ReadOnlySpan{byte}, out ulong)"/>, for numbers that <see cref="ZigZag"/> made.</summary>
    public static bool TryTakeSigned(ref ReadOnlySpan<byte> bytes, out long number)
    {
        var taken = TryTake(ref bytes, out var folded);
        number = (long)(folded >> 1) ^ -(long)(folded & 1);
        return taken;
    }

    /// <summary>As <see cref="TryTake(ref ReadOnlySpan{byte}, out ulong)"/>, for lengths: none is more than what is left.</summary>
    public static bool TryTakeLength(ref ReadOnlySpan<byte> bytes, out int length)
    {
        var taken = TryTake(ref bytes, out var number) && number <= (ulong)bytes.Length;
        length = taken ? (int)number : 0;
        return taken;
    }

    /// <summary>Folds the signed numbers onto the unsigned ones: 0, -1, 1, -2, 2 become 0, 1, 2, 3, 4.</summary>
    public static ulong ZigZag(long number) => (ulong)((number << 1) ^ (number >> 63));
}
