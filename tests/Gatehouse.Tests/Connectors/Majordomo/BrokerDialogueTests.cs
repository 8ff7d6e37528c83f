using Gatehouse.Connectors.Majordomo;

namespace Gatehouse.Tests.Connectors.Majordomo;

public sealed class BrokerDialogueTests
{
    private readonly BrokerFixture _broker = new();

    [Fact]
    public void A_request_goes_to_a_worker_and_its_reply_back()
    {
        var (worker, client) = (_broker.Worker("echo"), _broker.Open());
        _broker.Ask(client, "echo", "Hello", "", "World");
        var address = BrokerFixture.Text(client.Identity.Span);
        Assert.Equal(["", "MDPW01", BrokerFixture.RequestByte, address, "", "Hello", "", "World"], _broker.HeardOne(worker));
        _broker.Answer(worker, client, "Hello", "yourself");
        Assert.Equal(["", "MDPC01", "echo", "Hello", "yourself"], _broker.HeardOne(client));
        var service = _broker.Service("echo");
        Assert.Equal((1, 1, 0), (service.Workers, service.Idle, service.Queued));
        Assert.Equal((1, 1, 0), (service.Requests, service.Replies, service.Failures));
    }

    [Fact]
    public void The_client_is_seen_by_the_identity_that_it_has()
    {
        var (worker, client) = (_broker.Worker("echo"), _broker.Open("kitchen"));
        _broker.Ask(client, "echo", "x");
        Assert.Equal("kitchen", _broker.HeardOne(worker)[3]);
    }

    [Fact]
    public void The_worker_that_has_been_idle_longest_is_next()
    {
        var client = _broker.Open();
        BrokerPeer[] workers = [_broker.Worker("s"), _broker.Worker("s"), _broker.Worker("s")];
        _broker.Ask(client, "s", "1");
        Assert.Equal("1", _broker.HeardOne(workers[0])[5]);
        _broker.Ask(client, "s", "2");
        Assert.Equal("2", _broker.HeardOne(workers[1])[5]);
        _broker.Answer(workers[1], client, "2");
        _broker.Answer(workers[0], client, "1");
        foreach (var (body, index) in new[] { ("3", 2), ("4", 1), ("5", 0) })
        {
            _broker.Ask(client, "s", body);
            Assert.Equal(body, _broker.HeardOne(workers[index])[5]);
        }
        Assert.Equal([["", "MDPC01", "s", "2"], ["", "MDPC01", "s", "1"]], _broker.Heard(client));
    }

    [Fact]
    public void Requests_wait_in_order_for_a_worker()
    {
        var client = _broker.Open();
        foreach (var body in new[] { "1", "2", "3" }) _broker.Ask(client, "s", body);
        Assert.Equal(3, _broker.Service("s").Queued);
        var worker = _broker.Worker("s");
        foreach (var body in new[] { "1", "2", "3" })
        {
            Assert.Equal(body, _broker.HeardOne(worker)[5]);
            _broker.Answer(worker, client, body);
        }
        Assert.Equal(["1", "2", "3"], _broker.Heard(client).Select(m => m[3]));
        Assert.Equal(0, _broker.Service("s").Queued);
    }

    [Fact]
    public void A_service_is_offered_while_it_has_workers()
    {
        _broker.Ask(_broker.Open(), "s", "x");
        Assert.Empty(_broker.Offered);
        var (first, second) = (_broker.Worker("s"), _broker.Worker("s"));
        Assert.Equal(["s"], _broker.Offered);
        _broker.Close(first);
        Assert.Equal(["s"], _broker.Offered);
        _broker.Close(second);
        Assert.Empty(_broker.Offered);
    }

    [Fact]
    public void A_client_that_goes_takes_its_waiting_requests_along()
    {
        var (gone, stays) = (_broker.Open(), _broker.Open());
        foreach (var body in new[] { "1", "2" }) _broker.Ask(gone, "s", body);
        _broker.Ask(gone, "other", "3");
        _broker.Ask(stays, "s", "4");
        _broker.Close(gone);
        Assert.Equal("s", Assert.Single(_broker.Core.Statistics(_broker.Now).Services).Name);
        Assert.Equal("4", _broker.HeardOne(_broker.Worker("s"))[5]);
    }

    [Fact]
    public void A_reply_to_a_client_that_is_gone_is_nobodys_and_the_worker_goes_on()
    {
        var (worker, client, next) = (_broker.Worker("s"), _broker.Open(), _broker.Open());
        _broker.Ask(client, "s", "1");
        _broker.Close(client);
        _broker.Heard(worker);
        _broker.Answer(worker, client, "1");
        Assert.Equal(1, _broker.Core.Statistics(_broker.Now).Totals.Unclaimed);
        _broker.Ask(next, "s", "2");
        Assert.Equal("2", _broker.HeardOne(worker)[5]);
    }

    [Fact]
    public void Memory_is_given_back()
    {
        var (worker, client) = (_broker.Worker("s"), _broker.Open());
        for (var i = 0; i < 5; i++) _broker.Ask(client, "s", new string('x', 100_000));
        Assert.True(_broker.Core.Statistics(_broker.Now).Totals.HeldBytes > 500_000);
        for (var i = 0; i < 5; i++) _broker.Answer(worker, client, "y");
        Assert.Equal(0, _broker.Core.Statistics(_broker.Now).Totals.HeldBytes);
        Assert.Equal(5, _broker.Heard(client).Length);
    }

    [Fact]
    public void A_client_that_does_not_take_its_reply_costs_nobody_else_anything()
    {
        var (worker, client) = (_broker.Worker("s"), _broker.Open());
        _broker.Ask(client, "s", "1");
        _broker.Stuck.Add(client);
        _broker.Answer(worker, client, "1");
        Assert.Equal(1, _broker.Core.Statistics(_broker.Now).Totals.Undelivered);
        Assert.Equal(1, _broker.Service("s").Idle);
        Assert.Empty(_broker.Dropped);
    }

    [Fact]
    public void Stopping_tells_everybody()
    {
        var (worker, idle, client, waiting) = (_broker.Worker("s"), _broker.Worker("t"), _broker.Open(), _broker.Open());
        _broker.HubNames.Add("hub.info");
        _broker.Ask(client, "s", "1");
        _broker.Ask(waiting, "s", "2");
        _broker.Ask(waiting, "absent", "3");
        _broker.Ask(waiting, "hub.info");
        _broker.Heard(worker);
        _broker.Core.Stop(_broker.Now);
        Assert.Equal(["", "MDPW01", BrokerFixture.DisconnectByte], _broker.HeardOne(worker));
        Assert.Equal(["", "MDPW01", BrokerFixture.DisconnectByte], _broker.HeardOne(idle));
        Assert.Equal(["", "MDPC01", "s", "500"], _broker.HeardOne(client));
        Assert.Equal(["500", "500", "500"], _broker.Heard(waiting).Select(m => m[3]).Order());
        Assert.Empty(_broker.Offered);
        Assert.Empty(_broker.Core.Statistics(_broker.Now).Services);
        Assert.Equal(0, _broker.Core.Statistics(_broker.Now).Totals.HeldBytes);
        _broker.Core.Stop(_broker.Now);
        _broker.Ask(client, "s", "4");
        Assert.Empty(_broker.Heard(client));
        Assert.Equal(long.MaxValue, _broker.Core.NextTick);
    }
}
