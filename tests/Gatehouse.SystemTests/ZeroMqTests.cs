using System.Security.Cryptography;
using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp;
using Gatehouse.SystemTests.Support;

namespace Gatehouse.SystemTests;

/// <summary>Our sockets with libzmq's: each pattern, each side binding, over TCP and Unix sockets.</summary>
public sealed class ZeroMqTests
{
    public static TheoryData<bool, bool> Ways => new MatrixTheoryData<bool, bool>([true, false], [true, false]);

    [Theory, MemberData(nameof(Ways))]
    public async Task A_libzmq_server_answers_our_requests(bool isOurBound, bool isFile)
    {
        await using var place = new Place(isFile);
        await using var client = new ZmtpSocket(ZmtpSocketType.Req);
        await using var server = await place.JoinAsync(client, isOurBound, "echo", "REP");
        for (var i = 0; i < 200; i++)
        {
            await Place.SendAsync(client, Frames.Of("question", "", $"{i}"));
            Assert.Equal(["question", "", $"{i}"], await Place.ReceiveAsync(client));
        }
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task Our_server_answers_requests_of_libzmq(bool isOurBound, bool isFile)
    {
        await using var place = new Place(isFile);
        await using var server = new ZmtpSocket(ZmtpSocketType.Rep);
        await using var client = await place.JoinAsync(server, isOurBound, "ask", "REQ", "200", "1000");
        await EchoAsync(server, 200);
        await client.OutputLineAsync(line => line == "ANSWERED 200");
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task A_libzmq_dealer_keeps_many_requests_in_flight_to_our_router(bool isOurBound, bool isFile)
    {
        await using var place = new Place(isFile);
        await using var router = new ZmtpSocket(ZmtpSocketType.Router);
        await using var dealer = await place.JoinAsync(router, isOurBound, "ask", "DEALER", "2000", "300", "identity=lane");
        await EchoAsync(router, 2000);
        await dealer.OutputLineAsync(line => line == "ANSWERED 2000");
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task Our_dealer_keeps_many_requests_in_flight_to_a_libzmq_router(bool isOurBound, bool isFile)
    {
        await using var place = new Place(isFile);
        await using var dealer = new ZmtpSocket(ZmtpSocketType.Dealer);
        await using var router = await place.JoinAsync(dealer, isOurBound, "echo", "ROUTER");
        for (var i = 0; i < 2000; i++) await Place.SendAsync(dealer, Frames.Of("", $"{i}"));
        for (var i = 0; i < 2000; i++) Assert.Equal(["", $"{i}"], await Place.ReceiveAsync(dealer));
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task Work_pushed_by_libzmq_comes_whole_and_in_order(bool isOurBound, bool isFile)
    {
        await using var place = new Place(isFile);
        await using var pull = new ZmtpSocket(ZmtpSocketType.Pull);
        await using var push = await place.JoinAsync(pull, isOurBound, "push", "PUSH", "20000", "3", "300");
        for (var i = 0; i < 20_000; i++)
        {
            var message = await Place.TakeAsync(pull);
            Assert.Equal($"{i}", message.Text(0));
            Assert.Equal((3, 600 + $"{i}".Length), (message.Count, message.Size));
            Assert.Equal(-1, message[2].Span.IndexOfAnyExcept((byte)(i % 251)));
        }
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task Work_that_we_push_comes_whole_and_in_order(bool isOurBound, bool isFile)
    {
        await using var place = new Place(isFile);
        await using var push = new ZmtpSocket(ZmtpSocketType.Push);
        await using var pull = await place.JoinAsync(push, isOurBound, "pull", "PULL", "20000");
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var size = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var message = Frames.Of([.. new[] { $"{i}", new string('x', i % 600) }]);
            size += message.Size;
            for (var frame = 0; frame < 2; frame++) digest.AppendData(message[frame].Span);
            await Place.SendAsync(push, message);
        }

        var sum = Convert.ToHexStringLower(digest.GetHashAndReset());
        await pull.OutputLineAsync(line => line == $"PULLED 20000 40000 {size} {sum} in order");
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task A_libzmq_publisher_sends_us_what_we_subscribed_to(bool isOurBound, bool isFile)
    {
        await using var place = new Place(isFile);
        await using var sub = new ZmtpSocket(ZmtpSocketType.Sub);
        sub.Subscribe("b");
        await using var pub = await place.JoinAsync(sub, isOurBound, "pub", "XPUB", "100", "a", "b", "bc", "c");
        await pub.OutputLineAsync(line => line == @"NOTED b'\x01b'");
        sub.Subscribe("end");
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(["b", $"{i}"], await Place.ReceiveAsync(sub));
            Assert.Equal(["bc", $"{i}"], await Place.ReceiveAsync(sub));
        }

        Assert.Equal(["end"], await Place.ReceiveAsync(sub));
        Assert.True(sub.Unsubscribe("b"));
        await pub.OutputLineAsync(line => line == @"NOTED b'\x00b'");
        Assert.Equal(0, sub.Counters.Ignored);
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task A_libzmq_subscriber_gets_what_it_subscribed_to(bool isOurBound, bool isFile)
    {
        await using var place = new Place(isFile);
        await using var pub = new ZmtpSocket(ZmtpSocketType.XPub);
        await using var sub = await place.JoinAsync(pub, isOurBound, "sub", "SUB", "b", "end");
        var noted = new[] { (await Place.ReceiveAsync(pub))[0], (await Place.ReceiveAsync(pub))[0] };
        Assert.Equal(["\u0001b", "\u0001end"], noted.Order(StringComparer.Ordinal));
        await Place.SendAsync(pub, Frames.Of("a", "not this"));
        await Place.SendAsync(pub, Frames.Of("bc", "this"));
        await Place.SendAsync(pub, Frames.Of("end"));
        await sub.OutputLineAsync(line => line == "GOT bc this");
        Assert.DoesNotContain("not this", sub.Output, StringComparison.Ordinal);
        await sub.EndAsync();
        noted = [(await Place.ReceiveAsync(pub))[0], (await Place.ReceiveAsync(pub))[0]];
        Assert.Equal(["\0b", "\0end"], noted.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_libzmq_proxy_passes_subscriptions_up_and_messages_down()
    {
        await using var place = new Place(isFile: true);
        await using var pub = new ZmtpSocket(ZmtpSocketType.XPub);
        var front = pub.Bind("tcp://127.0.0.1:*");
        await using var proxy = Peers.Start("sockets.py", "proxy", "-", "bind", front, place.Wanted);
        var back = await Place.AddressOfAsync(proxy);
        await using var sub = new ZmtpSocket(ZmtpSocketType.Sub);
        sub.Subscribe("news");
        sub.Connect(back);
        Assert.Equal(["\u0001news"], await Place.ReceiveAsync(pub));
        await Place.SendAsync(pub, Frames.Of("newsflash", "it rains"));
        Assert.Equal(["newsflash", "it rains"], await Place.ReceiveAsync(sub));
    }

    [Fact]
    public async Task Our_proxy_stands_between_programs_on_libzmq()
    {
        await using var place = new Place(isFile: false);
        await using var xsub = new ZmtpSocket(ZmtpSocketType.XSub);
        await using var xpub = new ZmtpSocket(ZmtpSocketType.XPub);
        await using var pub = await place.JoinAsync(xsub, true, "pub", "XPUB", "3", "a");
        await using var sub = await place.JoinAsync(xpub, true, "sub", "SUB", "a", "end");
        var up = Pass(xpub, xsub);
        var down = Pass(xsub, xpub);
        await sub.OutputLineAsync(line => line == "GOT a 2");
        await sub.OutputLineAsync(line => line == "GOT end");
        await xsub.DisposeAsync();
        await xpub.DisposeAsync();
        await Task.WhenAll(up, down);

        static async Task Pass(ZmtpSocket from, ZmtpSocket to)
        {
            try
            {
                await foreach (var message in from.ReadAllAsync()) await Place.SendAsync(to, message);
            }
            catch (ObjectDisposedException)
            {
                // The test is over.
            }
        }
    }

    private static async Task EchoAsync(ZmtpSocket socket, int count)
    {
        for (var i = 0; i < count; i++) await Place.SendAsync(socket, await Place.TakeAsync(socket));
    }
}
