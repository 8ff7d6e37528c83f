using System.Buffers.Binary;
using System.Text;

namespace Gatehouse.Services;

/// <summary>
/// The body of a call or reply: any number of frames of bytes in one buffer. Immutable; the buffer belongs to the garbage collector, so a
/// handler that outlives its deadline still reads its own bytes.
/// </summary>
internal readonly struct Frames
{
    // The ends of all frames, four bytes each, then their bytes one after the other.
    private readonly byte[]? _buffer;

    private Frames(byte[] buffer, int count) => (_buffer, Count) = (buffer, count);

    /// <summary>No frame at all.</summary>
    public static Frames None => default;

    public int Count { get; }

    public ReadOnlyMemory<byte> this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            var start = index == 0 ? 0 : End(index - 1);
            return _buffer.AsMemory((Count * sizeof(int)) + start, End(index) - start);
        }
    }

    /// <summary>One frame with a copy of these bytes.</summary>
    public static Frames Of(ReadOnlySpan<byte> frame)
    {
        var buffer = new byte[sizeof(int) + frame.Length];
        BinaryPrimitives.WriteInt32LittleEndian(buffer, frame.Length);
        frame.CopyTo(buffer.AsSpan(sizeof(int)));
        return new Frames(buffer, 1);
    }

    /// <summary>One frame for each text, as UTF-8.</summary>
    public static Frames Of(params ReadOnlySpan<string> frames)
    {
        var bytes = new List<byte[]>(frames.Length);
        foreach (var frame in frames) bytes.Add(Encoding.UTF8.GetBytes(frame));
        return Of(bytes);
    }

    /// <summary>A copy of each frame.</summary>
    public static Frames Of(IReadOnlyList<byte[]> frames)
    {
        if (frames.Count == 0) return None;
        var buffer = new byte[(frames.Count * sizeof(int)) + frames.Sum(f => f.Length)];
        var end = 0;
        for (var i = 0; i < frames.Count; i++)
        {
            frames[i].CopyTo(buffer, (frames.Count * sizeof(int)) + end);
            end += frames[i].Length;
            BinaryPrimitives.WriteInt32LittleEndian(buffer.AsSpan(i * sizeof(int)), end);
        }
        return new Frames(buffer, frames.Count);
    }

    /// <summary>The frame as text.</summary>
    public string Text(int index) => Encoding.UTF8.GetString(this[index].Span);

    private int End(int index) => BinaryPrimitives.ReadInt32LittleEndian(_buffer.AsSpan(index * sizeof(int)));
}
