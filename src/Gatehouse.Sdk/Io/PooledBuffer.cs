using System.Buffers;

namespace Gatehouse.Sdk.Io;

/// <summary>Bytes in the order they came, in an array of the pool, which has it back when no byte is left. One thread; not to be copied.</summary>
internal struct PooledBuffer
{
    private const int Smallest = 1024;
    private byte[]? _array;
    private int _start;
    private int _end;

    public readonly int Count => _end - _start;

    /// <summary>The bytes.</summary>
    public readonly Span<byte> Span => _array.AsSpan(_start, Count);

    /// <summary>The room behind the bytes.</summary>
    public readonly Span<byte> Free => _array.AsSpan(_end);

    public void Append(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(Free);
        _end += bytes.Length;
    }

    /// <summary>Makes room for so many more, at least.</summary>
    public void Reserve(int count)
    {
        if (_array is not null && _array.Length - _end >= count) return;
        var held = Count;
        if (_array is not null && _array.Length - held >= count && _start >= held)
        {
            _array.AsSpan(_start, held).CopyTo(_array);
        }
        else
        {
            // Twice the size each time keeps the copying linear; the pool has no arrays beyond what an int can count.
            var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, Math.Max(Smallest, Math.Max(held * 2L, held + (long)count))));
            if (_array is not null)
            {
                _array.AsSpan(_start, held).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(_array);
            }

            _array = larger;
        }

        (_start, _end) = (0, held);
    }

    /// <summary>Takes over what was written to the beginning of <see cref="Free"/>.</summary>
    public void Commit(int count) => _end += count;

    /// <summary>Gives up the first bytes.</summary>
    public void Advance(int count)
    {
        _start += count;
        if (_start == _end) Release();
    }

    public void Release()
    {
        if (_array is not null) ArrayPool<byte>.Shared.Return(_array);
        (_array, _start, _end) = (null, 0, 0);
    }
}
