using Gatehouse.Sdk.Zmtp;

namespace Gatehouse.Tests.Fuzz;

/// <summary>One connection of a fuzzed conversation: bytes go in, in pieces of any size, messages come out.</summary>
internal sealed class FuzzWire : IZmtpSink
{
    private static readonly ZmtpTerms Terms = new(ZmtpSocketType.Router, [], 2048, 12);

    private readonly byte[] _input = new byte[8192];
    private readonly ZmtpSession _session;
    private FuzzMessage? _take;
    private int _length;

    public FuzzWire() => _session = new ZmtpSession(Terms, new NullMechanism(), this);

    public delegate void FuzzMessage(in ZmtpMessage message);

    /// <summary>What a dealer says before its first message.</summary>
    public static byte[] Handshake { get; } = MakeHandshake();

    public bool IsReady { get; private set; }

    public ZmtpFault Fault => _session.Fault;

    public void Open(FuzzMessage take)
    {
        _take = take;
        _length = 0;
        IsReady = false;
        _session.Start();
    }

    /// <summary>Takes bytes, cut in two. False when the conversation is over.</summary>
    public bool Feed(ReadOnlySpan<byte> bytes, int cut)
    {
        return Feed(bytes[..cut]) && Feed(bytes[cut..]);
    }

    /// <summary>Takes no more than the present message: its sender is dropped.</summary>
    public void Halt() => _session.Halt();

    public void Send(ReadOnlySpan<byte> bytes) => Assert.False(bytes.IsEmpty);

    public void Ready() => IsReady = true;

    public void Message(in ZmtpMessage message) => _take!(message);

    public void Subscription(bool isSubscribed, ReadOnlySpan<byte> topic) => Assert.Fail("A router takes no subscriptions.");

    public void Pinged(ushort timeToLive)
    {
    }

    private bool Feed(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _input.Length - _length) return false;
        bytes.CopyTo(_input.AsSpan(_length));
        _length += bytes.Length;
        var used = _session.Consume(_input.AsSpan(0, _length));
        _length -= used;
        _input.AsSpan(used, _length).CopyTo(_input);
        return _session.Fault == ZmtpFault.None;
    }

    private static byte[] MakeHandshake()
    {
        var metadata = ZmtpMetadata.Write(ZmtpSocketType.Dealer, []);
        var ready = new byte[128];
        var size = ZmtpFrames.WriteCommand(ready, "READY"u8, metadata);
        return [.. ZmtpGreeting.Write("NULL"u8, isServer: false), .. ready[..size]];
    }
}
