using System.Text;
using Gatehouse.Sdk.Zmtp;

namespace Gatehouse.Tests.Sdk.Zmtp;

/// <summary>What a peer sends, built as the RFC says and not by the code under test.</summary>
internal static class Wire
{
    public static byte[] Greeting(string mechanism = "NULL", byte minor = 1, byte major = 3, bool isServer = false)
    {
        byte[] greeting = [0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F, major, minor, .. new byte[52]];
        if (isServer) greeting[32] = 1;
        Encoding.ASCII.GetBytes(mechanism).CopyTo(greeting, 12);
        return greeting;
    }

    public static byte[] Frame(ReadOnlySpan<byte> body, byte flags = 0) => body.Length < 256
        ? [flags, (byte)body.Length, .. body]
        : [(byte)(flags | 2), 0, 0, 0, 0, .. new[] { 24, 16, 8, 0 }.Select(Shifted(body.Length)), .. body];

    public static byte[] Command(string name, ReadOnlySpan<byte> data = default, byte flags = 4) =>
        Frame([(byte)name.Length, .. Encoding.ASCII.GetBytes(name), .. data], flags);

    public static byte[] Property(string name, ReadOnlySpan<byte> value) =>
        [(byte)name.Length, .. Encoding.ASCII.GetBytes(name), 0, 0, 0, (byte)value.Length, .. value];

    public static byte[] Metadata(string type, string? identity = null) =>
    [
        .. Property("Socket-Type", Encoding.ASCII.GetBytes(type)),
        .. identity is null ? [] : Property("Identity", Encoding.Latin1.GetBytes(identity)),
    ];

    public static byte[] Ready(string type, string? identity = null) => Command("READY", Metadata(type, identity));

    public static byte[] Message(params ReadOnlySpan<string> frames)
    {
        var message = new List<byte>();
        for (var i = 0; i < frames.Length; i++)
        {
            message.AddRange(Frame(Encoding.Latin1.GetBytes(frames[i]), i + 1 < frames.Length ? (byte)1 : (byte)0));
        }

        return [.. message];
    }

    /// <summary>The beginning of every conversation with a peer of this type.</summary>
    public static byte[] Hello(string type, string? identity = null, byte minor = 1) =>
        [.. Greeting(minor: minor), .. Ready(type, identity)];

    private static Func<int, byte> Shifted(int number) => shift => (byte)(number >> shift);
}

/// <summary>A session, and what it led to as lines of text.</summary>
internal sealed class Conversation : IZmtpSink
{
    private readonly ZmtpSession _session;
    private byte[] _rest = [];

    public Conversation(
        ZmtpSocketType type = ZmtpSocketType.Router, ZmtpMechanism? mechanism = null, string identity = "",
        int most = 1 << 20, int frames = 1000)
    {
        var terms = new ZmtpTerms(type, Encoding.Latin1.GetBytes(identity), most, frames);
        _session = new ZmtpSession(terms, mechanism ?? new NullMechanism(), this);
        _session.Start();
    }

    public List<string> Events { get; } = [];

    public List<byte> Sent { get; } = [];

    public ZmtpSession Session => _session;

    public Action<string>? On { get; set; }

    public int Held => _rest.Length;

    /// <summary>Feeds bytes as a peer's socket would: the rest is kept, and comes again with what follows.</summary>
    public Conversation Feed(ReadOnlySpan<byte> bytes)
    {
        byte[] input = [.. _rest, .. bytes];
        var used = _session.Consume(input);
        _rest = input[used..];
        return this;
    }

    public Conversation FeedCut(ReadOnlySpan<byte> bytes, Random random)
    {
        while (!bytes.IsEmpty)
        {
            var count = Math.Min(bytes.Length, random.Next(5) == 0 ? random.Next(1, 400) : random.Next(1, 12));
            Feed(bytes[..count]);
            bytes = bytes[count..];
        }

        return this;
    }

    public void Send(ReadOnlySpan<byte> bytes) => Sent.AddRange(bytes);

    public void Ready() => Add($"ready {_session.PeerType} '{Encoding.Latin1.GetString(_session.PeerIdentity)}' 3.{_session.PeerMinor}");

    public void Message(in ZmtpMessage message)
    {
        var frames = new List<string>();
        for (var i = 0; i < message.Count; i++) frames.Add(Encoding.Latin1.GetString(message[i]));
        // What would be forwarded must say the same as what was read.
        for (var i = 0; i <= message.Count; i++) Assert.Equal(Wire.Message([.. frames.Skip(i)]).Length, message.From(i).Length);
        Add("message " + string.Join('|', frames));
    }

    public void Subscription(bool isSubscribed, ReadOnlySpan<byte> topic) =>
        Add($"{(isSubscribed ? "subscribe" : "cancel")} {Encoding.Latin1.GetString(topic)}");

    public void Pinged(ushort timeToLive) => Add($"ping {timeToLive}");

    private void Add(string text)
    {
        Events.Add(text);
        On?.Invoke(text);
    }
}
