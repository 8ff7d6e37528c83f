using System.Buffers.Binary;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Zmtp;

/// <summary>Frames on the wire: a byte of flags, the size in one byte or eight, the body (RFC 37, "Framing").</summary>
internal static class ZmtpFrame
{
    public const byte More = 1;
    public const byte Long = 2;
    public const byte Command = 4;
    public const int LargestHeader = 9;

    public static int HeaderSize(long bodySize) => bodySize <= byte.MaxValue ? 2 : LargestHeader;

    /// <summary>Size of the header that begins with these flags.</summary>
    public static int HeaderSize(byte flags) => (flags & Long) == 0 ? 2 : LargestHeader;

    /// <summary>Writes a header.</summary>
    /// <returns>Its size.</returns>
    public static int WriteHeader(Span<byte> output, long bodySize, byte flags)
    {
        if (bodySize <= byte.MaxValue)
        {
            output[1] = (byte)bodySize;
            output[0] = flags;
            return 2;
        }

        BinaryPrimitives.WriteInt64BigEndian(output[1..LargestHeader], bodySize);
        output[0] = (byte)(flags | Long);
        return LargestHeader;
    }

    /// <summary>Writes a whole command.</summary>
    /// <returns>Its size.</returns>
    public static int WriteCommand(Span<byte> output, ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        var at = WriteHeader(output, 1 + name.Length + data.Length, Command);
        output[at++] = (byte)name.Length;
        name.CopyTo(output[at..]);
        data.CopyTo(output[(at + name.Length)..]);
        return at + name.Length + data.Length;
    }

    /// <summary>The size of the first of these encoded frames, header and all.</summary>
    public static int SizeOf(ReadOnlySpan<byte> frames) =>
        (frames[0] & Long) == 0 ? 2 + frames[1] : LargestHeader + (int)BinaryPrimitives.ReadInt64BigEndian(frames[1..]);

    /// <summary>The size of a message on the wire.</summary>
    public static int SizeOf(in Frames message)
    {
        var size = message.Size;
        for (var i = 0; i < message.Count; i++) size = checked(size + HeaderSize((long)message[i].Length));
        return size;
    }

    /// <summary>Writes a message, which has at least one frame.</summary>
    public static void Write(Span<byte> output, in Frames message)
    {
        var at = 0;
        for (var i = 0; i < message.Count; i++)
        {
            var frame = message[i].Span;
            at += WriteHeader(output[at..], frame.Length, i + 1 < message.Count ? More : (byte)0);
            frame.CopyTo(output[at..]);
            at += frame.Length;
        }
    }
}
