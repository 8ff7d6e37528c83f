using System.Text;
using Gatehouse.Sdk.Zmtp;

namespace Gatehouse.Tests.Sdk.Zmtp;

/// <summary>A PULL that takes publishers: it lets the peer speak first, and is to each what it needs.</summary>
public sealed class CollectorHandshakeTests
{
    [Theory]
    [InlineData("PUSH", "PULL")]
    [InlineData("PUB", "SUB")]
    [InlineData("XPUB", "SUB")]
    public void It_is_to_each_peer_what_that_needs(string peer, string own)
    {
        var conversation = new Listener();
        conversation.Feed(Wire.Greeting());
        Assert.Equal(ZmtpGreeting.Size, conversation.Sent.Count);
        conversation.Feed(Wire.Ready(peer));
        Assert.True(conversation.IsReady);
        Assert.Contains($"Socket-Type\0\0\0{(char)own.Length}{own}", conversation.Said, StringComparison.Ordinal);
        Assert.Single(conversation.Said.Split("READY")[1..]);
    }

    [Theory]
    [InlineData("SUB")]
    [InlineData("DEALER")]
    [InlineData("PULL")]
    public void Others_are_refused(string peer)
    {
        var conversation = new Listener();
        conversation.Feed(Wire.Greeting());
        conversation.Feed(Wire.Ready(peer));
        Assert.False(conversation.IsReady);
        Assert.Equal(ZmtpFault.IncompatibleSocket, conversation.Fault);
        Assert.DoesNotContain("READY", conversation.Said, StringComparison.Ordinal);
        Assert.Contains("ERROR", conversation.Said, StringComparison.Ordinal);
    }

    private sealed class Listener : IZmtpSink
    {
        private readonly ZmtpSession _session;

        public Listener()
        {
            var terms = new ZmtpTerms(ZmtpSocketType.Pull, [], 1000, 10, takesPublishers: true);
            _session = new ZmtpSession(terms, new NullMechanism(listensFirst: true), this);
            _session.Start();
        }

        public List<byte> Sent { get; } = [];

        public string Said => Encoding.Latin1.GetString([.. Sent]);

        public bool IsReady { get; private set; }

        public ZmtpFault Fault => _session.Fault;

        public void Feed(byte[] bytes) => Assert.Equal(bytes.Length, _session.Consume(bytes));

        public void Send(ReadOnlySpan<byte> bytes) => Sent.AddRange(bytes);

        public void Ready() => IsReady = true;

        public void Message(in ZmtpMessage message) => Assert.Fail("Nobody has sent one.");

        public void Subscription(bool isSubscribed, ReadOnlySpan<byte> topic) => Assert.Fail("A PULL takes none.");

        public void Pinged(ushort timeToLive) { }
    }
}
