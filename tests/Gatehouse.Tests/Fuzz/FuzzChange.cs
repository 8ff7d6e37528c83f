using Gatehouse.Sdk.Zmtp;

namespace Gatehouse.Tests.Fuzz;

/// <summary>One change to an encoded message: to its frames, or to its bytes.</summary>
internal static class FuzzChange
{
    public static ReadOnlySpan<byte> Make(byte[] message, ref byte[] room, int[] frames, Random random)
    {
        if (message.Length == 0 || !ZmtpFrames.TryRead(message, frames, out var read)) return message;
        if (room.Length < message.Length * 3) room = new byte[message.Length * 3];
        var at = random.Next(read.Count);
        var how = random.Next(8);
        var used = 0;
        for (var i = 0; i < read.Count; i++)
        {
            var more = i + 1 < read.Count;
            switch (how)
            {
                case 0 when i == at:
                    break;
                case 1 when i == at:
                    used += ZmtpFrames.Write(room.AsSpan(used), read[i], more: true);
                    used += ZmtpFrames.Write(room.AsSpan(used), read[i], more);
                    break;
                case 2 when at > 0 && (i == at || i == at - 1):
                    used += ZmtpFrames.Write(room.AsSpan(used), read[i == at ? at - 1 : at], more);
                    break;
                case 3 when i == at:
                    used += ZmtpFrames.Write(room.AsSpan(used), read[i][..random.Next(read[i].Length + 1)], more);
                    break;
                case 4 when i == at && read[i].Length > 0:
                    var frame = used + ZmtpFrames.HeadSize(read[i].Length);
                    used += ZmtpFrames.Write(room.AsSpan(used), read[i], more);
                    room[frame + random.Next(read[i].Length)] ^= (byte)(1 << random.Next(8));
                    break;
                case 5 when i == at:
                    Span<byte> small = [(byte)random.Next(12)];
                    used += ZmtpFrames.Write(room.AsSpan(used), small, more);
                    break;
                case 6 when i == at:
                    // All that follows is cut off.
                    used += ZmtpFrames.Write(room.AsSpan(used), read[i], more: false);
                    return room.AsSpan(0, used);
                case 7 when i == at:
                    used += ZmtpFrames.Write(room.AsSpan(used), read[random.Next(read.Count)], more);
                    break;
                default:
                    used += ZmtpFrames.Write(room.AsSpan(used), read[i], more);
                    break;
            }
        }
        if (used == 0) return ReadOnlySpan<byte>.Empty;
        // A dropped last frame leaves a message that never ends: end it.
        if (how == 0 && at == read.Count - 1) EndEarlier(room.AsSpan(0, used));
        return room.AsSpan(0, used);
    }

    /// <summary>One byte changed, lost, added or said again, with three behind it.</summary>
    public static ReadOnlySpan<byte> MakeOfBytes(ReadOnlySpan<byte> bytes, ref byte[] room, Random random)
    {
        if (bytes.IsEmpty) return bytes;
        if (room.Length < bytes.Length + 8) room = new byte[bytes.Length + 8];
        var at = random.Next(bytes.Length);
        bytes[..at].CopyTo(room);
        var (again, skipped) = random.Next(5) switch
        {
            0 => (0, 1),
            1 => (Math.Min(4, bytes.Length - at), 0),
            2 => (1, 0),
            _ => (0, 0),
        };
        bytes.Slice(at, again).CopyTo(room.AsSpan(at));
        bytes[(at + skipped)..].CopyTo(room.AsSpan(at + again));
        var size = bytes.Length + again - skipped;
        if (again == 0 && skipped == 0) room[at] = random.Next(2) == 0 ? (byte)random.Next(256) : (byte)(bytes[at] ^ (1 << random.Next(8)));
        return room.AsSpan(0, size);
    }

    private static void EndEarlier(Span<byte> bytes)
    {
        for (var at = 0; at < bytes.Length;)
        {
            var length = (bytes[at] & ZmtpFrames.Long) == 0
                ? 2 + bytes[at + 1]
                : ZmtpFrames.MaxHead + (int)System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(bytes[(at + 1)..]);
            if (at + length == bytes.Length) bytes[at] &= unchecked((byte)~ZmtpFrames.More);
            at += length;
        }
    }
}
