using System.Buffers;
using Gatehouse.Sdk.Io;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Zmtp;

/// <summary>What a mechanism may do with the conversation that it secures.</summary>
internal interface IZmtpHandshake
{
    /// <summary>The properties of this side's socket, for READY or INITIATE.</summary>
    ReadOnlySpan<byte> Metadata { get; }

    void Send(ReadOnlySpan<byte> command, ReadOnlySpan<byte> data);

    /// <summary>Takes the properties of the peer's socket.</summary>
    ZmtpFault TakeMetadata(ReadOnlySpan<byte> metadata);
}

/// <summary>
/// How two peers come to trust each other, from the greetings until both are ready; a mechanism may also seal every frame from then on.
/// One per conversation; <see cref="Start"/> begins the next one.
/// </summary>
internal abstract class ZmtpMechanism
{
    /// <summary>Its name in the greeting.</summary>
    public abstract ReadOnlySpan<byte> Name { get; }

    /// <summary>Whether this side judges the other.</summary>
    public virtual bool IsServer => false;

    /// <summary>Whether both sides are ready, so that messages may follow.</summary>
    public bool IsDone { get; protected set; }

    /// <summary>Whether frames are sealed after the handshake.</summary>
    public virtual bool Seals => false;

    /// <summary>Both greetings are there. A client speaks now.</summary>
    public virtual void Start(IZmtpHandshake handshake) => IsDone = false;

    /// <summary>Takes the next command of the handshake.</summary>
    public abstract ZmtpFault Take(ReadOnlySpan<byte> command, ReadOnlySpan<byte> data, IZmtpHandshake handshake);

    /// <summary>Opens a sealed frame where it lies: the plain one, encoded, ends where the sealed one ended.</summary>
    /// <returns>By how many bytes it begins later; -1 when the seal is wrong.</returns>
    public virtual int Open(Span<byte> frame) => 0;

    /// <summary>How large an encoded frame is once it is sealed.</summary>
    public virtual int SealedSize(int frameSize) => frameSize;

    /// <summary>Seals an encoded frame.</summary>
    public virtual void Seal(ReadOnlySpan<byte> frame, Span<byte> output) => frame.CopyTo(output);

    /// <summary>Appends encoded frames in two parts, each sealed if frames are; one may begin in a part and end in the other.</summary>
    public void Append(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, ref PooledBuffer output)
    {
        if (Seals)
        {
            Seal(head, body, ref output);
            return;
        }

        output.Reserve(head.Length + body.Length);
        output.Append(head);
        output.Append(body);
    }

    /// <summary>Appends a message, of that size when it is encoded.</summary>
    public void Append(in Frames message, int size, ref PooledBuffer output)
    {
        if (Seals)
        {
            var encoded = ArrayPool<byte>.Shared.Rent(size);
            ZmtpFrames.Write(encoded, message);
            Seal(encoded.AsSpan(0, size), default, ref output);
            ArrayPool<byte>.Shared.Return(encoded);
            return;
        }

        output.Reserve(size);
        ZmtpFrames.Write(output.Free, message);
        output.Commit(size);
    }

    /// <summary>What either side may get in place of the command that it expects.</summary>
    protected static bool IsError(ReadOnlySpan<byte> command) => command.SequenceEqual("ERROR"u8);

    private void Seal(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, ref PooledBuffer output)
    {
        var joined = ArrayPool<byte>.Shared.Rent(head.Length + body.Length);
        head.CopyTo(joined);
        body.CopyTo(joined.AsSpan(head.Length));
        ReadOnlySpan<byte> rest = joined.AsSpan(0, head.Length + body.Length);
        while (!rest.IsEmpty)
        {
            var frame = rest[..ZmtpFrames.SizeOf(rest)];
            var size = SealedSize(frame.Length);
            output.Reserve(size);
            Seal(frame, output.Free[..size]);
            output.Commit(size);
            rest = rest[frame.Length..];
        }

        ArrayPool<byte>.Shared.Return(joined);
    }
}

/// <summary>No security: each side says READY (RFC 37, "The NULL Security Mechanism").</summary>
/// <param name="listensFirst">Says READY only after the peer has, for what it says depends on who the peer is.</param>
internal sealed class NullMechanism(bool listensFirst = false) : ZmtpMechanism
{
    public override ReadOnlySpan<byte> Name => "NULL"u8;

    public override void Start(IZmtpHandshake handshake)
    {
        base.Start(handshake);
        if (!listensFirst) handshake.Send("READY"u8, handshake.Metadata);
    }

    public override ZmtpFault Take(ReadOnlySpan<byte> command, ReadOnlySpan<byte> data, IZmtpHandshake handshake)
    {
        if (IsError(command)) return ZmtpFault.PeerRefused;
        if (!command.SequenceEqual("READY"u8)) return ZmtpFault.ReadyExpected;
        IsDone = true;
        var fault = handshake.TakeMetadata(data);
        if (listensFirst && fault == ZmtpFault.None) handshake.Send("READY"u8, handshake.Metadata);
        return fault;
    }
}
