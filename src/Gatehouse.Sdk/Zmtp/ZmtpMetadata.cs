using System.Buffers.Binary;
using System.Text;

namespace Gatehouse.Sdk.Zmtp;

/// <summary>What READY and INITIATE tell of a socket: properties, whose names are compared without case (RFC 37, "Metadata").</summary>
internal static class ZmtpMetadata
{
    private const int LongestIdentity = 255;

    public static byte[] Write(ZmtpSocketType type, ReadOnlySpan<byte> identity)
    {
        var output = new byte[64 + identity.Length];
        var size = Write(output, "Socket-Type"u8, type.Name());
        // As libzmq does: these three have an identity, though it be empty.
        if (type is ZmtpSocketType.Req or ZmtpSocketType.Dealer or ZmtpSocketType.Router)
        {
            size += Write(output.AsSpan(size), "Identity"u8, identity);
        }

        return output[..size];
    }

    /// <summary>Reads properties; those with other names are passed over, of two with the same name the last one counts.</summary>
    public static ZmtpFault Read(ReadOnlySpan<byte> data, out ZmtpSocketType type, out ReadOnlySpan<byte> identity)
    {
        type = default;
        identity = default;
        var (hasType, isKnown) = (false, false);
        while (!data.IsEmpty)
        {
            var nameSize = data[0];
            if (nameSize == 0 || data.Length < 1 + nameSize + sizeof(uint)) return ZmtpFault.BadReady;
            var name = data.Slice(1, nameSize);
            var valueSize = BinaryPrimitives.ReadUInt32BigEndian(data[(1 + nameSize)..]);
            data = data[(1 + nameSize + sizeof(uint))..];
            if (valueSize > data.Length) return ZmtpFault.BadReady;
            var value = data[..(int)valueSize];
            data = data[(int)valueSize..];
            if (Ascii.EqualsIgnoreCase(name, "Socket-Type"u8))
            {
                hasType = true;
                isKnown = ZmtpSocketTypes.TryParse(value, out type);
            }
            else if (Ascii.EqualsIgnoreCase(name, "Identity"u8))
            {
                if (value.Length > LongestIdentity) return ZmtpFault.BadReady;
                identity = value;
            }
        }

        return !hasType ? ZmtpFault.BadReady : isKnown ? ZmtpFault.None : ZmtpFault.IncompatibleSocket;
    }

    private static int Write(Span<byte> output, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        output[0] = (byte)name.Length;
        name.CopyTo(output[1..]);
        BinaryPrimitives.WriteInt32BigEndian(output[(1 + name.Length)..], value.Length);
        value.CopyTo(output[(1 + name.Length + sizeof(int))..]);
        return 1 + name.Length + sizeof(int) + value.Length;
    }
}
