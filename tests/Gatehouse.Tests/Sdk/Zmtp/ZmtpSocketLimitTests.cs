using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp;
using static Gatehouse.Tests.Sdk.Zmtp.Sockets;

namespace Gatehouse.Tests.Sdk.Zmtp;

/// <summary>What goes without at the send limit, while the loop stands still and nothing leaves.</summary>
public sealed class ZmtpSocketLimitTests
{
    private static readonly string Large = new('x', 800);

    [Fact]
    public async Task A_router_drops_what_is_too_much_for_its_peer()
    {
        await using var sockets = new Sockets();
        var (router, address) = sockets.Bound(ZmtpSocketType.Router, o => o with { SendLimit = 1000 });
        var dealer = sockets.Connected(ZmtpSocketType.Dealer, address, o => o with { Identity = "d"u8.ToArray() });
        await UntilAsync(router, c => c.Peers == 1);
        using var standstill = new ManualResetEventSlim();
        sockets.Loop.Post(standstill.Wait);
        for (var i = 0; i < 3; i++) Assert.True(router.TrySend(Frames.Of("d", Large)));
        Assert.Equal(2, router.Counters.PeerFull);
        standstill.Set();
        Assert.Equal([Large], await ReceiveAsync(dealer));
        await UntilAsync(router, c => c.WaitingBytes == 0);
        await SendAsync(router, Frames.Of("d", "next"));
        Assert.Equal(["next"], await ReceiveAsync(dealer));
    }

    [Fact]
    public async Task A_server_drops_the_reply_that_is_too_much_for_its_asker_and_an_xsub_its_message()
    {
        await using var sockets = new Sockets();
        var (server, address) = sockets.Bound(ZmtpSocketType.Rep, o => o with { SendLimit = 1000 });
        var dealer = sockets.Connected(ZmtpSocketType.Dealer, address);
        for (var i = 0; i < 2; i++) await SendAsync(dealer, Frames.Of("", $"{i}"));
        await UntilAsync(server, c => c.WaitingMessages == 2);
        var (_, upper) = sockets.Bound(ZmtpSocketType.XPub);
        var xsub = sockets.Connected(ZmtpSocketType.XSub, upper, o => o with { SendLimit = 1000 });
        await UntilAsync(xsub, c => c.Peers == 1);
        using var standstill = new ManualResetEventSlim();
        sockets.Loop.Post(standstill.Wait);
        for (var i = 0; i < 2; i++)
        {
            Assert.True(server.TryReceive(out _));
            Assert.True(server.TrySend(Frames.Of(Large)));
            Assert.True(xsub.TrySend(Frames.Of(Large)));
        }

        Assert.Equal(1, server.Counters.PeerFull);
        Assert.Equal(1, xsub.Counters.PeerFull);
        standstill.Set();
        Assert.Equal(["", Large], await ReceiveAsync(dealer));
        Assert.True(sockets.New(ZmtpSocketType.XSub) is { } alone && alone.TrySend(Frames.Of("to nobody")) && alone.Counters.NoPeer == 1);
    }

    [Fact]
    public async Task A_publisher_that_takes_no_subscriptions_learns_them_when_it_is_connected_again()
    {
        await using var sockets = new Sockets();
        var (pub, address) = sockets.Bound(ZmtpSocketType.XPub);
        var sub = sockets.Connected(ZmtpSocketType.Sub, address, o => o with { SendLimit = 1000 });
        await UntilAsync(sub, c => c.Peers == 1);
        using var standstill = new ManualResetEventSlim();
        sockets.Loop.Post(standstill.Wait);
        foreach (var topic in (string[])["a", "b", "c"]) sub.Subscribe(topic + Large);
        standstill.Set();
        await UntilAsync(sub, c => c.Faults.ContainsKey("SendLimit"));
        // The first one may have come by the lost connection, too.
        var left = new HashSet<char>("abc");
        while (left.Count > 0)
        {
            var note = (await ReceiveAsync(pub))[0];
            if (note[0] == '\u0001') left.Remove(note[1]);
        }

        await UntilAsync(sub, c => c.Peers == 1 && c.WaitingBytes == 0);
        Assert.Equal(2, sub.Counters.Connected);
    }

    [Fact]
    public async Task Many_frames_and_large_ones_are_put_together_as_they_were()
    {
        await using var sockets = new Sockets();
        var (pull, address) = sockets.Bound(ZmtpSocketType.Pull);
        var push = sockets.Connected(ZmtpSocketType.Push, address);
        foreach (var size in (int[])[0, 255, 256, 2_000, 100_000, 400_000, 100])
        {
            byte[][] frames = [[1], new byte[size], [], new byte[size], [2]];
            new Random(size).NextBytes(frames[1]);
            await SendAsync(push, Frames.Of(frames));
            var message = await TakeAsync(pull);
            Assert.Equal(frames.Length, message.Count);
            for (var i = 0; i < frames.Length; i++) Assert.True(message[i].Span.SequenceEqual(frames[i]));
        }
    }
}
