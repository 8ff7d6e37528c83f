using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp;
using Gatehouse.SystemTests.Support;

namespace Gatehouse.SystemTests;

/// <summary>Our sockets with libzmq's where it is not easy: passwords, size, restarts, slow and silent peers.</summary>
public sealed class ZeroMqFaultTests
{
    [Fact]
    public async Task A_libzmq_server_lets_in_who_knows_the_password()
    {
        await using var place = new Place(isFile: false);
        await using var good = new ZmtpSocket(Client("secret"));
        await using var server = await place.JoinAsync(good, false, "echo", "REP", "server=anna:secret");
        await Place.SendAsync(good, Frames.Of("hello"));
        Assert.Equal(["hello"], await Place.ReceiveAsync(good));

        await using var bad = new ZmtpSocket(Client("wrong"));
        bad.Connect(await Place.AddressOfAsync(server));
        await Place.UntilAsync(bad, c => c.Faults.ContainsKey("PeerRefused") || c.Faults.ContainsKey("PeerClosed"));
        await using var none = new ZmtpSocket(ZmtpSocketType.Req);
        none.Connect(await Place.AddressOfAsync(server));
        // It sees our mechanism before it says its own, and closes.
        await Place.UntilAsync(none, c => c.Faults.Values.Sum() > 3);
        Assert.Equal((0, 0), (bad.Counters.Peers, none.Counters.Peers));

        static ZmtpOptions Client(string password) =>
            new() { SocketType = ZmtpSocketType.Req, UserName = "anna", Password = password };
    }

    [Fact]
    public async Task Our_server_lets_in_who_knows_the_password()
    {
        await using var place = new Place(isFile: false);
        await using var server = new ZmtpSocket(
            new ZmtpOptions { SocketType = ZmtpSocketType.Rep, CheckPassword = (user, word) => (user, word) is ("anna", "secret") });
        await using var bad = await place.JoinAsync(server, true, "ask", "REQ", "1", "10", "user=anna", "password=wrong");
        await bad.OutputLineAsync(line => line == "REFUSED");
        await Place.UntilAsync(server, c => c.Faults.ContainsKey("AccessDenied"));
        await using var good = await place.JoinAsync(server, true, "ask", "REQ", "1", "10", "user=anna", "password=secret");
        await Place.SendAsync(server, await Place.TakeAsync(server));
        await good.OutputLineAsync(line => line == "ANSWERED 1");
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Large_messages_and_many_frames_pass_both_ways(bool isOurBound)
    {
        await using var place = new Place(isFile: false);
        await using var dealer = new ZmtpSocket(ZmtpSocketType.Dealer);
        await using var echo = await place.JoinAsync(dealer, isOurBound, "echo", "DEALER");
        var large = new byte[20_000_000];
        new Random(1).NextBytes(large);
        await Place.SendAsync(dealer, Frames.Of([[1], large, [2]]));
        var back = await Place.TakeAsync(dealer);
        Assert.Equal(3, back.Count);
        Assert.True(back[1].Span.SequenceEqual(large));

        byte[][] many = [.. Enumerable.Range(0, 10_000).Select(i => new byte[i % 300])];
        await Place.SendAsync(dealer, Frames.Of(many));
        back = await Place.TakeAsync(dealer);
        Assert.Equal(many.Select(f => f.Length), Enumerable.Range(0, back.Count).Select(i => back[i].Length));
    }

    [Fact]
    public async Task A_libzmq_peer_that_is_killed_is_found_again_when_it_is_back()
    {
        await using var place = new Place(isFile: false);
        await using var dealer = new ZmtpSocket(
            new ZmtpOptions { SocketType = ZmtpSocketType.Dealer, ReconnectDelay = TimeSpan.FromMilliseconds(10) });
        await using var first = await place.JoinAsync(dealer, false, "echo", "ROUTER");
        var address = await Place.AddressOfAsync(first);
        await Place.SendAsync(dealer, Frames.Of("1"));
        Assert.Equal(["1"], await Place.ReceiveAsync(dealer));
        await first.KillAsync();
        await Place.UntilAsync(dealer, c => c.Peers == 0);
        var waiting = Place.SendAsync(dealer, Frames.Of("2"));
        Assert.False(waiting.IsCompleted);
        await using var second = Peers.Start("sockets.py", "echo", "ROUTER", "bind", address);
        await waiting;
        Assert.Equal(["2"], await Place.ReceiveAsync(dealer));
        Assert.True(dealer.Counters.Connected == 2, string.Join(", ", dealer.Counters.Faults));
    }

    [Fact]
    public async Task A_libzmq_subscriber_learns_of_our_restart_and_subscribes_again()
    {
        await using var place = new Place(isFile: false);
        await using var first = new ZmtpSocket(ZmtpSocketType.XPub);
        await using var sub = await place.JoinAsync(first, true, "sub", "SUB", "a", "end");
        var address = await Place.AddressOfAsync(sub);
        await Place.TakeAsync(first);
        await Place.SendAsync(first, Frames.Of("a", "before"));
        await sub.OutputLineAsync(line => line == "GOT a before");
        await first.DisposeAsync();
        await sub.OutputLineAsync(line => line == "DROPPED");
        await using var second = new ZmtpSocket(ZmtpSocketType.XPub);
        second.Bind(address);
        await Place.ReceiveAsync(second);
        await Place.ReceiveAsync(second);
        await Place.SendAsync(second, Frames.Of("a", "after"));
        await sub.OutputLineAsync(line => line == "GOT a after");
    }

    [Fact]
    public async Task Identities_name_peers_on_both_sides()
    {
        await using var place = new Place(isFile: false);
        await using var dealer = new ZmtpSocket(new ZmtpOptions { SocketType = ZmtpSocketType.Dealer, Identity = "hall"u8.ToArray() });
        await using var teller = await place.JoinAsync(dealer, false, "tell", "ROUTER", "hall", "lights on");
        await Place.SendAsync(dealer, Frames.Of("here"));
        await teller.OutputLineAsync(line => line == "HEARD b'hall' b'here'");
        Assert.Equal(["lights on"], await Place.ReceiveAsync(dealer));

        await using var router = new ZmtpSocket(new ZmtpOptions { SocketType = ZmtpSocketType.Router, MandatoryRouting = true });
        await using var echo = await place.JoinAsync(router, true, "echo", "DEALER", "identity=yard");
        await Place.UntilAsync(router, c => c.Peers == 1);
        await Place.SendAsync(router, Frames.Of("yard", "anybody?"));
        Assert.Equal(["yard", "anybody?"], await Place.ReceiveAsync(router));
    }

    [Fact]
    public async Task Heartbeats_keep_both_sides_content()
    {
        await using var place = new Place(isFile: false);
        var beat = TimeSpan.FromMilliseconds(100);
        await using var dealer = new ZmtpSocket(new ZmtpOptions
        {
            SocketType = ZmtpSocketType.Dealer,
            HeartbeatInterval = beat,
            HeartbeatTimeout = 10 * beat,
            HeartbeatTimeToLive = 10 * beat,
        });
        await using var echo = await place.JoinAsync(dealer, false, "echo", "ROUTER", "beat=100");
        await Place.SendAsync(dealer, Frames.Of("hello"));
        Assert.Equal(["hello"], await Place.ReceiveAsync(dealer));
        // Ten of its PINGs and of its PONGs; it gives up after three beats.
        var (bytesIn, bytesOut) = (dealer.Counters.BytesIn, dealer.Counters.BytesOut);
        await Place.UntilAsync(dealer, c => c.BytesIn > bytesIn + 180 && c.BytesOut > bytesOut + 180);
        await Place.SendAsync(dealer, Frames.Of("still there"));
        Assert.Equal(["still there"], await Place.ReceiveAsync(dealer));
        Assert.Equal(1, dealer.Counters.Connected);
        Assert.DoesNotContain("DROPPED", echo.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_libzmq_peer_that_stands_still_is_given_up_by_heartbeat()
    {
        await using var place = new Place(isFile: false);
        await using var dealer = new ZmtpSocket(
            new ZmtpOptions { SocketType = ZmtpSocketType.Dealer, HeartbeatInterval = TimeSpan.FromMilliseconds(100) });
        await using var echo = await place.JoinAsync(dealer, false, "echo", "ROUTER");
        await Place.SendAsync(dealer, Frames.Of("hello"));
        Assert.Equal(["hello"], await Place.ReceiveAsync(dealer));
        await echo.SignalAsync("STOP");
        await Place.UntilAsync(dealer, c => c.Faults.ContainsKey("PeerSilent"));
        await echo.SignalAsync("CONT");
        await Place.SendAsync(dealer, Frames.Of("again"));
        Assert.Equal(["again"], await Place.ReceiveAsync(dealer));
    }

    [Fact]
    public async Task A_libzmq_subscriber_that_stands_still_goes_without_and_the_publisher_goes_on()
    {
        await using var place = new Place(isFile: false);
        await using var pub = new ZmtpSocket(new ZmtpOptions { SocketType = ZmtpSocketType.XPub, SendLimit = 1024 * 1024 });
        await using var sub = await place.JoinAsync(pub, true, "sub", "SUB", "a", "end", "hwm=10");
        await Place.ReceiveAsync(pub);
        await Place.ReceiveAsync(pub);
        await sub.SignalAsync("STOP");
        var large = Frames.Of("a", new string('x', 60_000));
        var sent = 0;
        for (; pub.Counters.PeerFull < 100; sent++) await Place.SendAsync(pub, large);
        Assert.InRange(pub.Counters.WaitingBytes, 1, 1024 * 1024);
        await sub.SignalAsync("CONT");
        await Place.UntilAsync(pub, c => c.WaitingBytes == 0);
        await Place.SendAsync(pub, Frames.Of("end"));
        await sub.EndAsync();
        var got = sub.Output.Split('\n').Count(line => line.StartsWith("GOT a ", StringComparison.Ordinal));
        Assert.Equal(sent - pub.Counters.PeerFull, got);
    }
}
