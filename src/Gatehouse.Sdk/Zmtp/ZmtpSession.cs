using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Gatehouse.Sdk.Zmtp;

/// <summary>What a conversation leads to. Called while it consumes bytes.</summary>
internal interface IZmtpSink
{
    /// <summary>Bytes for the peer: greeting, handshake, PONG.</summary>
    void Send(ReadOnlySpan<byte> bytes);

    /// <summary>The handshake is done: messages may go both ways.</summary>
    void Ready();

    void Message(in ZmtpMessage message);

    /// <summary>The peer of a publisher subscribes, or cancels; by a command or by the older message.</summary>
    void Subscription(bool isSubscribed, ReadOnlySpan<byte> topic);

    /// <summary>The peer asks to be heard of; silent for so many tenths of a second (0: any) it shall be given up.</summary>
    void Pinged(ushort timeToLive);
}

/// <summary>What all conversations of a socket have in common.</summary>
/// <param name="type">What the socket is.</param>
/// <param name="identity">What it calls itself.</param>
/// <param name="maxMessageSize">See <see cref="ZmtpOptions.MaxMessageSize"/>.</param>
/// <param name="maxFrames">See <see cref="ZmtpOptions.MaxFrames"/>.</param>
/// <param name="takesPublishers">See <see cref="ZmtpOptions.TakesPublishers"/>.</param>
internal sealed class ZmtpTerms(
    ZmtpSocketType type, ReadOnlySpan<byte> identity, long maxMessageSize, int maxFrames, bool takesPublishers = false)
{
    private readonly byte[] _metadata = ZmtpMetadata.Write(type, identity);
    private readonly byte[]? _subscriber = takesPublishers ? ZmtpMetadata.Write(ZmtpSocketType.Sub, identity) : null;

    public ZmtpSocketType Type { get; } = type;

    public long MaxMessageSize { get; } = maxMessageSize;

    public int MaxFrames { get; } = maxFrames;

    public bool CanTalkTo(ZmtpSocketType peer) =>
        Type.CanTalkTo(peer) || (_subscriber is not null && ZmtpSocketType.Sub.CanTalkTo(peer));

    /// <summary>What a peer of that type is told of this socket.</summary>
    public ReadOnlySpan<byte> MetadataFor(ZmtpSocketType peer) => _subscriber is null || Type.CanTalkTo(peer) ? _metadata : _subscriber;
}

/// <summary>
/// One conversation in ZMTP 3.1 or 3.0, pure: bytes in, events and bytes out. Fed with what was received, it takes whole messages and
/// whole commands; the caller keeps the rest, unchanged, and passes it again with more behind it. Of a message that is not complete it
/// remembers how far it looked, so that the cost of a message is linear however it is cut.
/// </summary>
internal sealed class ZmtpSession : IZmtpHandshake
{
    private const int MaxHandshakeCommand = 8 * 1024;
    private const int MaxCommand = 64 * 1024;
    private const int MaxHoles = 4096;
    private const int FewFrames = 8;
    private readonly ZmtpTerms _terms;
    private readonly ZmtpMechanism _mechanism;
    private readonly IZmtpSink _sink;
    private readonly byte[] _greeting;
    private ZmtpStage _stage;
    private bool _isHalted;

    // Of the message that is not complete yet, from its first byte: how far it is read, where its frames end, what lies between them.
    private int _scanned;
    private int[] _ends;
    private int _count;
    private long _size;
    private List<(int Start, int Size)>? _holes;

    public ZmtpSession(ZmtpTerms terms, ZmtpMechanism mechanism, IZmtpSink sink)
    {
        (_terms, _mechanism, _sink) = (terms, mechanism, sink);
        _greeting = ZmtpGreeting.Write(mechanism.Name, mechanism.IsServer);
        _ends = NewEnds();
    }

    public ZmtpStage Stage => _stage;

    /// <summary>Why the conversation ended; it takes nothing more then.</summary>
    public ZmtpFault Fault { get; private set; }

    public ZmtpSocketType PeerType { get; private set; }

    /// <summary>What the peer calls itself; empty when it does not.</summary>
    public byte[] PeerIdentity { get; private set; } = [];

    /// <summary>The second digit of the peer's version: 0 does not know PING and SUBSCRIBE.</summary>
    public byte PeerMinor { get; private set; }

    /// <summary>How many bytes, counted from the first that was not taken, must be there before more can be taken.</summary>
    public int Wanted { get; private set; }

    /// <summary>The mechanism, for who seals what he sends.</summary>
    public ZmtpMechanism Mechanism => _mechanism;

    ReadOnlySpan<byte> IZmtpHandshake.Metadata => _terms.MetadataFor(PeerType);

    /// <summary>Begins a conversation; also a new one, after another.</summary>
    public void Start()
    {
        (_stage, Fault, PeerType, PeerMinor, Wanted) = (ZmtpStage.Greeting, ZmtpFault.None, default, 0, ZmtpGreeting.Size);
        PeerIdentity = [];
        _isHalted = false;
        Forget();
        _sink.Send(_greeting);
    }

    /// <summary>Takes no more than the present message, until <see cref="Consume"/> is called again.</summary>
    public void Halt() => _isHalted = true;

    /// <summary>Takes what is complete.</summary>
    /// <param name="input">What was left by the last call, and what came since. Changed where a message must be closed up.</param>
    /// <returns>How many bytes it is done with; all of them after a fault.</returns>
    public int Consume(Span<byte> input)
    {
        _isHalted = false;
        var used = 0;
        if (_stage == ZmtpStage.Greeting) used = Greet(input);
        if (_stage == ZmtpStage.Handshake) used = ShakeHands(input, used);
        if (_stage == ZmtpStage.Traffic && !_isHalted) used += Read(input[used..]);
        return Fault == ZmtpFault.None ? used : input.Length;
    }

    void IZmtpHandshake.Send(ReadOnlySpan<byte> command, ReadOnlySpan<byte> data)
    {
        Span<byte> output = stackalloc byte[ZmtpFrames.MaxHead + 1 + command.Length + data.Length];
        _sink.Send(output[..ZmtpFrames.WriteCommand(output, command, data)]);
    }

    ZmtpFault IZmtpHandshake.TakeMetadata(ReadOnlySpan<byte> metadata)
    {
        var fault = ZmtpMetadata.Read(metadata, out var type, out var identity);
        if (fault == ZmtpFault.None && !_terms.CanTalkTo(type)) fault = ZmtpFault.IncompatibleSocket;
        if (fault == ZmtpFault.IncompatibleSocket) ((IZmtpHandshake)this).Send("ERROR"u8, "\u001fInvalid socket type combination"u8);
        PeerType = type;
        PeerIdentity = identity.IsEmpty ? [] : identity.ToArray();
        return fault;
    }

    private int Greet(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty) return 0;
        var fault = ZmtpGreeting.Read(input, _mechanism, out var minor);
        if (fault != ZmtpFault.None) return Fail(fault);
        if (input.Length < ZmtpGreeting.Size) return 0;
        PeerMinor = minor;
        _stage = ZmtpStage.Handshake;
        _mechanism.Start(this);
        return ZmtpGreeting.Size;
    }

    private int ShakeHands(ReadOnlySpan<byte> input, int used)
    {
        while (_stage == ZmtpStage.Handshake)
        {
            var rest = input[used..];
            Wanted = 2;
            if (rest.Length < 2) break;
            var flags = rest[0];
            if ((flags & ZmtpFrames.Command) == 0 || flags > (ZmtpFrames.Command | ZmtpFrames.Long | ZmtpFrames.More))
            {
                return Fail(flags > 7 ? ZmtpFault.ReservedFlags : ZmtpFault.ReadyExpected);
            }

            if ((flags & ZmtpFrames.More) != 0) return Fail(ZmtpFault.ReservedFlags);
            var isComplete = TryReadHeader(rest, flags, out var header, out var size);
            Wanted = header;
            if (!isComplete) break;
            if (size > MaxHandshakeCommand) return Fail(ZmtpFault.CommandTooLong);
            Wanted = header + (int)size;
            if (rest.Length < Wanted) break;
            if (!ZmtpCommand.TryRead(rest.Slice(header, (int)size), out var command)) return Fail(ZmtpFault.BadCommand);
            var fault = _mechanism.Take(command.Name, command.Data, this);
            if (fault != ZmtpFault.None) return Fail(fault);
            used += header + (int)size;
            if (!_mechanism.IsDone) continue;
            _stage = ZmtpStage.Traffic;
            _sink.Ready();
        }

        return used;
    }

    // The hot path: one pass over the headers of a message, then its owner has it where it lies.
    private int Read(Span<byte> input)
    {
        var start = 0;
        var at = _scanned;
        while (true)
        {
            Wanted = at - start + 2;
            if (input.Length - at < 2) break;
            var flags = input[at];
            if (flags > 7 || (flags & 5) == 5) return Fail(ZmtpFault.ReservedFlags);
            if (!TryReadHeader(input[at..], flags, out var header, out var size))
            {
                Wanted = at - start + header;
                break;
            }

            if ((flags & ZmtpFrames.Command) != 0 ? size > MaxCommand : (ulong)size > (ulong)_terms.MaxMessageSize)
            {
                return Fail((flags & ZmtpFrames.Command) != 0 ? ZmtpFault.CommandTooLong : ZmtpFault.FrameTooLong);
            }

            if (_size + size > _terms.MaxMessageSize) return Fail(ZmtpFault.MessageTooLong);
            var end = at + header + (int)size;
            Wanted = end - start;
            if (input.Length < end) break;
            if (_mechanism.Seals && !TryOpen(input[at..end], ref start, ref at, ref flags)) return Fail(ZmtpFault.BadSeal);
            if ((flags & ZmtpFrames.Command) != 0)
            {
                var body = input[(at + ZmtpFrames.HeadSizeOf(flags))..end];
                if (!TryObey(body)) return Fail(ZmtpFault.BadCommand);
                if (!TrySkip(ref start, at, end)) return Fail(ZmtpFault.TooManyCommands);
                _size += _count == 0 ? 0 : size;
                at = end;
                if (_isHalted) break;
                continue;
            }

            if (_count == _ends.Length && !TryGrow()) return Fail(ZmtpFault.TooManyFrames);
            _ends[_count++] = end - start;
            _size += size;
            at = end;
            if ((flags & ZmtpFrames.More) != 0) continue;
            Deliver(input[start..end]);
            Forget();
            start = at;
            if (_isHalted) break;
        }

        _scanned = at - start;
        return start;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryReadHeader(ReadOnlySpan<byte> input, byte flags, out int header, out long size)
    {
        if ((flags & ZmtpFrames.Long) == 0)
        {
            (header, size) = (2, input[1]);
            return true;
        }

        (header, size) = (ZmtpFrames.MaxHead, 0);
        if (input.Length < ZmtpFrames.MaxHead) return false;
        // A size beyond 2^63 is too long like any other.
        size = (long)Math.Min(BinaryPrimitives.ReadUInt64BigEndian(input[1..]), long.MaxValue / 2);
        return true;
    }

    private void Deliver(Span<byte> encoded)
    {
        if (_holes is { Count: > 0 }) encoded = Close(encoded);
        var message = new ZmtpMessage(encoded, _ends.AsSpan(0, _count));
        if (_terms.Type.TakesSubscriptions() && _count == 1 && message[0] is [0 or 1, ..] body) _sink.Subscription(body[0] == 1, body[1..]);
        else _sink.Message(message);
    }

    private bool TryObey(ReadOnlySpan<byte> body)
    {
        if (!ZmtpCommand.TryRead(body, out var command)) return false;
        if (command.Name.SequenceEqual("PING"u8))
        {
            if (command.Data.Length is < 2 or > 18) return false;
            _sink.Pinged(BinaryPrimitives.ReadUInt16BigEndian(command.Data));
            Span<byte> pong = stackalloc byte[32];
            _sink.Send(pong[..ZmtpFrames.WriteCommand(pong, "PONG"u8, command.Data[2..])]);
        }
        else if (_terms.Type.TakesSubscriptions())
        {
            if (command.Name.SequenceEqual("SUBSCRIBE"u8)) _sink.Subscription(true, command.Data);
            else if (command.Name.SequenceEqual("CANCEL"u8)) _sink.Subscription(false, command.Data);
        }

        return true;
    }

    // Commands come between the frames of one message as well: libzmq sends its PING and PONG whenever they are due.
    private bool TrySkip(ref int start, int at, int end)
    {
        if (_count == 0 && _holes is not { Count: > 0 })
        {
            start = end;
            return true;
        }

        if (_holes is { Count: MaxHoles }) return false;
        (_holes ??= []).Add((at - start, end - at));
        return true;
    }

    private bool TryOpen(Span<byte> frame, ref int start, ref int at, ref byte flags)
    {
        var lost = _mechanism.Open(frame);
        if (lost < 0) return false;
        if (lost > 0 && !TrySkip(ref start, at, at + lost)) return false;
        at += lost;
        flags = frame[lost];
        return true;
    }

    // Moves the frames of a message together over what lay between them.
    private Span<byte> Close(Span<byte> encoded)
    {
        var (lost, frame) = (0, 0);
        for (var i = 0; i <= _holes!.Count; i++)
        {
            var hole = i < _holes.Count ? _holes[i] : (Start: encoded.Length, Size: 0);
            var from = i == 0 ? 0 : _holes[i - 1].Start + _holes[i - 1].Size;
            encoded[from..hole.Start].CopyTo(encoded[(from - lost)..]);
            for (; frame < _count && _ends[frame] <= hole.Start; frame++) _ends[frame] -= lost;
            lost += hole.Size;
        }

        return encoded[..^lost];
    }

    private bool TryGrow()
    {
        if (_count >= _terms.MaxFrames) return false;
        Array.Resize(ref _ends, Math.Min(_ends.Length * 2, _terms.MaxFrames));
        return true;
    }

    private int[] NewEnds() => new int[Math.Min(FewFrames, _terms.MaxFrames)];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Forget()
    {
        (_scanned, _count, _size) = (0, 0, 0);
        if (_holes is not null) _holes = null;
        if (_ends.Length > 1024) _ends = NewEnds();
    }

    private int Fail(ZmtpFault fault)
    {
        (Fault, _stage) = (fault, ZmtpStage.Failed);
        return 0;
    }
}

/// <summary>How far a conversation is.</summary>
internal enum ZmtpStage : byte
{
    Greeting,
    Handshake,
    Traffic,
    Failed,
}
