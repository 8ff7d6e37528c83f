using System.Buffers;

namespace Gatehouse.Sdk.Io;

/// <summary>
/// Bytes in the order they came, in an array of the pool, which has it back when no byte is left. One thread; not to be copied.
/// </summary>
internal struct PooledBuffer
{
    private const int Smallest = 1024;

    // The pool would keep an array that one message of 64 MB has needed.
    private const int Largest = 1024 * 1024;
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
            // Twice the size each time keeps the copying linear.
            var size = (int)Math.Clamp(Math.Max(held * 2L, held + (long)count), Smallest, Array.MaxLength);
            var larger = size > Largest ? GC.AllocateUninitializedArray<byte>(size) : ArrayPool<byte>.Shared.Rent(size);
            if (_array is not null)
            {
                _array.AsSpan(_start, held).CopyTo(larger);
                GiveBack(_array);
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
        if (_array is not null) GiveBack(_array);
        (_array, _start, _end) = (null, 0, 0);
    }

    private static void GiveBack(byte[] array)
    {
        if (array.Length <= Largest) ArrayPool<byte>.Shared.Return(array);
    }
}
