using Gatehouse.Connectors.Majordomo;
using Gatehouse.Sdk.Values;
using Gatehouse.Services;
using static Gatehouse.Tests.Connectors.Majordomo.BrokerFixture;

namespace Gatehouse.Tests.Connectors.Majordomo;

public sealed class BrokerTimeTests
{
    private readonly BrokerFixture _broker = new();

    [Fact]
    public void A_silent_worker_expires_after_seven_intervals_and_not_before()
    {
        var worker = _broker.Worker("s");
        _broker.Pass(17_499);
        Assert.Equal(1, _broker.Service("s").Workers);
        Assert.All(_broker.Heard(worker), m => Assert.Equal(["", "MDPW01", HeartbeatByte], m));
        _broker.Pass(1);
        Assert.Empty(_broker.Offered);
        Assert.Empty(_broker.Heard(worker));
        Assert.Equal(1, _broker.Core.Statistics(_broker.Now).Totals.WorkersExpired);
        _broker.Say(worker, "", "MDPW01", HeartbeatByte);
        Assert.Equal(["", "MDPW01", DisconnectByte], _broker.HeardOne(worker));
    }

    [Fact]
    public void Whatever_a_worker_says_keeps_it()
    {
        var worker = _broker.Worker("s");
        _broker.Pass(17_000);
        _broker.Say(worker, "", "MDPW01", HeartbeatByte);
        _broker.Pass(17_499);
        Assert.Equal(1, _broker.Service("s").Workers);
        _broker.Pass(1);
        Assert.Empty(_broker.Core.Statistics(_broker.Now).Services);
    }

    [Fact]
    public void A_worker_of_zeromq_majordomo_expires_after_three_seconds()
    {
        var worker = _broker.Open();
        _broker.Say(worker, "\xAA\xA4\x04\x06MDPW02\x01\x01s");
        _broker.Pass(2999);
        Assert.Equal(1, _broker.Service("s").Workers);
        Assert.Equal(2, _broker.Heard(worker).Length);
        _broker.Pass(1);
        Assert.Empty(_broker.Offered);
    }

    [Fact]
    public void A_busy_worker_does_not_expire()
    {
        var (worker, client) = (_broker.Worker("s"), _broker.Open());
        _broker.Ask(client, "s", "x");
        _broker.Pass(300_000);
        Assert.Equal(1, _broker.Service("s").Workers);
        _broker.Answer(worker, client, "y");
        Assert.Equal("y", _broker.HeardOne(client)[3]);
        _broker.Pass(17_499);
        Assert.Equal(1, _broker.Service("s").Workers);
        _broker.Pass(1);
        Assert.Empty(_broker.Offered);
    }

    [Fact]
    public void Heartbeats_go_to_the_worker_that_hears_nothing_else()
    {
        var (worker, client) = (_broker.Worker("s"), _broker.Open());
        for (var i = 0; i < 10; i++)
        {
            _broker.Pass(1000);
            _broker.Ask(client, "s", "x");
            _broker.Answer(worker, client, "y");
        }
        Assert.All(_broker.Heard(worker), m => Assert.Equal(RequestByte, m[2]));
        _broker.Pass(2399);
        Assert.Empty(_broker.Heard(worker));
        _broker.Pass(101);
        Assert.Equal(HeartbeatByte, _broker.HeardOne(worker)[2]);
    }

    [Fact]
    public void A_busy_worker_hears_that_the_broker_lives()
    {
        var (worker, client) = (_broker.Worker("s"), _broker.Open());
        _broker.Ask(client, "s", "x");
        _broker.Heard(worker);
        _broker.Pass(25_000);
        Assert.Equal(10, _broker.Heard(worker).Length);
    }

    [Fact]
    public void Many_workers_are_looked_at_seldom()
    {
        for (var i = 0; i < 100; i++)
        {
            _broker.Worker("s");
            _broker.Pass(7);
        }
        var rounds = 0;
        for (var end = _broker.Now + 10_000; _broker.Core.NextTick < end; rounds++)
        {
            _broker.Now = _broker.Core.NextTick;
            _broker.Core.Tick(_broker.Now);
        }
        Assert.InRange(rounds, 4, 100);
    }

    [Fact]
    public void A_request_for_nobody_ends_by_404_when_it_expires()
    {
        var client = _broker.Open();
        _broker.Ask(client, "s", "x");
        _broker.Pass(9_999);
        Assert.Empty(_broker.Heard(client));
        _broker.Pass(1);
        Assert.Equal(["", "MDPC01", "s", "404"], _broker.HeardOne(client));
        var totals = _broker.Core.Statistics(_broker.Now).Totals;
        Assert.Equal((0, 1, 1, 1), (totals.Services, totals.Requests, totals.Expired, totals.Failures));
    }

    [Fact]
    public void A_request_that_waited_too_long_for_busy_workers_ends_by_500()
    {
        var (worker, client) = (_broker.Worker("s"), _broker.Open());
        _broker.Ask(client, "s", "1");
        _broker.Pass(500);
        _broker.Ask(client, "s", "2");
        _broker.Pass(9_999);
        Assert.Empty(_broker.Heard(client));
        _broker.Pass(1);
        Assert.Equal(["", "MDPC01", "s", "500"], _broker.HeardOne(client));
        _broker.Answer(worker, client, "1");
        Assert.Equal("1", _broker.HeardOne(client)[3]);
        Assert.Equal(1, _broker.Service("s").Idle);
    }

    [Fact]
    public void A_request_is_over_at_its_deadline_and_its_worker_with_it()
    {
        var (worker, client) = (_broker.Worker("s"), _broker.Open());
        _broker.Ask(client, "s", "x");
        _broker.Pass(599_999);
        Assert.Empty(_broker.Heard(client));
        _broker.Heard(worker);
        _broker.Pass(1);
        Assert.Equal(["", "MDPC01", "s", "500"], _broker.HeardOne(client));
        Assert.Equal(["", "MDPW01", DisconnectByte], _broker.Heard(worker)[^1]);
        Assert.Empty(_broker.Offered);
        Assert.Equal(1, _broker.Fault(BrokerFault.Overdue));
        _broker.Answer(worker, client, "late");
        Assert.Empty(_broker.Heard(client));
        Assert.Equal(1, _broker.Fault(BrokerFault.DeafToDisconnect));
    }

    [Fact]
    public void A_caller_of_the_hub_in_a_hurry_does_not_cost_the_worker()
    {
        var worker = _broker.Worker("s");
        var call = new HubCaller("s", Frames.Of("x"), _broker.Now + 300);
        _broker.Core.Request(call, _broker.Now);
        var address = _broker.HeardOne(worker)[3];
        _broker.Pass(299);
        Assert.Empty(call.Replies);
        _broker.Pass(1);
        Assert.Equal(CallStatus.Timeout, Assert.Single(call.Replies).Status);
        _broker.PassWith(worker, 60_000);
        _broker.Say(worker, "", "MDPW01", ReplyByte, address, "", "late");
        Assert.Single(call.Replies);
        Assert.Equal(1, _broker.Service("s").Idle);
        Assert.Equal(1, _broker.Core.Statistics(_broker.Now).Totals.Unclaimed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_worker_is_given_up_at_last_though_its_caller_was_in_a_hurry(bool hangsUp)
    {
        var worker = _broker.Worker("s");
        var call = new HubCaller("s", Frames.Of("x"), _broker.Now + 300);
        _broker.Core.Request(call, _broker.Now);
        call.IsGone = hangsUp;
        _broker.Pass(300 + 599_999);
        Assert.Equal(1, _broker.Service("s").Workers);
        _broker.Pass(1);
        Assert.Empty(_broker.Offered);
        Assert.Equal(["", "MDPW01", DisconnectByte], _broker.Heard(worker)[^1]);
    }

    [Fact]
    public void A_jump_of_the_clock_ends_everything_that_is_due()
    {
        var client = _broker.Open();
        _broker.Worker("t");
        for (var i = 0; i < 50; i++)
        {
            _broker.Ask(client, $"s{i}", "x");
            _broker.Now += 37;
        }
        _broker.Now += 10_000_000;
        _broker.Core.Tick(_broker.Now);
        Assert.Equal(50, _broker.Heard(client).Length);
        Assert.Empty(_broker.Offered);
        Assert.Equal(long.MaxValue, _broker.Core.NextTick);
    }
}
