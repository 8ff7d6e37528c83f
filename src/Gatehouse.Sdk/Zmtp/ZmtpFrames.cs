using System.Buffers.Binary;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Zmtp;

/// <summary>
/// Frames as they are encoded on the wire: a byte of flags, the length in one byte or in eight, the bytes. Pure; the limits are whose
/// connection it is (RFC 37, "Framing").
/// </summary>
internal static class ZmtpFrames
{
    public const byte More = 1, Long = 2, Command = 4;

    /// <summary>The longest header: flags and eight bytes of length.</summary>
    public const int MaxHead = 9;

    private const int ShortHead = 2;

    /// <summary>What the header of a frame of this length takes.</summary>
    public static int HeadSize(int length) => length <= byte.MaxValue ? ShortHead : MaxHead;

    /// <summary>What the header takes that begins with these flags.</summary>
    public static int HeadSizeOf(byte flags) => (flags & Long) == 0 ? ShortHead : MaxHead;

    /// <summary>What the first of these encoded frames takes, with its header.</summary>
    public static int SizeOf(ReadOnlySpan<byte> encoded) =>
        (encoded[0] & Long) == 0 ? ShortHead + encoded[1] : MaxHead + (int)BinaryPrimitives.ReadInt64BigEndian(encoded[1..]);

    /// <summary>What a frame of this length takes, with its header.</summary>
    public static int Size(int length) => checked(HeadSize(length) + length);

    /// <summary>What these frames take, with their headers.</summary>
    public static int Size(in Frames frames)
    {
        var size = 0;
        for (var i = 0; i < frames.Count; i++) size = checked(size + Size(frames[i].Length));
        return size;
    }

    /// <summary>Writes a header; returns how many bytes that took.</summary>
    public static int WriteHead(Span<byte> to, int length, bool more)
    {
        if (length <= byte.MaxValue)
        {
            to[0] = more ? More : (byte)0;
            to[1] = (byte)length;
            return ShortHead;
        }
        to[0] = more ? (byte)(Long | More) : Long;
        BinaryPrimitives.WriteInt64BigEndian(to[1..], length);
        return MaxHead;
    }

    /// <summary>Writes a frame with its header; returns how many bytes that took.</summary>
    public static int Write(Span<byte> to, ReadOnlySpan<byte> frame, bool more)
    {
        var head = WriteHead(to, frame.Length, more);
        frame.CopyTo(to[head..]);
        return head + frame.Length;
    }

    /// <summary>Writes frames; returns how many bytes that took.</summary>
    /// <param name="to">Has room for <see cref="Size(in Frames)"/> bytes.</param>
    /// <param name="frames">What is written.</param>
    /// <param name="more">Whether others follow the last one.</param>
    public static int Write(Span<byte> to, in Frames frames, bool more = false)
    {
        var used = 0;
        for (var i = 0; i < frames.Count; i++) used += Write(to[used..], frames[i].Span, more || i + 1 < frames.Count);
        return used;
    }

    /// <summary>Writes a whole command; returns how many bytes that took.</summary>
    public static int WriteCommand(Span<byte> to, ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        var at = WriteHead(to, 1 + name.Length + data.Length, more: false);
        to[0] |= Command;
        to[at++] = (byte)name.Length;
        name.CopyTo(to[at..]);
        data.CopyTo(to[(at + name.Length)..]);
        return at + name.Length + data.Length;
    }

    /// <summary>A message in a buffer of its own.</summary>
    public static byte[] Encode(in Frames frames)
    {
        var bytes = new byte[Size(frames)];
        Write(bytes, frames);
        return bytes;
    }

    /// <summary>A copy of the frames of an encoded message that is known to be whole.</summary>
    /// <exception cref="ArgumentException">It is not.</exception>
    public static Frames Decode(ReadOnlySpan<byte> bytes)
    {
        var ends = new int[16];
        while (true)
        {
            if (TryRead(bytes, ends, out var message)) return message.ToFrames();
            // A frame takes two bytes at the least.
            if (ends.Length > bytes.Length / ShortHead) throw new ArgumentException("The bytes are no whole message.", nameof(bytes));
            ends = new int[ends.Length * 4];
        }
    }

    /// <summary>
    /// Finds the frames of the message that the bytes begin with. False when the message is not whole, has a command or reserved flags in
    /// it, or more frames than there is room for.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, Span<int> ends, out ZmtpMessage message)
    {
        message = default;
        var at = 0;
        for (var count = 0; count < ends.Length; count++)
        {
            if (bytes.Length - at < ShortHead) return false;
            var flags = bytes[at];
            if (flags > (More | Long)) return false;
            long length = bytes[at + 1];
            var head = ShortHead;
            if ((flags & Long) != 0)
            {
                if (bytes.Length - at < MaxHead) return false;
                length = BinaryPrimitives.ReadInt64BigEndian(bytes[(at + 1)..]);
                head = MaxHead;
            }
            if ((ulong)length > (ulong)(bytes.Length - at - head)) return false;
            at += head + (int)length;
            ends[count] = at;
            if ((flags & More) != 0) continue;
            message = new ZmtpMessage(bytes[..at], ends[..(count + 1)]);
            return true;
        }
        return false;
    }
}
