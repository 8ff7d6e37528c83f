using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Zmtp;

/// <summary>Where the bytes of a frame lie in the buffer of its message; its header stands right before them.</summary>
internal readonly record struct ZmtpFrame(int Offset, int Length)
{
    public int End => Offset + Length;
}

/// <summary>
/// A whole message as it lies in the receive buffer: encoded frames, one after the other. Valid only during the call that hands it over.
/// </summary>
internal readonly ref struct ZmtpMessage
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly ReadOnlySpan<ZmtpFrame> _frames;

    /// <param name="bytes">The encoded message, from the first frame's header on. What follows the last frame is not looked at.</param>
    /// <param name="frames">Its frames; each begins where the one before ends.</param>
    public ZmtpMessage(ReadOnlySpan<byte> bytes, ReadOnlySpan<ZmtpFrame> frames)
    {
        _frames = frames;
        _bytes = frames.IsEmpty ? [] : bytes[..frames[^1].End];
    }

    /// <summary>How many frames it has.</summary>
    public int Count => _frames.Length;

    /// <summary>The bytes of all its frames, with their headers.</summary>
    public int EncodedSize => _bytes.Length;

    /// <summary>The bytes of one frame.</summary>
    public ReadOnlySpan<byte> this[int frame]
    {
        get
        {
            var (offset, length) = _frames[frame];
            return _bytes.Slice(offset, length);
        }
    }

    /// <summary>
    /// The encoded frames from this one to the last, headers and MORE flags as they came: ready to be forwarded. Nothing from the count on.
    /// </summary>
    public ReadOnlySpan<byte> From(int frame) => frame >= Count ? [] : _bytes[(frame == 0 ? 0 : _frames[frame - 1].End)..];

    /// <summary>A copy of the frames from this one to the last.</summary>
    public Frames ToFrames(int from = 0)
    {
        if (from >= Count) return Frames.None;
        Span<int> sizes = Count - from <= 64 ? stackalloc int[Count - from] : new int[Count - from];
        for (var i = 0; i < sizes.Length; i++) sizes[i] = _frames[from + i].Length;
        return Frames.Create(sizes, new Tail(this, from), static (i, frame, tail) => tail.Message[tail.From + i].CopyTo(frame));
    }

    private readonly ref struct Tail(ZmtpMessage message, int from)
    {
        public readonly ZmtpMessage Message = message;
        public readonly int From = from;
    }
}
