using Gatehouse.Sdk.Zmtp;
using Gatehouse.Tests.Sdk.Io;

namespace Gatehouse.Tests.Sdk.Zmtp;

/// <summary>Messages that take long, and others that wait behind them.</summary>
public sealed class ZmtpTurnTests
{
    private static readonly ZmtpOptions Router = new() { SocketType = ZmtpSocketType.Router };

    public static TheoryData<string> Pollers => LoopPairs.Pollers;

    [Theory]
    [MemberData(nameof(Pollers))]
    public async Task Between_two_messages_that_take_long_others_have_their_turn(string poller)
    {
        const int Count = 200;
        await using var router = new Owner(Router, poller);
        var address = router.Endpoint.Bind("tcp://127.0.0.1:*");
        using var many = new RawPeer(address).Say(Wire.Hello("DEALER"));
        using var other = new RawPeer(address).Say(Wire.Hello("DEALER"));
        router.Expect("opened Dealer unnamed", "opened Dealer unnamed");
        router.OnMessage = (peer, text) =>
        {
            if (text == "other") return;
            // The other one asks while the first message of the many is handled: its turn is the next round.
            if (text == "0") other.Say(Wire.Message("other"));
            peer.Yield();
            peer.Yield();
        };
        many.Say([.. Enumerable.Range(0, Count).SelectMany(i => Wire.Message($"{i}"))]);
        var order = Enumerable.Range(0, Count + 1).Select(_ => router.Next()).ToList();
        Assert.InRange(order.IndexOf("received other"), 1, Count - 1);
        order.Remove("received other");
        Assert.Equal(Enumerable.Range(0, Count).Select(i => $"received {i}"), order);
        // Nothing was left behind the last one: it is heard as before.
        router.OnMessage = null;
        many.Say(Wire.Message("again"));
        router.Expect("received again");
    }

    [Fact]
    public async Task A_peer_that_yields_may_be_paused_or_closed_as_well()
    {
        await using var router = new Owner(Router);
        using var raw = new RawPeer(router.Endpoint.Bind("tcp://127.0.0.1:*")).Say(Wire.Hello("DEALER"));
        router.Expect("opened Dealer unnamed");
        router.OnMessage = (peer, text) =>
        {
            peer.Yield();
            if (text == "1") peer.PauseReading();
            if (text == "3") peer.Close(ZmtpFault.Dropped);
        };
        raw.Say([.. Wire.Message("1"), .. Wire.Message("2"), .. Wire.Message("3"), .. Wire.Message("4")]);
        router.Expect("received 1");
        router.Loop.Turn();
        Assert.Empty(router.Rest());
        var peer = router.Peer;
        router.Loop.On(peer.ResumeReading);
        router.Expect("received 2", "received 3", "closed Dropped");
        router.Loop.On(peer.Yield);
        router.Loop.Turn();
        Assert.Empty(router.Rest());
    }

    [Theory]
    [MemberData(nameof(Pollers))]
    public async Task What_came_behind_a_message_that_took_long_is_taken_however_it_was_cut(string poller)
    {
        await using var router = new Owner(Router, poller) { TellsSizes = true };
        using var raw = new RawPeer(router.Endpoint.Bind("tcp://127.0.0.1:*")).Say(Wire.Hello("DEALER"));
        router.Expect("opened Dealer unnamed");
        router.OnMessage = (peer, _) => peer.Yield();
        int[] sizes = [3, 50_000, 300_000, 1, 700_000, 200, 0];
        byte[] all = [.. sizes.SelectMany(size => Wire.Frame(new byte[size]))];
        foreach (var part in all.Chunk(70_001)) raw.Say(part);
        router.Expect([.. sizes.Select(size => $"received {Wire.Frame(new byte[size]).Length}")]);
    }
}
