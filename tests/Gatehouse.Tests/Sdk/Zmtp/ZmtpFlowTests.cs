using System.Net;
using System.Net.Sockets;
using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp;
using Gatehouse.Tests.Sdk.Io;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Sdk.Zmtp;

/// <summary>Much at once, slow readers, stopping, connecting again.</summary>
public sealed class ZmtpFlowTests
{
    private static readonly ZmtpOptions Router = new() { SocketType = ZmtpSocketType.Router };
    private static readonly ZmtpOptions Dealer = new() { SocketType = ZmtpSocketType.Dealer };

    public static TheoryData<string> Pollers => LoopPairs.Pollers;

    [Theory]
    [MemberData(nameof(Pollers))]
    public async Task Messages_of_every_size_go_back_and_forth_unchanged(string poller)
    {
        await using var router = new Owner(Router, poller) { TellsSizes = true };
        await using var dealer = new Owner(Dealer, poller) { TellsSizes = true };
        var (received, sum) = (0L, 0UL);
        var echo = new Echo();
        var address = Endpoint(echo, router);
        dealer.Endpoint.Connect(address);
        dealer.Expect("opened Router unnamed");
        var peer = dealer.Peer;
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            int[] sizes = [.. Enumerable.Range(0, 30).Select(n => random.Next((n % 10) switch { 0 => 400_000, < 4 => 20_000, _ => 300 }))];
            foreach (var size in sizes)
            {
                var body = new byte[size];
                random.NextBytes(body);
                sum += (ulong)body.Sum(b => b);
                Assert.True(dealer.Loop.On(() => peer.Write(Frames.Of([body, []]))));
            }

            foreach (var size in sizes) dealer.Expect($"received {ZmtpFrames.HeadSize(size) + size + 2}");
            received += sizes.Length;
        }

        Assert.Equal((received, sum), (echo.Count, echo.Sum));
    }

    [Theory]
    [MemberData(nameof(Pollers))]
    public async Task A_message_of_64_megabytes_takes_room_as_it_comes_and_is_not_copied_over_and_over(string poller)
    {
        const int Size = 64 << 20;
        await using var router = new Owner(Router, poller) { TellsSizes = true };
        using var raw = new RawPeer(router.Endpoint.Bind("tcp://127.0.0.1:*")).Say(Wire.Hello("DEALER"));
        router.Expect("opened Dealer unnamed");
        var before = router.Loop.On(GC.GetAllocatedBytesForCurrentThread);
        raw.Say([2, 0, 0, 0, 0, 4, 0, 0, 0], new byte[10_000]);
        Assert.True(SpinWait.SpinUntil(() => router.Counters.BytesIn > 10_000, LoopPairs.Patience));
        Assert.InRange(router.Loop.On(GC.GetAllocatedBytesForCurrentThread) - before, 0, 1 << 20);
        raw.Say(new byte[Size - 10_000]);
        router.Expect($"received {Size + 9}");
        // Twice the size each time is four times in all; a copy for each piece would be hundreds.
        Assert.InRange(router.Loop.On(GC.GetAllocatedBytesForCurrentThread) - before, Size, 4L * Size);
        raw.Say(Wire.Message("next"));
        router.Expect("received 6");
    }

    [Fact]
    public async Task Forwarding_allocates_nothing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the portable way allocates");
        await using var router = new Owner(Router);
        var echo = new Echo();
        using var raw = new RawPeer(ZmtpAddress.Parse(Endpoint(echo, router))).Say(Wire.Hello("DEALER"));
        raw.Hear(64 + Wire.Ready("ROUTER", "").Length);
        byte[] many = [.. Enumerable.Repeat(Wire.Message("", "head", new string('x', 300)), 100).SelectMany(m => m)];
        for (var i = 0; i < 20; i++) raw.Say(many).Hear(many.Length);
        var before = router.Loop.On(GC.GetAllocatedBytesForCurrentThread);
        for (var i = 0; i < 100; i++) raw.Say(many).Hear(many.Length);
        var after = router.Loop.On(GC.GetAllocatedBytesForCurrentThread);
        Assert.Equal(12_000, echo.Count);
        // What a test's own look at the counter costs is less than a byte for each message.
        Assert.InRange(after - before, 0, 9_999);
    }

    [Theory]
    [MemberData(nameof(Pollers))]
    public async Task For_a_peer_that_never_reads_only_so_much_is_kept(string poller)
    {
        const int Limit = 200_000;
        await using var router = new Owner(Router with { SendLimit = Limit }, poller);
        using var raw = new RawPeer(router.Endpoint.Bind("tcp://127.0.0.1:*"), receiveBuffer: 4096).Say(Wire.Hello("DEALER"));
        router.Expect("opened Dealer unnamed");
        var peer = router.Peer;
        var body = Wire.Frame(new byte[10_000]);
        var (taken, refused, most) = (0, 0, 0);
        for (var round = 0; round < 20_000 && refused < 10; round++)
        {
            var isTaken = router.Loop.On(() => peer.Write([], body));
            if (isTaken) taken++;
            else refused++;
            most = Math.Max(most, router.Loop.On(() => peer.Pending));
        }

        Assert.Equal((10, 10), (refused, router.Counters.NotTaken));
        Assert.InRange(most, Limit - body.Length, Limit);
        // A ping of such a peer is not answered either, but nor does it break the rest.
        raw.Say(Wire.Command("PING", [0, 0, 1]));
        var whole = 64 + Wire.Ready("ROUTER", "").Length + ((long)taken * body.Length);
        var heard = 0L;
        while (heard < whole) heard += raw.Hear((int)Math.Min(65536, whole - heard)).Length;
        Assert.True(router.Write(peer, "free again"));
        var next = raw.Hear(2);
        if (next[0] == 4)
        {
            raw.Hear(next[1]);
            next = raw.Hear(2);
        }

        Assert.Equal([0, 10], next);
    }

    [Theory]
    [MemberData(nameof(Pollers))]
    public async Task A_paused_peer_waits_in_the_buffers_and_loses_nothing(string poller)
    {
        await using var router = new Owner(Router, poller);
        using var raw = new RawPeer(router.Endpoint.Bind("tcp://127.0.0.1:*"));
        router.OnMessage = (peer, text) =>
        {
            if (text is "1" or "3") peer.PauseReading();
        };
        raw.Say([.. Wire.Hello("DEALER"), .. Wire.Message("1"), .. Wire.Message("2"), .. Wire.Message("3"), .. Wire.Message("4"), 0]);
        router.Expect("opened Dealer unnamed", "received 1");
        raw.Say([1, 53]);
        router.Loop.Turn();
        Assert.Empty(router.Rest());
        var peer = router.Peer;
        router.Loop.On(peer.ResumeReading);
        router.Expect("received 2", "received 3");
        router.Loop.Turn();
        Assert.Empty(router.Rest());
        router.Loop.On(() =>
        {
            // Again before it had its turn: it stays paused.
            peer.ResumeReading();
            peer.PauseReading();
        });
        router.Loop.Turn();
        Assert.Empty(router.Rest());
        router.Loop.On(peer.ResumeReading);
        router.Expect("received 4", "received 5");
        router.Loop.On(peer.PauseReading);
        raw.Reset();
        router.Expect("closed ConnectionLost");
    }

    [Fact]
    public async Task A_peer_that_is_closed_within_its_message_gets_what_was_written_and_no_more_is_handed_over()
    {
        await using var router = new Owner(Router);
        router.OnMessage = (peer, _) =>
        {
            Assert.True(peer.Write(Frames.Of("bye")));
            peer.Close(ZmtpFault.Dropped);
            Assert.False(peer.Write(Frames.Of("never")));
            peer.Close(ZmtpFault.SendLimit);
            peer.PauseReading();
            peer.ResumeReading();
        };
        using var raw = new RawPeer(router.Endpoint.Bind("tcp://127.0.0.1:*"));
        raw.Say([.. Wire.Hello("DEALER"), .. Wire.Message("a"), .. Wire.Message("b")]);
        router.Expect("opened Dealer unnamed", "received a", "closed Dropped");
        raw.Hear(64 + Wire.Ready("ROUTER", "").Length);
        Assert.Equal(Wire.Message("bye"), raw.Hear(5));
        Assert.Equal(0, raw.HearOut());
        Assert.Empty(router.Rest());
    }

    [Fact]
    public async Task Nothing_is_written_before_the_peer_is_ready()
    {
        await using var dealer = new Owner(Dealer);
        using var listener = Listener();
        dealer.Endpoint.Connect($"tcp://{listener.LocalEndPoint}");
        using var raw = new RawPeer(await listener.AcceptAsync(TestContext.Current.CancellationToken));
        Assert.Equal(Wire.Greeting(), raw.Hear(64));
        Assert.False(dealer.Write(dealer.Peer, "early"));
        Assert.False(dealer.Loop.On(() => Assert.Single(dealer.Endpoint.Peers).WriteCommand("SUBSCRIBE"u8, [])));
        raw.Say(Wire.Hello("ROUTER"));
        dealer.Expect("opened Router unnamed");
        Assert.True(dealer.Write(dealer.Peer, "now"));
        raw.Hear(Wire.Ready("DEALER", "").Length);
        Assert.Equal(Wire.Message("now"), raw.Hear(5));
    }

    [Fact]
    public async Task Stopping_sends_what_waits_for_as_long_as_allowed()
    {
        var time = new ManualTime();
        await using var router = new Owner(Router, time: time);
        var address = router.Endpoint.Bind("tcp://127.0.0.1:*");
        using var reads = new RawPeer(address).Say(Wire.Hello("DEALER"));
        using var sleeps = new RawPeer(address, receiveBuffer: 4096).Say(Wire.Hello("DEALER"));
        using var greets = new RawPeer(address);
        router.Expect("opened Dealer unnamed", "opened Dealer unnamed");
        greets.Hear(64);
        var body = Frames.Of(new byte[8 << 20]);
        router.Loop.On(() =>
        {
            foreach (var peer in router.Opens) Assert.True(peer.Write(body));
        });
        var stop = router.Endpoint.StopAsync(TimeSpan.FromSeconds(5)).AsTask();
        router.Expect("rejected Stopped");
        var expected = 64 + Wire.Ready("ROUTER", "").Length + 9 + (8 << 20);
        Assert.Equal(expected, reads.HearOut());
        router.Expect("closed Stopped");
        Assert.False(stop.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(5));
        router.Expect("closed Stopped");
        await stop.SoonAsync();
        Assert.Throws<SocketException>(() => new RawPeer(address));
        // Once stopped it does nothing more.
        router.Endpoint.Connect("tcp://127.0.0.1:1");
        router.Endpoint.Bind("tcp://127.0.0.1:*");
        await router.Endpoint.StopAsync(TimeSpan.Zero).AsTask().SoonAsync();
    }

    [Theory]
    [MemberData(nameof(Pollers))]
    public async Task A_peer_that_comes_back_is_found_again(string poller)
    {
        await using var dealer = new Owner(Dealer with { ReconnectDelay = TimeSpan.FromMilliseconds(5) }, poller);
        var port = 0;
        for (var round = 0; round < 3; round++)
        {
            await using var router = new Owner(Router, poller);
            port = router.Endpoint.Bind($"tcp://127.0.0.1:{port}").Port;
            if (round == 0) dealer.Endpoint.Connect($"tcp://localhost:{port}");
            router.Expect("opened Dealer unnamed");
            dealer.Expect("opened Router unnamed");
            await router.Endpoint.StopAsync(TimeSpan.Zero).AsTask().SoonAsync();
            dealer.Expect("closed PeerClosed");
        }
    }

    [Fact]
    public async Task Where_nobody_listens_the_waits_grow_and_are_spread()
    {
        var time = new ManualTime();
        await using var dealer = new Owner(Dealer with { Random = () => 0.25 }, time: time);
        int port;
        using (var listener = Listener()) port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        dealer.Endpoint.Connect($"tcp://127.0.0.1:{port}");
        var failures = 0;
        foreach (var wait in (double[])[75, 150, 300, 600, 1200, 2400, 3750, 3750])
        {
            failures++;
            Assert.True(SpinWait.SpinUntil(() => dealer.Counters.Faults(ZmtpFault.ConnectFailed) == failures, LoopPairs.Patience));
            dealer.Loop.Turn();
            time.Advance(TimeSpan.FromMilliseconds(wait - 2));
            dealer.Loop.Turn();
            Assert.Equal(failures, dealer.Counters.Faults(ZmtpFault.ConnectFailed));
            time.Advance(TimeSpan.FromMilliseconds(2));
        }

        await using var router = new Owner(Router);
        router.Endpoint.Bind($"tcp://127.0.0.1:{port}");
        time.Advance(TimeSpan.FromSeconds(5));
        router.Expect("opened Dealer unnamed");
    }

    [Fact]
    public async Task A_name_that_nobody_knows_is_asked_for_again()
    {
        var time = new ManualTime();
        await using var dealer = new Owner(Dealer, time: time);
        dealer.Endpoint.Connect("tcp://no-such-host.invalid:5514");
        for (var i = 1; i < 3; i++)
        {
            Assert.True(SpinWait.SpinUntil(() => dealer.Counters.Faults(ZmtpFault.ConnectFailed) >= i, LoopPairs.Patience));
            dealer.Loop.Turn();
            time.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.True(await dealer.Endpoint.DisconnectAsync("tcp://no-such-host.invalid:5514").SoonAsync());
    }

    [Fact]
    public async Task Passwords_and_seals_hold_between_two_sockets()
    {
        var plain = Router with { CheckPassword = (user, password) => user == "u" && password == "pw" };
        await using var router = new Owner(plain);
        var address = router.Endpoint.Bind("tcp://127.0.0.1:*").ToString();
        await using var dealer = new Owner(Dealer with { UserName = "u", Password = "pw" });
        dealer.Endpoint.Connect(address);
        dealer.Expect("opened Router unnamed");
        router.Expect("opened Dealer unnamed");
        await using var thief = new Owner(Dealer with { UserName = "u" });
        thief.Endpoint.Connect(address);
        thief.Expect("rejected PeerRefused");
        router.Expect("rejected AccessDenied");
        await using var sealing = new Owner(Router with { Mechanism = () => new MaskMechanism() });
        await using var opening = new Owner(Dealer with { Mechanism = () => new MaskMechanism() });
        opening.Endpoint.Connect(sealing.Endpoint.Bind("tcp://127.0.0.1:*").ToString());
        opening.Expect("opened Router unnamed");
        sealing.Expect("opened Dealer unnamed");
        opening.Write(opening.Peer, "a", "", new string('b', 400));
        sealing.Expect("received a||" + new string('b', 400));
        sealing.Loop.On(() => Assert.Single(sealing.Endpoint.Peers).Write(Wire.Frame("head"u8, 1), Wire.Message("body", "end")));
        opening.Expect("received head|body|end");
    }

    [Fact]
    public async Task A_publisher_sees_subscriptions_of_both_forms()
    {
        await using var publisher = new Owner(new ZmtpOptions { SocketType = ZmtpSocketType.Pub });
        await using var subscriber = new Owner(new ZmtpOptions { SocketType = ZmtpSocketType.Sub });
        subscriber.OnOpen = peer =>
        {
            peer.WriteCommand("SUBSCRIBE"u8, "room/"u8);
            peer.Write(Frames.Of("\u0001hall/"));
            peer.WriteCommand("CANCEL"u8, "room/"u8);
        };
        subscriber.Endpoint.Connect(publisher.Endpoint.Bind("tcp://127.0.0.1:*").ToString());
        publisher.Expect("opened Sub unnamed", "subscribed room/", "subscribed hall/", "cancelled room/");
    }

    private static string Endpoint(Echo echo, Owner owner)
    {
        // The echo is on the owner's loop, with an endpoint of its own that forwards without looking.
        var endpoint = new ZmtpEndpoint(owner.Loop, Router with { SendLimit = 64 << 20 }, echo, owner.Endpoint.IsPortable);
        return endpoint.Bind("tcp://127.0.0.1:*").ToString();
    }

    private static Socket Listener()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(5);
        return listener;
    }

    private sealed class Echo : IZmtpOwner
    {
        public long Count { get; private set; }

        public ulong Sum { get; private set; }

        public void Opened(ZmtpPeer peer) { }

        public void Received(ZmtpPeer peer, in ZmtpMessage message)
        {
            Count++;
            foreach (var b in message[0]) Sum += b;
            Assert.True(peer.Write(message.From(0), default));
        }

        public void Closed(ZmtpPeer peer, ZmtpFault reason) { }
    }
}
