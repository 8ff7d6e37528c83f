using System.Globalization;
using System.Text;
using System.Threading.Channels;
using Gatehouse.Sdk.Io;
using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp;
using Gatehouse.SystemTests.Support;

namespace Gatehouse.SystemTests;

/// <summary>Our ZeroMQ sockets against those of libzmq, each in a process of its own.</summary>
public sealed class ZmtpTests : IAsyncLifetime
{
    private static readonly ZmtpOptions Router = new() { SocketType = ZmtpSocketType.Router };
    private static readonly ZmtpOptions Dealer = new() { SocketType = ZmtpSocketType.Dealer, Identity = "me"u8.ToArray() };
    private readonly List<IAsyncDisposable> _running = [];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var item in _running) await item.DisposeAsync();
    }

    [Theory]
    [InlineData("DEALER", "tcp://127.0.0.1:*", 20_000, 20)]
    [InlineData("DEALER", "tcp://[::1]:*", 2000, 3000)]
    [InlineData("REQ", "tcp://127.0.0.1:*", 1, 100)]
    [InlineData("DEALER", "ipc://@gatehouse-", 2000, 300)]
    [InlineData("DEALER", "tcp://127.0.0.1:*", 3, 20_000_000)]
    public async Task What_libzmq_sends_comes_back_to_it(string type, string address, int count, int size)
    {
        if (address.StartsWith("ipc", StringComparison.Ordinal)) address += Environment.ProcessId;
        var router = Add(new Sockets(Router with { SendLimit = 100_000_000 }));
        router.OnMessage = (ZmtpPeer peer, in ZmtpMessage message) => Assert.True(peer.Write(message.From(0), default));
        var bound = router.Endpoint.Bind(address).ToString();
        var peer = Start(type, "connect", bound, "identity=py", "ipv6=1", "send", Text(count), Text(size));
        Assert.Equal($"opened {type} py", await router.NextAsync(), ignoreCase: true);
        await peer.OutputLineAsync(line => line == "all back");
        Assert.Equal(count, router.Endpoint.Counters.MessagesIn);
        await peer.KillAsync();
        Assert.StartsWith("closed", await router.NextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_peer_on_libzmq_that_is_killed_is_found_again_when_it_is_back()
    {
        var dealer = Add(new Sockets(Dealer with { ReconnectDelay = TimeSpan.FromMilliseconds(10) }));
        var address = "tcp://127.0.0.1:*";
        for (var round = 0; round < 3; round++)
        {
            var peer = Start("ROUTER", "bind", address, "echo");
            address = (await peer.OutputLineAsync(l => l.StartsWith("at ", StringComparison.Ordinal)))[3..];
            if (round == 0) dealer.Endpoint.Connect(address);
            var next = await dealer.NextAsync();
            // A killed process may still take a connection, only to break it.
            while (next.StartsWith("rejected", StringComparison.Ordinal)) next = await dealer.NextAsync();
            Assert.Equal("opened Router", next);
            dealer.Write("a", "", new string('x', 300));
            Assert.Equal("received a||" + new string('x', 300), await dealer.NextAsync());
            await peer.KillAsync();
            Assert.StartsWith("closed", await dealer.NextAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Heartbeats_of_both_sides_keep_them_together_until_one_is_stopped()
    {
        var interval = TimeSpan.FromMilliseconds(50);
        var router = Add(new Sockets(Router with { HeartbeatInterval = interval, HeartbeatTimeout = interval * 20 }));
        router.OnMessage = (ZmtpPeer peer, in ZmtpMessage message) => peer.Write(message.From(0), default);
        string[] heartbeat = ["heartbeat_ivl=20", "heartbeat_timeout=1000", "heartbeat_ttl=1000"];
        var peer = Start(["DEALER", "connect", router.Endpoint.Bind("tcp://127.0.0.1:*").ToString(), .. heartbeat, "send", "1", "10"]);
        Assert.Equal("opened Dealer", await router.NextAsync());
        await peer.OutputLineAsync(line => line == "all back");
        var bytes = router.Endpoint.Counters.BytesIn;
        Assert.True(SpinWait.SpinUntil(() => router.Endpoint.Counters.BytesIn > bytes + 500, ChildProcess.Patience));
        await peer.SignalAsync("STOP");
        Assert.Equal("closed PeerSilent", await router.NextAsync());
        await peer.SignalAsync("CONT");
        Assert.Equal("opened Dealer", await router.NextAsync());
    }

    [Fact]
    public async Task A_password_opens_the_door_and_no_other_does()
    {
        var router = Add(new Sockets(Router with { CheckPassword = (user, password) => user == "Zoë" && password == "pw" }));
        var address = router.Endpoint.Bind("tcp://127.0.0.1:*").ToString();
        Start("DEALER", "connect", address, "plain_username=Zoë", "plain_password=wrong", "listen");
        Assert.Equal("rejected AccessDenied", await router.NextAsync());
        Start("DEALER", "connect", address, "listen");
        // libzmq itself hangs up as soon as it reads of the other mechanism, and so is not refused but gone.
        string[] ends = ["rejected PeerClosed", "rejected ConnectionLost", "rejected MechanismMismatch"];
        Assert.Contains(await router.NextAsync(), ends);
        var peer = Start("DEALER", "connect", address, "plain_username=Zoë", "plain_password=pw", "listen");
        Assert.Equal("opened Dealer", await router.NextAsync());
        router.Write("welcome");
        await peer.OutputLineAsync(line => line == "welcome");
    }

    [Fact]
    public async Task Publishers_and_pipelines_reach_libzmq_and_come_from_it()
    {
        var publisher = Add(new Sockets(new ZmtpOptions { SocketType = ZmtpSocketType.Pub }));
        var subscriber = Start("SUB", "connect", publisher.Endpoint.Bind("tcp://127.0.0.1:*").ToString(), "subscribe=room/", "listen");
        Assert.Equal("opened Sub", await publisher.NextAsync());
        Assert.Equal("subscribed room/", await publisher.NextAsync());
        publisher.Write("hall/1", "unseen");
        publisher.Write("room/1", "21.5");
        await subscriber.OutputLineAsync(line => line == "room/1|21.5");
        Assert.DoesNotContain("hall", subscriber.Output, StringComparison.Ordinal);

        var seer = Start("XPUB", "bind", "tcp://127.0.0.1:*", "listen");
        var address = (await seer.OutputLineAsync(l => l.StartsWith("at ", StringComparison.Ordinal)))[3..];
        var reader = Add(new Sockets(new ZmtpOptions { SocketType = ZmtpSocketType.Sub }));
        reader.Endpoint.Connect(address);
        Assert.Equal("opened XPub", await reader.NextAsync());
        reader.Loop.Post(() => Assert.Single(reader.Endpoint.Peers).WriteCommand("SUBSCRIBE"u8, "lab/"u8));
        await seer.OutputLineAsync(line => line == "\u0001lab/");
        reader.Loop.Post(() => Assert.Single(reader.Endpoint.Peers).WriteCommand("CANCEL"u8, "lab/"u8));
        await seer.OutputLineAsync(line => line == "\0lab/");

        var giver = Add(new Sockets(new ZmtpOptions { SocketType = ZmtpSocketType.Push }));
        var taker = Start("PULL", "connect", giver.Endpoint.Bind("tcp://127.0.0.1:*").ToString(), "listen");
        Assert.Equal("opened Pull", await giver.NextAsync());
        giver.Write("work", "1");
        await taker.OutputLineAsync(line => line == "work|1");
        var wrong = Start("SUB", "connect", giver.Endpoint.Bind("tcp://127.0.0.1:*").ToString(), "listen");
        Assert.Equal("rejected IncompatibleSocket", await giver.NextAsync());
        await wrong.KillAsync();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private ChildProcess Start(params string[] arguments) => Add(ChildProcess.Start(
        "/usr/bin/python3", [Repository.PathOf("tests/Gatehouse.SystemTests/Peers/socket.py"), .. arguments]));

    private T Add<T>(T item)
        where T : IAsyncDisposable
    {
        _running.Add(item);
        return item;
    }

    private delegate void Receiver(ZmtpPeer peer, in ZmtpMessage message);

    /// <summary>An endpoint on its loop, and what happens to its peers as lines of text.</summary>
    private sealed class Sockets : IZmtpOwner, IAsyncDisposable
    {
        private readonly Channel<string> _events = Channel.CreateUnbounded<string>();

        public Sockets(ZmtpOptions options)
        {
            Endpoint = new ZmtpEndpoint(Loop, options, this);
            Loop.Failed += error => _events.Writer.TryWrite("failed " + error.Message);
        }

        public IoLoop Loop { get; } = new("test");

        public ZmtpEndpoint Endpoint { get; }

        public Receiver? OnMessage { get; set; }

        public async Task<string> NextAsync() =>
            await _events.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask()
                .WaitAsync(ChildProcess.Patience, TimeProvider.System);

        /// <summary>Writes to all that are ready.</summary>
        public void Write(params string[] frames) => Loop.Post(() =>
        {
            foreach (var peer in Endpoint.Peers) peer.Write(Frames.Of(frames));
        });

        public void Opened(ZmtpPeer peer)
        {
            var identity = peer.Identity.Span is [0, ..] ? "" : " " + Encoding.UTF8.GetString(peer.Identity.Span);
            _events.Writer.TryWrite($"opened {peer.SocketType}{identity}");
        }

        public void Received(ZmtpPeer peer, in ZmtpMessage message)
        {
            if (OnMessage is { } receiver)
            {
                receiver(peer, message);
                return;
            }

            var frames = message.ToFrames();
            _events.Writer.TryWrite("received " + string.Join('|', Enumerable.Range(0, frames.Count).Select(frames.Text)));
        }

        public void Closed(ZmtpPeer peer, ZmtpFault reason) => _events.Writer.TryWrite($"closed {reason}");

        public void Rejected(ZmtpPeer peer, ZmtpFault reason) => _events.Writer.TryWrite($"rejected {reason}");

        public void Subscribed(ZmtpPeer peer, bool isSubscribed, ReadOnlySpan<byte> topic) => _events.Writer.TryWrite(
            $"{(isSubscribed ? "subscribed" : "cancelled")} {Encoding.UTF8.GetString(topic)}");

        public async ValueTask DisposeAsync()
        {
            await Endpoint.DisposeAsync();
            Loop.Dispose();
        }
    }
}
