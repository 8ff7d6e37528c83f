using System.Buffers.Binary;
using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp;

namespace Gatehouse.Sdk.Clone;

/// <summary>
/// An update, an item of a snapshot, the end of one (KTHXBAI) or a heartbeat (HUGZ) as it lies in the buffer, read from either form and
/// either width (RFC 12, "Commands").
/// </summary>
internal readonly ref struct KvMessage
{
    private KvMessage(
        KvForm form, ReadOnlySpan<byte> key, ReadOnlySpan<byte> sequence, ReadOnlySpan<byte> uuid, ReadOnlySpan<byte> properties,
        ReadOnlySpan<byte> body)
    {
        Form = form;
        Width = sequence.Length;
        Sequence = Width == Kv.ShortWidth ? BinaryPrimitives.ReadInt32BigEndian(sequence) : BinaryPrimitives.ReadInt64BigEndian(sequence);
        Key = key;
        Uuid = uuid;
        Properties = properties;
        Body = body;
    }

    public KvForm Form { get; }

    /// <summary>As it stands on the wire, where nothing says what a key may be.</summary>
    public ReadOnlySpan<byte> Key { get; }

    /// <summary>Signed; publishers mostly send 0.</summary>
    public long Sequence { get; }

    /// <summary>The bytes of the sequence number: 4 or 8.</summary>
    public int Width { get; }

    /// <summary>16 bytes, or none; none in the short form.</summary>
    public ReadOnlySpan<byte> Uuid { get; }

    /// <summary>For <see cref="KvProperties"/>; none in the short form.</summary>
    public ReadOnlySpan<byte> Properties { get; }

    /// <summary>The value; one without bytes deletes the key.</summary>
    public ReadOnlySpan<byte> Body { get; }

    /// <summary>Whether it ends a snapshot; its number is the highest that the snapshot covers.</summary>
    public bool IsGoodbye => Key.SequenceEqual(Kv.Goodbye);

    /// <summary>Whether it says no more than that the server is there; its number means nothing.</summary>
    public bool IsHeartbeat => Key.SequenceEqual(Kv.Heartbeat);

    /// <summary>Reads a message; anything but <see cref="KvFault.None"/> says why it is none.</summary>
    public static KvFault TryRead(in ZmtpMessage message, out KvMessage kv)
    {
        kv = default;
        return message.Count switch
        {
            Kv.ShortFrames => Read(KvForm.Short, message[0], message[1], [], [], message[2], out kv),
            Kv.FullFrames => Read(KvForm.Full, message[0], message[1], message[2], message[3], message[4], out kv),
            _ => KvFault.FrameCount,
        };
    }

    /// <inheritdoc cref="TryRead(in ZmtpMessage, out KvMessage)"/>
    public static KvFault TryRead(in Frames message, out KvMessage kv)
    {
        kv = default;
        return message.Count switch
        {
            Kv.ShortFrames => Read(KvForm.Short, message[0].Span, message[1].Span, [], [], message[2].Span, out kv),
            Kv.FullFrames =>
                Read(KvForm.Full, message[0].Span, message[1].Span, message[2].Span, message[3].Span, message[4].Span, out kv),
            _ => KvFault.FrameCount,
        };
    }

    private static KvFault Read(
        KvForm form, ReadOnlySpan<byte> key, ReadOnlySpan<byte> sequence, ReadOnlySpan<byte> uuid, ReadOnlySpan<byte> properties,
        ReadOnlySpan<byte> body, out KvMessage kv)
    {
        kv = default;
        if (sequence.Length is not (Kv.ShortWidth or Kv.LongWidth)) return KvFault.SequenceWidth;
        if (uuid.Length is not (0 or Kv.UuidSize)) return KvFault.UuidSize;
        if (!KvProperties.IsValid(properties)) return KvFault.BadProperties;
        kv = new KvMessage(form, key, sequence, uuid, properties, body);
        return KvFault.None;
    }
}
