using Gatehouse.Sdk.Zmtp;
using Gatehouse.Tests.Sdk.Io;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Sdk.Zmtp;

public sealed class ZmtpPulseTests
{
    private static readonly ZmtpOptions Router = new() { SocketType = ZmtpSocketType.Router };

    [Fact]
    public async Task A_peer_of_version_3_1_is_pinged_and_given_up_when_it_says_nothing()
    {
        var time = new ManualTime();
        await using var router = new Owner(Router with
        {
            HeartbeatInterval = TimeSpan.FromSeconds(2),
            HeartbeatTimeout = TimeSpan.FromSeconds(3),
            HeartbeatTimeToLive = TimeSpan.FromSeconds(6),
        }, time: time);
        var address = router.Endpoint.Bind("tcp://127.0.0.1:*");
        using var older = new RawPeer(address).Say(Wire.Hello("DEALER", "older", minor: 0));
        router.Expect("opened Dealer older");
        using var raw = new RawPeer(address).Say(Wire.Hello("DEALER"));
        router.Expect("opened Dealer unnamed");
        raw.Hear(64 + Wire.Ready("ROUTER", "").Length);
        for (var i = 0; i < 3; i++)
        {
            time.Advance(TimeSpan.FromSeconds(2));
            Assert.Equal(Wire.Command("PING", [0, 60]), raw.Hear(9));
            var before = router.Counters.BytesIn;
            raw.Say(i == 1 ? Wire.Message("life") : Wire.Command("PONG"));
            Assert.True(SpinWait.SpinUntil(() => router.Counters.BytesIn > before, LoopPairs.Patience));
            if (i == 1) router.Expect("received life");
        }

        time.Advance(TimeSpan.FromSeconds(2));
        raw.Hear(9);
        time.Advance(TimeSpan.FromSeconds(2.9));
        router.Loop.Turn();
        Assert.Empty(router.Rest());
        time.Advance(TimeSpan.FromSeconds(0.1));
        router.Expect("closed PeerSilent");
        older.Say(Wire.Message("still here"));
        router.Expect("received still here");
    }

    [Fact]
    public async Task A_ping_with_a_time_to_live_binds_this_side_to_give_a_silent_peer_up()
    {
        var time = new ManualTime();
        await using var router = new Owner(Router, time: time);
        using var raw = new RawPeer(router.Endpoint.Bind("tcp://127.0.0.1:*")).Say(Wire.Hello("DEALER"), Wire.Command("PING", [0, 0]));
        router.Expect("opened Dealer unnamed");
        raw.Hear(64 + Wire.Ready("ROUTER", "").Length + 7);
        time.Advance(TimeSpan.FromHours(1));
        raw.Say(Wire.Command("PING", [0, 20, 9]));
        Assert.Equal(Wire.Command("PONG", [9]), raw.Hear(8));
        time.Advance(TimeSpan.FromSeconds(1.5));
        raw.Say(Wire.Message("life"));
        router.Expect("received life");
        time.Advance(TimeSpan.FromSeconds(1.9));
        router.Loop.Turn();
        Assert.Empty(router.Rest());
        raw.Say(Wire.Command("PING", [0, 20, 9]));
        raw.Hear(8);
        time.Advance(TimeSpan.FromSeconds(2));
        router.Expect("closed PeerSilent");
    }
}
