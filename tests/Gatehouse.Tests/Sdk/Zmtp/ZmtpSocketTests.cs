using System.Globalization;
using Gatehouse.Sdk;
using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp;
using static Gatehouse.Tests.Sdk.Zmtp.Sockets;

namespace Gatehouse.Tests.Sdk.Zmtp;

/// <summary>Each pattern between sockets of our own, on both ways of waiting.</summary>
public sealed class ZmtpSocketTests
{
    [Theory, InlineData(false), InlineData(true)]
    public async Task A_request_gets_its_reply(bool isPortable)
    {
        await using var sockets = new Sockets(isPortable);
        var (server, address) = sockets.Bound(ZmtpSocketType.Rep);
        var client = sockets.Connected(ZmtpSocketType.Req, address);
        for (var i = 0; i < 100; i++)
        {
            await SendAsync(client, Frames.Of("question", $"{i}"));
            Assert.Equal(["question", $"{i}"], await ReceiveAsync(server));
            await SendAsync(server, Frames.Of($"answer {i}"));
            Assert.Equal([$"answer {i}"], await ReceiveAsync(client));
        }
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_router_answers_each_dealer_by_its_identity(bool isPortable)
    {
        await using var sockets = new Sockets(isPortable);
        var (router, address) = sockets.Bound(ZmtpSocketType.Router);
        var named = sockets.Connected(ZmtpSocketType.Dealer, address, o => o with { Identity = "hall"u8.ToArray() });
        var unnamed = sockets.Connected(ZmtpSocketType.Dealer, address);
        await SendAsync(named, Frames.Of("from hall", ""));
        Assert.Equal(["hall", "from hall", ""], await ReceiveAsync(router));
        await SendAsync(unnamed, Frames.Of("from nobody"));
        var message = await TakeAsync(router);
        Assert.Equal(5, message[0].Length);
        Assert.Equal(0, message[0].Span[0]);
        await SendAsync(router, Frames.Of([message[0].ToArray(), [7], []]));
        await SendAsync(router, Frames.Of("hall", "hello"));
        Assert.Equal(["\a", ""], await ReceiveAsync(unnamed));
        Assert.Equal(["hello"], await ReceiveAsync(named));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Work_is_given_out_in_turn(bool isPortable)
    {
        await using var sockets = new Sockets(isPortable);
        var (push, address) = sockets.Bound(ZmtpSocketType.Push);
        ZmtpSocket[] pulls = [.. Enumerable.Range(0, 3).Select(_ => sockets.Connected(ZmtpSocketType.Pull, address))];
        await UntilAsync(push, c => c.Peers == 3);
        for (var i = 0; i < 30; i++) Assert.True(push.TrySend(Frames.Of($"{i}")));
        var seen = new List<int>();
        foreach (var pull in pulls)
        {
            for (var i = 0; i < 10; i++) seen.Add(int.Parse((await ReceiveAsync(pull))[0], CultureInfo.InvariantCulture));
            Assert.False(pull.TryReceive(out _));
        }

        Assert.Equal(Enumerable.Range(0, 30), seen.Order());
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Subscribers_get_what_they_subscribed_to(bool isPortable)
    {
        await using var sockets = new Sockets(isPortable);
        var (pub, address) = sockets.Bound(ZmtpSocketType.XPub);
        var sub = sockets.New(ZmtpSocketType.Sub);
        sub.Subscribe("a");
        sub.Subscribe("a");
        sub.Subscribe("abc");
        sub.Connect(address);
        Assert.Equal(["\u0001a", "\u0001abc"], new[] { (await ReceiveAsync(pub))[0], (await ReceiveAsync(pub))[0] }.Order());
        await SendAsync(pub, Frames.Of("abcd", "twice, sent once"));
        await SendAsync(pub, Frames.Of("b", "nobody"));
        await SendAsync(pub, Frames.Of("a"));
        Assert.Equal(["abcd", "twice, sent once"], await ReceiveAsync(sub));
        Assert.Equal(["a"], await ReceiveAsync(sub));
        Assert.True(sub.Unsubscribe("a"));
        Assert.True(sub.Unsubscribe("a"));
        Assert.False(sub.Unsubscribe("a"));
        Assert.Equal(["\u0000a"], await ReceiveAsync(pub));
        sub.Subscribe("");
        Assert.Equal(["\u0001"], await ReceiveAsync(pub));
        await SendAsync(pub, Frames.Of("zzz"));
        Assert.Equal(["zzz"], await ReceiveAsync(sub));
        await sub.DisposeAsync();
        Assert.Equal(["\0", "\0abc"], new[] { (await ReceiveAsync(pub))[0], (await ReceiveAsync(pub))[0] }.Order(StringComparer.Ordinal));
        Assert.Equal(0, pub.Counters.PeerFull);
    }

    [Fact]
    public async Task A_proxy_of_xsub_and_xpub_passes_subscriptions_up_once_and_messages_down()
    {
        await using var sockets = new Sockets();
        var (pub, upper) = sockets.Bound(ZmtpSocketType.XPub);
        var xsub = sockets.Connected(ZmtpSocketType.XSub, upper);
        var (xpub, lower) = sockets.Bound(ZmtpSocketType.XPub);
        ZmtpSocket[] subs = [sockets.Connected(ZmtpSocketType.Sub, lower), sockets.Connected(ZmtpSocketType.Sub, lower)];
        foreach (var sub in subs) sub.Subscribe("t");
        var up = TakeAsync(xpub);
        await SendAsync(xsub, await up);
        Assert.Equal(["\u0001t"], await ReceiveAsync(pub));
        await SendAsync(xsub, Frames.Of("\u0001t"));
        await SendAsync(xsub, Frames.Of("\u0001u"));
        Assert.Equal(["\u0001u"], await ReceiveAsync(pub));
        await SendAsync(xsub, Frames.Of("up", "message"));
        Assert.Equal(["up", "message"], await ReceiveAsync(pub));
        await UntilAsync(xpub, c => c.Peers == 2);
        await SendAsync(pub, Frames.Of("topic", "news"));
        await SendAsync(xpub, await TakeAsync(xsub));
        await UntilAsync(xpub, c => c.WaitingBytes == 0);
        Assert.Equal(["topic", "news"], await ReceiveAsync(subs[0]));
        await subs[0].DisposeAsync();
        await subs[1].DisposeAsync();
        Assert.Equal(["\0t"], await ReceiveAsync(xpub));
        await SendAsync(xsub, Frames.Of("\0u"));
        Assert.Equal(["\0u"], await ReceiveAsync(pub));
    }

    [Fact]
    public async Task A_pair_has_one_peer()
    {
        await using var sockets = new Sockets();
        var (one, address) = sockets.Bound(ZmtpSocketType.Pair);
        var other = sockets.Connected(ZmtpSocketType.Pair, address);
        await SendAsync(other, Frames.Of("mine"));
        Assert.Equal(["mine"], await ReceiveAsync(one));
        var third = sockets.Connected(ZmtpSocketType.Pair, address);
        await UntilAsync(one, c => c.Faults.ContainsKey("TooManyPeers"));
        await third.DisposeAsync();
        await SendAsync(one, Frames.Of("yours"));
        Assert.Equal(["yours"], await ReceiveAsync(other));
    }

    [Fact]
    public async Task What_a_type_does_not_do_is_refused_with_words()
    {
        await using var sockets = new Sockets();
        var pull = sockets.New(ZmtpSocketType.Pull);
        Assert.Equal("A PULL socket only receives.", Assert.Throws<NotSupportedException>(() => pull.TrySend(Frames.Of("x"))).Message);
        Assert.Throws<NotSupportedException>(() => sockets.New(ZmtpSocketType.Sub).TrySend(Frames.Of("x")));
        Assert.Throws<NotSupportedException>(() => sockets.New(ZmtpSocketType.Push).TryReceive(out _));
        Assert.Throws<NotSupportedException>(() => sockets.New(ZmtpSocketType.Pub).TryReceive(out _));
        Assert.Throws<NotSupportedException>(() => pull.Subscribe("x"));
        Assert.Throws<ArgumentException>(() => sockets.New(ZmtpSocketType.Push).TrySend(Frames.None));
        Assert.Throws<ArgumentException>(() => sockets.New(ZmtpSocketType.Router).TrySend(Frames.Of("identity alone")));
        Assert.Throws<ZmtpException>(() => pull.Bind("tcp://127.0.0.1"));
        Assert.Throws<ZmtpException>(() => pull.Connect("udp://127.0.0.1:1"));
        await pull.DisposeAsync();
        Assert.Throws<ObjectDisposedException>(() => pull.Bind("tcp://127.0.0.1:*"));
        Assert.Throws<ObjectDisposedException>(() => pull.Connect("tcp://127.0.0.1:1"));
        Assert.Throws<ObjectDisposedException>(() => pull.TryReceive(out _));
    }

    [Fact]
    public async Task Request_and_reply_take_turns()
    {
        await using var sockets = new Sockets();
        var (server, address) = sockets.Bound(ZmtpSocketType.Rep);
        var client = sockets.Connected(ZmtpSocketType.Req, address);
        Assert.Throws<ZmtpTurnException>(() => client.TryReceive(out _));
        Assert.Throws<ZmtpTurnException>(() => server.TrySend(Frames.Of("unasked")));
        await SendAsync(client, Frames.Of("?"));
        Assert.Throws<ZmtpTurnException>(() => client.TrySend(Frames.Of("again")));
        await ReceiveAsync(server);
        Assert.Throws<ZmtpTurnException>(() => server.TryReceive(out _));
        await SendAsync(server, Frames.Of("!"));
        await ReceiveAsync(client);

        var lonely = sockets.New(ZmtpSocketType.Req);
        var waiting = SendAsync(lonely, Frames.Of("to whom?"));
        Assert.Throws<ZmtpTurnException>(() => lonely.TrySend(Frames.Of("second")));
        lonely.Connect(address);
        await waiting;
        Assert.Equal(["to whom?"], await ReceiveAsync(server));
    }

    [Fact]
    public async Task A_request_whose_peer_goes_fails_with_words_and_the_next_one_may_follow()
    {
        await using var sockets = new Sockets();
        var (server, address) = sockets.Bound(ZmtpSocketType.Rep);
        var client = sockets.Connected(ZmtpSocketType.Req, address);
        await SendAsync(client, Frames.Of("?"));
        await ReceiveAsync(server);
        var reply = TakeAsync(client);
        await server.DisposeAsync();
        Assert.Contains("went before it answered", (await Assert.ThrowsAsync<ZmtpPeerException>(async () => await reply)).Message);

        var second = sockets.New(ZmtpSocketType.Rep);
        second.Bind(address);
        await SendAsync(client, Frames.Of("again"));
        Assert.Equal(["again"], await ReceiveAsync(second));
        await second.DisposeAsync();
        await UntilAsync(client, c => c.Peers == 0);
        Assert.Throws<ZmtpTurnException>(() => client.TrySend(Frames.Of("not before it is known")));
        Assert.Throws<ZmtpPeerException>(() => client.TryReceive(out _));
        Assert.False(client.TrySend(Frames.Of("nobody there")));
    }

    [Fact]
    public async Task Replies_that_nobody_asked_for_are_ignored()
    {
        await using var sockets = new Sockets();
        var (router, address) = sockets.Bound(ZmtpSocketType.Router);
        var client = sockets.Connected(ZmtpSocketType.Req, address);
        await SendAsync(client, Frames.Of("1"));
        var identity = (await TakeAsync(router))[0].ToArray();
        await SendAsync(router, Frames.Of([identity, [65], [66]]));
        await SendAsync(router, Frames.Of([identity, []]));
        await SendAsync(router, Frames.Of([identity, [], [1]]));
        await SendAsync(router, Frames.Of([identity, [], [2]]));
        Assert.Equal(1, (await TakeAsync(client))[0].Span[0]);
        await UntilAsync(client, c => c.Ignored == 3);
        await SendAsync(client, Frames.Of("2"));
        await TakeAsync(router);
        await SendAsync(router, Frames.Of([identity, [], [3]]));
        Assert.Equal(3, (await TakeAsync(client))[0].Span[0]);
    }

    [Fact]
    public async Task A_relaxed_request_is_told_apart_from_the_one_before()
    {
        await using var sockets = new Sockets();
        var (router, address) = sockets.Bound(ZmtpSocketType.Router);
        var client = sockets.Connected(ZmtpSocketType.Req, address, o => o with { RelaxedRequests = true });
        await SendAsync(client, Frames.Of("slow"));
        var slow = await TakeAsync(router);
        await SendAsync(client, Frames.Of("fast"));
        var fast = await TakeAsync(router);
        await SendAsync(router, Reply(slow, 1));
        await SendAsync(router, Reply(fast, 2));
        await SendAsync(router, Frames.Of([fast[0].ToArray(), [], [3]]));
        Assert.Equal(2, (await TakeAsync(client))[0].Span[0]);

        await SendAsync(client, Frames.Of("answered, and never received"));
        await SendAsync(router, Reply(await TakeAsync(router), 4));
        await UntilAsync(client, c => c.WaitingMessages == 1);
        await SendAsync(client, Frames.Of("last"));
        await SendAsync(router, Reply(await TakeAsync(router), 5));
        Assert.Equal(5, (await TakeAsync(client))[0].Span[0]);

        static Frames Reply(Frames request, byte body) => Frames.Of([request[0].ToArray(), request[1].ToArray(), [], [body]]);
    }

    [Fact]
    public async Task A_reply_keeps_the_envelope_of_its_request()
    {
        await using var sockets = new Sockets();
        var (server, address) = sockets.Bound(ZmtpSocketType.Rep);
        var dealer = sockets.Connected(ZmtpSocketType.Dealer, address);
        await SendAsync(dealer, Frames.Of("no delimiter"));
        await SendAsync(dealer, Frames.Of("no body", ""));
        await SendAsync(dealer, Frames.Of("hop 1", "hop 2", "", "body", "", "more"));
        Assert.Equal(["body", "", "more"], await ReceiveAsync(server));
        await SendAsync(server, Frames.Of("reply"));
        Assert.Equal(["hop 1", "hop 2", "", "reply"], await ReceiveAsync(dealer));
        Assert.Equal(2, server.Counters.Ignored);

        await SendAsync(dealer, Frames.Of("", "last"));
        await ReceiveAsync(server);
        await dealer.DisposeAsync();
        await UntilAsync(server, c => c.Peers == 0);
        await SendAsync(server, Frames.Of("too late"));
        Assert.Equal(1, server.Counters.PeerGone);
    }
}
