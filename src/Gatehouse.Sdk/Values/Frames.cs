using System.Buffers.Binary;
using System.Text;

namespace Gatehouse.Sdk.Values;

/// <summary>
/// A message of any number of frames of bytes, in one buffer. Immutable, any thread; the buffer belongs to the garbage collector, so a
/// handler that outlives its deadline still reads its own bytes.
/// </summary>
public readonly struct Frames
{
    // The ends of all frames, four bytes each, then their bytes one after the other.
    private readonly byte[]? _buffer;

    private Frames(byte[] buffer, int count) => (_buffer, Count) = (buffer, count);

    /// <summary>Fills the bytes of a message that is being made; they are zero.</summary>
    /// <typeparam name="TState">What it needs for that.</typeparam>
    /// <param name="index">Which frame, from 0.</param>
    /// <param name="frame">Its bytes.</param>
    /// <param name="state">What it was given.</param>
    public delegate void Filler<in TState>(int index, Span<byte> frame, TState state)
        where TState : allows ref struct;

    /// <summary>No frame at all.</summary>
    public static Frames None => default;

    /// <summary>How many frames there are.</summary>
    public int Count { get; }

    /// <summary>The bytes of all frames together.</summary>
    public int Size => Count == 0 ? 0 : End(Count - 1);

    /// <summary>One frame.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such frame.</exception>
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
        Span<int> sizes = frames.Count <= 64 ? stackalloc int[frames.Count] : new int[frames.Count];
        for (var i = 0; i < frames.Count; i++) sizes[i] = frames[i].Length;
        return Create(sizes, frames, static (i, frame, frames) => frames[i].CopyTo(frame));
    }

    /// <summary>Frames of these sizes, whose bytes <paramref name="fill"/> writes where they stay.</summary>
    public static Frames Create<TState>(ReadOnlySpan<int> sizes, TState state, Filler<TState> fill)
        where TState : allows ref struct
    {
        if (sizes.IsEmpty) return None;
        var total = 0;
        foreach (var size in sizes) total = checked(total + size);
        var buffer = new byte[checked((sizes.Length * sizeof(int)) + total)];
        var end = 0;
        for (var i = 0; i < sizes.Length; i++)
        {
            var start = (sizes.Length * sizeof(int)) + end;
            end += sizes[i];
            BinaryPrimitives.WriteInt32LittleEndian(buffer.AsSpan(i * sizeof(int)), end);
            fill(i, buffer.AsSpan(start, sizes[i]), state);
        }
        return new Frames(buffer, sizes.Length);
    }

    /// <summary>The frame as text.</summary>
    public string Text(int index) => Encoding.UTF8.GetString(this[index].Span);

    private int End(int index) => BinaryPrimitives.ReadInt32LittleEndian(_buffer.AsSpan(index * sizeof(int)));
}
