using System.Buffers.Binary;

namespace Gatehouse.Connectors.Clone;

/// <summary>
/// The uuids and properties that came with updates: kept by the sequence that the tree gave the update until the watch passes it, for
/// they leave with it and the tree does not have them. First in, first out, in one buffer.
/// </summary>
internal sealed class Extras
{
    private const int HeadSize = sizeof(long) + sizeof(int) + sizeof(int);

    private byte[] _bytes = new byte[1024];
    private int _start, _end;

    // From here on the places in the batch stand where sequences will.
    private int _numbered;

    public bool IsEmpty => _start == _end;

    /// <summary>Keeps what came with the update at a place of the batch that has not been set yet.</summary>
    public void Add(int place, ReadOnlySpan<byte> uuid, ReadOnlySpan<byte> properties)
    {
        var size = HeadSize + uuid.Length + properties.Length;
        if (_bytes.Length - _end < size) MakeRoom(size);
        var to = _bytes.AsSpan(_end, size);
        BinaryPrimitives.WriteInt64LittleEndian(to, place);
        BinaryPrimitives.WriteInt32LittleEndian(to[8..], uuid.Length);
        BinaryPrimitives.WriteInt32LittleEndian(to[12..], properties.Length);
        uuid.CopyTo(to[HeadSize..]);
        properties.CopyTo(to[(HeadSize + uuid.Length)..]);
        _end += size;
    }

    /// <summary>The batch was set, and its first update got this sequence.</summary>
    public void Number(long first)
    {
        while (_numbered < _end)
        {
            var at = _bytes.AsSpan(_numbered);
            BinaryPrimitives.WriteInt64LittleEndian(at, first + BinaryPrimitives.ReadInt64LittleEndian(at));
            _numbered += SizeOf(at);
        }
    }

    /// <summary>The batch was not set.</summary>
    public void Forget() => _end = _numbered;

    /// <summary>
    /// What came with the update that got this sequence; valid until something is added. Those of earlier ones are forgotten.
    /// </summary>
    public void Take(long sequence, out ReadOnlySpan<byte> uuid, out ReadOnlySpan<byte> properties)
    {
        uuid = properties = default;
        while (_start < _numbered)
        {
            var at = _bytes.AsSpan(_start);
            var number = BinaryPrimitives.ReadInt64LittleEndian(at);
            if (number > sequence) break;
            _start += SizeOf(at);
            if (number < sequence) continue;
            var size = BinaryPrimitives.ReadInt32LittleEndian(at[8..]);
            uuid = at.Slice(HeadSize, size);
            properties = at.Slice(HeadSize + size, BinaryPrimitives.ReadInt32LittleEndian(at[12..]));
            break;
        }
        if (_start == _end) _start = _end = _numbered = 0;
    }

    private static int SizeOf(ReadOnlySpan<byte> at) =>
        HeadSize + BinaryPrimitives.ReadInt32LittleEndian(at[8..]) + BinaryPrimitives.ReadInt32LittleEndian(at[12..]);

    private void MakeRoom(int size)
    {
        var held = _bytes.AsSpan(_start, _end - _start);
        var to = held.Length + size > _bytes.Length / 2 ? new byte[Math.Max(_bytes.Length * 2, (held.Length + size) * 2)] : _bytes;
        held.CopyTo(to);
        (_bytes, _numbered, _end, _start) = (to, _numbered - _start, held.Length, 0);
    }
}
