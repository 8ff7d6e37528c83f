using System.Buffers.Binary;
using Gatehouse.Sdk.Values;

namespace Gatehouse.History;

/// <summary>The buckets of one row, and their packed form.</summary>
/// <remarks>
/// Packed, a bucket is its index, a byte (bits 0 and 1 the quality, bit 2 set when all its numbers are the same), the count, and for a
/// count other than 0 the least number, unless all are the same also the greatest and the sum: doubles, lowest byte first.
/// </remarks>
internal sealed class RollupRow(RollupLevel level)
{
    private const int QualityMask = 0x03;
    private const int ConstantBit = 0x04;
    private const int MostBytes = 2 + Varint.MaxBytes + (3 * sizeof(double));

    // A row with a single bucket, as most series have that rarely change, needs no room for the others.
    private Bucket _only;
    private int _onlyAt;
    private Bucket[]? _buckets;

    public void Add(in Point point) => At(level.IndexOf(point.Time.Ticks)).Add(point);

    public void Add(RollupRow other)
    {
        if (other._buckets is null)
        {
            if (other._only.Exists) At(other._onlyAt).Add(other._only);
            return;
        }
        for (var i = 0; i < other._buckets.Length; i++)
        {
            if (other._buckets[i].Exists) At(i).Add(other._buckets[i]);
        }
    }

    public byte[] Pack()
    {
        Span<byte> packed = stackalloc byte[MostBytes * level.PerRow];
        if (_buckets is null) return _only.Exists ? packed[..Pack(packed, _onlyAt, _only)].ToArray() : [];
        var length = 0;
        for (var i = 0; i < _buckets.Length; i++)
        {
            if (_buckets[i].Exists) length += Pack(packed[length..], i, _buckets[i]);
        }
        return packed[..length].ToArray();
    }

    /// <summary>Adds the buckets of a packed row. False when the bytes are damaged; what could be read is added.</summary>
    public bool TryAdd(ReadOnlySpan<byte> packed)
    {
        while (!packed.IsEmpty)
        {
            if (!TryUnpack(ref packed, out var index, out var bucket) || index >= level.PerRow) return false;
            At(index).Add(bucket);
        }
        return true;
    }

    /// <summary>Takes one bucket from the front of a packed row.</summary>
    public static bool TryUnpack(ref ReadOnlySpan<byte> packed, out int index, out Bucket bucket)
    {
        (index, bucket) = (0, default);
        if (packed.Length < 2) return false;
        index = packed[0];
        var quality = (Quality)(packed[1] & QualityMask);
        var isConstant = (packed[1] & ConstantBit) != 0;
        packed = packed[2..];
        if (!Varint.TryTake(ref packed, out var count) || count > long.MaxValue) return false;
        var numbers = count == 0 ? 0 : isConstant ? 1 : 3;
        if (packed.Length < numbers * sizeof(double)) return false;
        var least = numbers > 0 ? BinaryPrimitives.ReadDoubleLittleEndian(packed) : 0;
        bucket = numbers == 3
            ? Bucket.Of(
                least,
                BinaryPrimitives.ReadDoubleLittleEndian(packed[sizeof(double)..]),
                BinaryPrimitives.ReadDoubleLittleEndian(packed[(2 * sizeof(double))..]),
                (long)count,
                quality)
            : Bucket.Of(least, least, least * count, (long)count, quality);
        packed = packed[(numbers * sizeof(double))..];
        return true;
    }

    private ref Bucket At(int index)
    {
        if (_buckets is null)
        {
            if (!_only.Exists) _onlyAt = index;
            if (_onlyAt == index) return ref _only;
            _buckets = new Bucket[level.PerRow];
            _buckets[_onlyAt] = _only;
        }
        return ref _buckets[index];
    }

    private static int Pack(Span<byte> into, int index, in Bucket bucket)
    {
        var isConstant = bucket.Minimum.Equals(bucket.Maximum) && bucket.Sum.Equals(bucket.Minimum * bucket.Count);
        into[0] = (byte)index;
        into[1] = (byte)((int)bucket.Quality | (isConstant ? ConstantBit : 0));
        var length = 2 + Varint.Write(into[2..], (ulong)bucket.Count);
        if (bucket.Count == 0) return length;
        length += Put(into[length..], bucket.Minimum);
        if (isConstant) return length;
        length += Put(into[length..], bucket.Maximum);
        return length + Put(into[length..], bucket.Sum);
    }

    private static int Put(Span<byte> into, double number)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(into, number);
        return sizeof(double);
    }
}
