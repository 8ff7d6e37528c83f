using System.Net;
using System.Net.Sockets;
using Gatehouse.Sdk;
using Gatehouse.Sdk.Io;
using Gatehouse.Sdk.Zmtp;
using Gatehouse.Tests.Sdk.Io;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Sdk.Zmtp;

public sealed class ZmtpEndpointTests
{
    private static readonly ZmtpOptions Router = new() { SocketType = ZmtpSocketType.Router };
    private static readonly ZmtpOptions Dealer = new() { SocketType = ZmtpSocketType.Dealer, Identity = "me"u8.ToArray() };

    public static TheoryData<string> Pollers => LoopPairs.Pollers;

    [Theory]
    [MemberData(nameof(Pollers))]
    public async Task Two_sockets_meet_talk_and_part(string poller)
    {
        await using var router = new Owner(Router, poller);
        await using var dealer = new Owner(Dealer, poller);
        router.OnMessage = (peer, text) => Assert.True(peer.Write(Wire.Message("echo"), Wire.Message(text)));
        var address = router.Endpoint.Bind("tcp://127.0.0.1:*");
        dealer.Endpoint.Connect(address.ToString());
        dealer.Expect("opened Router unnamed");
        router.Expect("opened Dealer me");
        Assert.Equal(address.ToString(), dealer.Peer.Address);
        Assert.Equal(1, dealer.Peer.Minor);
        dealer.Write(dealer.Peer, "a", "", "b");
        router.Expect("received a||b");
        // A head and a body that are both whole are two messages in one write.
        dealer.Expect("received echo", "received a||b");
        await dealer.Endpoint.DisconnectAsync(address.ToString()).SoonAsync();
        dealer.Expect("closed Stopped");
        router.Expect("closed PeerClosed");
        Assert.Equal((1, 0, 1), (router.Counters.Accepted, router.Counters.Peers, router.Counters.MessagesIn));
        Assert.Equal((1, 1, 2), (dealer.Counters.Connected, dealer.Counters.MessagesOut, dealer.Counters.MessagesIn));
        Assert.Equal(router.Counters.BytesIn, dealer.Counters.BytesOut);
        Assert.False(await dealer.Endpoint.DisconnectAsync(address.ToString()).SoonAsync());
        Assert.Equal(1, router.Counters.Faults(ZmtpFault.PeerClosed));
    }

    [Theory]
    [InlineData("tcp://[::1]:*")]
    [InlineData("tcp://localhost:*")]
    [InlineData("tcp://*:*")]
    [InlineData("ipc://@gatehouse-test-")]
    [InlineData("ipc:///tmp/gatehouse-test-")]
    public async Task Every_kind_of_address_is_listened_at(string text)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || !text.Contains('@', StringComparison.Ordinal), "abstract names are Linux's");
        if (text.StartsWith("ipc", StringComparison.Ordinal)) text += Environment.ProcessId;
        await using var router = new Owner(Router);
        await using var dealer = new Owner(Dealer);
        var address = router.Endpoint.Bind(text);
        dealer.Endpoint.Connect(address.ToString().Replace('*', '1').Replace("tcp://1:", "tcp://localhost:", StringComparison.Ordinal));
        dealer.Expect("opened Router unnamed");
        router.Expect("opened Dealer me");
        var peer = router.Peer;
        Assert.StartsWith(text[..6], peer.Address, StringComparison.Ordinal);
        router.Write(peer, "hello");
        dealer.Expect("received hello");
        Assert.Equal(address.HasFile, address.Path is not null && File.Exists(address.Path));
        Assert.True(await router.Endpoint.UnbindAsync(address).SoonAsync());
        Assert.False(await router.Endpoint.UnbindAsync(address).SoonAsync());
        Assert.False(address.Path is not null && File.Exists(address.Path));
        // What was connected stays so.
        router.Write(peer, "again");
        dealer.Expect("received again");
    }

    [Fact]
    public async Task An_address_that_cannot_be_listened_at_says_why()
    {
        await using var router = new Owner(Router);
        var taken = router.Endpoint.Bind("tcp://127.0.0.1:*").ToString();
        var error = Assert.Throws<ZmtpException>(() => router.Endpoint.Bind(taken));
        Assert.Equal((taken, "another program listens there"), (error.Address, error.Reason));
        error = Assert.Throws<ZmtpException>(() => router.Endpoint.Bind("tcp://192.0.2.1:1"));
        Assert.Equal("'tcp://192.0.2.1:1' cannot be used: this machine does not have that address.", error.Message);
        Assert.Throws<ZmtpException>(() => router.Endpoint.Bind("tcp://no-such-host.invalid:1"));
        Assert.Throws<ZmtpException>(() => router.Endpoint.Connect("tcp://*:1"));
        Assert.Throws<ZmtpException>(() => router.Endpoint.Connect("tcp://a:0"));
        Assert.Throws<ArgumentException>(() => new Owner(Dealer with { Identity = new byte[256] }));
    }

    [Fact]
    public async Task A_path_that_cannot_be_listened_at_says_what_is_in_the_way()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "elsewhere the system says it");
        await using var router = new Owner(Router);
        var folder = Directory.CreateTempSubdirectory("gatehouse-ipc-");
        try
        {
            var plain = Path.Combine(folder.FullName, "plain");
            await File.WriteAllTextAsync(plain, "precious", TestContext.Current.CancellationToken);
            var taken = router.Endpoint.Bind($"ipc://{folder.FullName}/taken").Path!;
            foreach (var (path, reason) in new Dictionary<string, string>
            {
                [plain] = "a file has that name and is no socket; remove it, or choose another path",
                [folder.FullName] = "a folder has that name; choose another path",
                [taken] = "another program listens there",
                ["/nowhere/at/all"] = "the folder /nowhere/at does not exist",
                [plain + "/below"] = $"the folder {plain} does not exist",
                ["/proc/mdp"] = "the folder /proc takes no sockets",
            })
            {
                Assert.Equal(reason, Assert.Throws<ZmtpException>(() => router.Endpoint.Bind("ipc://" + path)).Reason);
            }

            // Whoever runs the tests may be allowed everything.
            var denied = UnixFile.Explain(ZmtpAddress.Parse("ipc://" + plain), SocketError.AccessDenied);
            Assert.Equal($"this user may not make files in the folder {folder.FullName}", denied);
        }
        finally
        {
            // While it listens there: it stops all the same.
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_port_can_be_had_again_at_once_though_its_connections_linger()
    {
        await using var first = new Owner(Router);
        var address = first.Endpoint.Bind("tcp://127.0.0.1:*");
        using var raw = new RawPeer(address).Say(Wire.Hello("DEALER"));
        first.Expect("opened Dealer unnamed");
        await first.Endpoint.StopAsync(TimeSpan.Zero).AsTask().SoonAsync();
        raw.HearOut();
        await using var second = new Owner(Router);
        Assert.Equal(address, second.Endpoint.Bind(address.ToString()));
    }

    [Fact]
    public async Task A_file_that_a_killed_program_left_is_replaced_but_no_other_one()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "elsewhere nothing is ever removed");
        var path = Path.Combine(Path.GetTempPath(), $"gatehouse-stale-{Environment.ProcessId}");
        await using var router = new Owner(Router);
        using (var killed = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            // Moved away, the file outlives the socket.
            killed.Bind(new UnixDomainSocketEndPoint(path + "-before"));
            File.Move(path + "-before", path);
        }

        var address = router.Endpoint.Bind("ipc://" + path);
        await using var other = new Owner(Router);
        Assert.Throws<ZmtpException>(() => other.Endpoint.Bind("ipc://" + path));
        Assert.True(await router.Endpoint.UnbindAsync(address).SoonAsync());
        await File.WriteAllTextAsync(path, "precious", TestContext.Current.CancellationToken);
        Assert.Throws<ZmtpException>(() => router.Endpoint.Bind("ipc://" + path));
        Assert.Equal("precious", await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
        File.Delete(path);
    }

    [Theory]
    [MemberData(nameof(Pollers))]
    public async Task Strangers_are_dropped_counted_and_told(string poller)
    {
        await using var router = new Owner(Router, poller);
        var address = router.Endpoint.Bind("tcp://127.0.0.1:*");
        foreach (var (fault, bytes) in new Dictionary<ZmtpFault, byte[]>
        {
            [ZmtpFault.BadSignature] = [.. "GET / HTTP/1.1\r\n\r\n"u8],
            [ZmtpFault.OldVersion] = [1, 0],
            [ZmtpFault.IncompatibleSocket] = Wire.Hello("SUB"),
        })
        {
            using var raw = new RawPeer(address).Say(bytes);
            Assert.True(raw.HearOut() >= 64);
            router.Expect($"rejected {fault}");
            Assert.Equal(1, router.Counters.Faults(fault));
        }

        using (var raw = new RawPeer(address).Say(Wire.Hello("DEALER"), [8, 8])) raw.HearOut();
        router.Expect("opened Dealer unnamed", "closed ReservedFlags");
        Assert.Equal(0, router.Counters.Peers);
    }

    [Fact]
    public async Task A_greeting_may_come_byte_by_byte_and_ours_does_not_wait_for_it()
    {
        await using var router = new Owner(Router);
        using var raw = new RawPeer(router.Endpoint.Bind("tcp://127.0.0.1:*"));
        Assert.Equal(Wire.Greeting(), raw.Hear(64));
        foreach (var b in (byte[])[.. Wire.Hello("REQ", "i"), .. Wire.Message("", "x")]) raw.Say([b]);
        router.Expect("opened Req i", "received |x");
        raw.Hear(Wire.Ready("ROUTER", "").Length);
        router.Write(router.Peer, "", "y");
        Assert.Equal(Wire.Message("", "y"), raw.Hear(5));
    }

    [Fact]
    public async Task Peers_that_half_close_or_reset_are_gone()
    {
        await using var router = new Owner(Router);
        var address = router.Endpoint.Bind("tcp://127.0.0.1:*");
        using var half = new RawPeer(address).Say(Wire.Hello("DEALER"));
        router.Expect("opened Dealer unnamed");
        half.Leave();
        router.Expect("closed PeerClosed");
        using var reset = new RawPeer(address).Say(Wire.Hello("DEALER"));
        router.Expect("opened Dealer unnamed");
        reset.Reset();
        router.Expect("closed ConnectionLost");
    }

    [Fact]
    public async Task A_handshake_that_takes_too_long_is_ended_and_no_other()
    {
        var time = new ManualTime();
        await using var router = new Owner(Router, time: time);
        var address = router.Endpoint.Bind("tcp://127.0.0.1:*");
        using var slow = new RawPeer(address).Say(Wire.Greeting()[..20]);
        using var quick = new RawPeer(address).Say(Wire.Hello("DEALER"));
        router.Expect("opened Dealer unnamed");
        slow.Hear(64);
        time.Advance(TimeSpan.FromSeconds(9.9));
        slow.Say(Wire.Greeting()[20..]);
        slow.Hear(2);
        Assert.Empty(router.Rest());
        time.Advance(TimeSpan.FromSeconds(0.2));
        router.Expect("rejected HandshakeTimeout");
        time.Advance(TimeSpan.FromHours(1));
        router.Loop.Turn();
        Assert.Empty(router.Rest());
    }

    [Theory]
    [InlineData(false, "rejected IdentityTaken")]
    [InlineData(true, "closed IdentityTaken")]
    public async Task An_identity_has_one_peer(bool isHandover, string outcome)
    {
        await using var router = new Owner(Router with { IdentityHandover = isHandover });
        var address = router.Endpoint.Bind("tcp://127.0.0.1:*");
        using var first = new RawPeer(address).Say(Wire.Hello("DEALER", "me"));
        router.Expect("opened Dealer me");
        using var second = new RawPeer(address).Say(Wire.Hello("DEALER", "me"));
        router.Expect(outcome);
        if (isHandover) router.Expect("opened Dealer me");
        using var zero = new RawPeer(address).Say(Wire.Hello("DEALER", "\0mine"));
        router.Expect("opened Dealer unnamed");
        (isHandover ? second : first).Leave();
        router.Expect("closed PeerClosed");
        // Free again.
        using var third = new RawPeer(address).Say(Wire.Hello("DEALER", "me"));
        router.Expect("opened Dealer me");
    }

    [Fact]
    public async Task Given_identities_are_all_different()
    {
        await using var router = new Owner(Router);
        var address = router.Endpoint.Bind("tcp://127.0.0.1:*");
        var peers = Enumerable.Range(0, 50).Select(_ => new RawPeer(address).Say(Wire.Hello("REQ"))).ToList();
        for (var i = 0; i < 50; i++) router.Expect("opened Req unnamed");
        var identities = router.Opens.Select(p => Convert.ToHexString(p.Identity.Span)).ToHashSet();
        Assert.Equal(50, identities.Count);
        Assert.All(identities, i => Assert.Equal(10, i.Length));
        peers.ForEach(p => p.Dispose());
    }

    [Fact]
    public async Task More_peers_than_allowed_are_closed_at_once()
    {
        await using var router = new Owner(Router with { MaxPeers = 1 });
        var address = router.Endpoint.Bind("tcp://127.0.0.1:*");
        using var first = new RawPeer(address).Say(Wire.Hello("DEALER"));
        router.Expect("opened Dealer unnamed");
        using var second = new RawPeer(address);
        Assert.Equal(0, second.HearOut());
        Assert.Equal(1, router.Counters.Faults(ZmtpFault.TooManyPeers));
    }

    [Fact]
    public async Task Out_of_descriptors_a_listener_takes_a_breath()
    {
        var time = new ManualTime();
        var (calls, isOut) = (0, true);
        await using var router = new Owner(Router with
        {
            Accept = listener =>
            {
                calls++;
                return isOut ? throw new SocketException((int)SocketError.TooManyOpenSockets) : listener.Accept();
            },
        }, time: time);
        using var raw = new RawPeer(router.Endpoint.Bind("tcp://127.0.0.1:*")).Say(Wire.Hello("DEALER"));
        SpinWait.SpinUntil(() => Volatile.Read(ref calls) > 0, LoopPairs.Patience);
        router.Loop.Turn();
        Assert.Equal(1, calls);
        router.Loop.On(() => isOut = false);
        time.Advance(TimeSpan.FromMilliseconds(100));
        router.Expect("opened Dealer unnamed");
        Assert.Equal(2, calls);
    }

    [Fact]
    public async Task What_an_owner_throws_ends_that_peer_alone()
    {
        await using var router = new Owner(Router);
        router.OnMessage = (_, text) => throw new InvalidOperationException(text);
        var address = router.Endpoint.Bind("tcp://127.0.0.1:*");
        using var other = new RawPeer(address).Say(Wire.Hello("DEALER"));
        router.Expect("opened Dealer unnamed");
        using var raw = new RawPeer(address).Say(Wire.Hello("DEALER"), Wire.Message("ouch"), Wire.Message("more"));
        router.Expect("opened Dealer unnamed", "received ouch", "failed ouch", "closed OwnerFailed");
        router.OnMessage = null;
        other.Say(Wire.Message("fine"));
        router.Expect("received fine");
    }

    [Fact]
    public async Task A_loop_that_has_ended_does_not_keep_its_endpoints_from_stopping()
    {
        var loop = new IoLoop("test");
        var owner = new Owner(Router, loop: loop);
        var address = owner.Endpoint.Bind("tcp://127.0.0.1:*");
        owner.Endpoint.Connect("tcp://127.0.0.1:1");
        using var raw = new RawPeer(address).Say(Wire.Hello("DEALER"));
        owner.Expect("opened Dealer unnamed");
        loop.Dispose();
        await owner.DisposeAsync();
        Assert.True(raw.HearOut() > 0);
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Assert.Throws<SocketException>(() => probe.Connect(IPAddress.Loopback, address.Port));
    }
}
