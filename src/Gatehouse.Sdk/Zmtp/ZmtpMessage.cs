using System.Runtime.CompilerServices;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Zmtp;

/// <summary>A whole message as it lies in the receive buffer; valid during the call that hands it over.</summary>
internal readonly ref struct ZmtpMessage
{
    private readonly ReadOnlySpan<byte> _encoded;
    private readonly ReadOnlySpan<int> _ends;

    /// <summary>Looks at encoded frames.</summary>
    /// <param name="encoded">They and nothing else.</param>
    /// <param name="ends">Where each one ends in them.</param>
    public ZmtpMessage(ReadOnlySpan<byte> encoded, ReadOnlySpan<int> ends)
    {
        _encoded = encoded;
        _ends = ends;
    }

    /// <summary>How many frames, at least one.</summary>
    public int Count => _ends.Length;

    /// <summary>The bytes of all its frames, with their headers.</summary>
    public int EncodedSize => _encoded.Length;

    /// <summary>The body of a frame.</summary>
    public ReadOnlySpan<byte> this[int frame]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            var start = frame == 0 ? 0 : _ends[frame - 1];
            start += ZmtpFrames.HeadSizeOf(_encoded[start]);
            return _encoded[start.._ends[frame]];
        }
    }

    /// <summary>The frames from this one to the last, encoded: to be forwarded as they are. Empty from <see cref="Count"/> on.</summary>
    public ReadOnlySpan<byte> From(int frame) => frame == 0 ? _encoded : frame >= Count ? [] : _encoded[_ends[frame - 1]..];

    /// <summary>A copy of the frames from this one on.</summary>
    public Frames ToFrames(int from = 0)
    {
        var count = Math.Max(0, Count - from);
        Span<int> sizes = count <= 64 ? stackalloc int[count] : new int[count];
        for (var i = 0; i < count; i++) sizes[i] = this[from + i].Length;
        return Frames.Create(sizes, new Source(this, from), static (i, frame, source) => source.Message[source.From + i].CopyTo(frame));
    }

    private readonly ref struct Source(ZmtpMessage message, int from)
    {
        public readonly ZmtpMessage Message = message;
        public readonly int From = from;
    }
}
