using System.Buffers.Binary;
using Gatehouse.Sdk.Zmtp;

namespace Gatehouse.Sdk.Clone;

/// <summary>
/// Writes what stands before the body, as encoded frames, and the header of the body's frame: the body itself goes behind it as it is.
/// HUGZ and KTHXBAI are written so too, by their keys.
/// </summary>
internal static class KvHead
{
    /// <summary>What a head takes.</summary>
    /// <param name="form">How many frames the message has.</param>
    /// <param name="width">The bytes of the sequence number: 4 or 8.</param>
    /// <param name="key">Bytes of the key.</param>
    /// <param name="uuid">Bytes of the uuid; the short form has none.</param>
    /// <param name="properties">Bytes of the properties; the short form has none.</param>
    /// <param name="body">Bytes of the body, which are not counted; the header before them is.</param>
    public static int Size(KvForm form, int width, int key, int uuid, int properties, int body)
    {
        var size = checked(ZmtpFrames.Size(key) + ZmtpFrames.Size(width) + ZmtpFrames.HeadSize(body));
        return form == KvForm.Short ? size : checked(size + ZmtpFrames.Size(uuid) + ZmtpFrames.Size(properties));
    }

    /// <summary>Writes a head; returns how many bytes that took.</summary>
    /// <param name="to">Has room for <see cref="Size"/> bytes.</param>
    /// <param name="form">How many frames the message has.</param>
    /// <param name="width">The bytes of the sequence number: 4 or 8.</param>
    /// <param name="key">The key.</param>
    /// <param name="sequence">Its number, which the width must hold.</param>
    /// <param name="uuid">16 bytes or none; left out of the short form.</param>
    /// <param name="properties">Lines as <see cref="KvProperties"/> writes them; left out of the short form.</param>
    /// <param name="bodyLength">Bytes of the body that follows.</param>
    /// <exception cref="OverflowException">The number is too large for the width.</exception>
    public static int Write(
        Span<byte> to, KvForm form, int width, ReadOnlySpan<byte> key, long sequence, ReadOnlySpan<byte> uuid,
        ReadOnlySpan<byte> properties, int bodyLength)
    {
        var at = ZmtpFrames.Write(to, key, more: true);
        at += ZmtpFrames.WriteHead(to[at..], width, more: true);
        at += WriteSequence(to[at..], width, sequence);
        if (form == KvForm.Full)
        {
            at += ZmtpFrames.Write(to[at..], uuid, more: true);
            at += ZmtpFrames.Write(to[at..], properties, more: true);
        }
        return at + ZmtpFrames.WriteHead(to[at..], bodyLength, more: false);
    }

    /// <summary>Writes a sequence number; returns its width.</summary>
    public static int WriteSequence(Span<byte> to, int width, long sequence)
    {
        if (width == Kv.ShortWidth) BinaryPrimitives.WriteInt32BigEndian(to, checked((int)sequence));
        else if (width == Kv.LongWidth) BinaryPrimitives.WriteInt64BigEndian(to, sequence);
        else throw new ArgumentOutOfRangeException(nameof(width), width, "A sequence number has 4 bytes or 8.");
        return width;
    }
}
