using Gatehouse.Connectors.Majordomo;

namespace Gatehouse.Tests.Connectors.Majordomo;

/// <summary>Workers that die over a request.</summary>
public sealed class RetryTests
{
    [Fact]
    public void A_request_goes_from_worker_to_worker_until_its_tries_are_used_up()
    {
        var broker = new BrokerFixture();
        var client = broker.Open();
        BrokerPeer[] workers = [broker.Worker("s"), broker.Worker("s"), broker.Worker("s"), broker.Worker("s")];
        broker.Ask(client, "s", "x", "y");
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(["x", "y"], broker.HeardOne(workers[i])[5..]);
            Assert.Empty(broker.Heard(client));
            broker.Close(workers[i]);
        }
        Assert.Equal(["", "MDPC01", "s", "500"], broker.HeardOne(client));
        Assert.Empty(broker.Heard(workers[3]));
        var service = broker.Service("s");
        Assert.Equal((1, 1, 2, 1), (service.Workers, service.Idle, (int)service.Retries, (int)service.Failures));
    }

    [Fact]
    public void What_a_dead_worker_had_goes_before_what_waits()
    {
        var broker = new BrokerFixture();
        var (client, other, first) = (broker.Open(), broker.Open(), broker.Worker("s"));
        broker.Ask(client, "s", "1");
        broker.Ask(other, "s", "2");
        broker.Ask(client, "s", "3");
        broker.Close(first);
        var second = broker.Worker("s");
        foreach (var (asker, body) in new[] { (client, "1"), (other, "2"), (client, "3") })
        {
            Assert.Equal(body, broker.HeardOne(second)[5]);
            broker.Now++;
            broker.Answer(second, asker, body);
        }
    }

    [Fact]
    public void A_request_that_lost_its_worker_waits_for_another_as_long_as_a_new_one()
    {
        var broker = new BrokerFixture();
        var (client, worker) = (broker.Open(), broker.Worker("s"));
        broker.Ask(client, "s", "1");
        broker.Pass(60_000);
        broker.Close(worker);
        Assert.Empty(broker.Offered);
        broker.Pass(9_999);
        Assert.Empty(broker.Heard(client));
        broker.Pass(1);
        Assert.Equal("404", broker.HeardOne(client)[3]);
    }

    [Fact]
    public void The_deadline_holds_over_all_tries()
    {
        var broker = new BrokerFixture(new BrokerOptions { Deadline = TimeSpan.FromSeconds(5), RequestExpiry = TimeSpan.FromSeconds(60) });
        var (client, worker) = (broker.Open(), broker.Worker("s"));
        broker.Ask(client, "s", "1");
        broker.Pass(3000);
        broker.Close(worker);
        broker.Pass(1999);
        Assert.Empty(broker.Heard(client));
        broker.Pass(1);
        Assert.Equal("404", broker.HeardOne(client)[3]);
    }

    [Theory]
    [InlineData("pay", "pay")]
    [InlineData("pay.in.cash", "pay.")]
    public void A_request_that_may_be_carried_out_once_only_gets_no_second_try(string service, string once)
    {
        var broker = new BrokerFixture(new BrokerOptions { Once = [once] });
        var (client, worker, other) = (broker.Open(), broker.Worker(service), broker.Worker(service));
        broker.Ask(client, service, "x");
        broker.Close(worker);
        Assert.Equal(["", "MDPC01", service, "500"], broker.HeardOne(client));
        Assert.Empty(broker.Heard(other));
    }

    [Theory]
    [InlineData("pays", "pay")]
    [InlineData("payin", "pay.")]
    public void Another_service_is_not_meant(string service, string once)
    {
        var broker = new BrokerFixture(new BrokerOptions { Once = [once] });
        var (client, worker, other) = (broker.Open(), broker.Worker(service), broker.Worker(service));
        broker.Ask(client, service, "x");
        broker.Close(worker);
        Assert.Empty(broker.Heard(client));
        Assert.Single(broker.Heard(other));
    }

    [Fact]
    public void A_reply_that_was_begun_is_not_begun_again()
    {
        var broker = new BrokerFixture();
        var (client, worker, other) = (broker.Open("c"), broker.Open(), broker.Worker("s"));
        broker.Close(other);
        broker.Say(worker, "MDPW02", "\x01", "s");
        broker.Say(client, "MDPC02", "\x01", "s", "x");
        broker.Say(worker, "MDPW02", "\x03", "c", "", "half");
        broker.Heard(client);
        other = broker.Worker("s");
        broker.Close(worker);
        Assert.Equal(["MDPC02", "\x03", "s", "500"], broker.HeardOne(client));
        Assert.Empty(broker.Heard(other));
    }

    [Fact]
    public void A_reply_that_was_begun_for_nobody_to_see_is_begun_again()
    {
        var broker = new BrokerFixture();
        var (client, worker) = (broker.Open("c"), broker.Open());
        broker.Say(worker, "MDPW02", "\x01", "s");
        broker.Ask(client, "s", "x");
        broker.Say(worker, "MDPW02", "\x03", "c", "", "half");
        var other = broker.Worker("s");
        broker.Close(worker);
        Assert.Equal("x", broker.HeardOne(other)[5]);
        broker.Answer(other, client, "whole");
        Assert.Equal(["", "MDPC01", "s", "whole"], broker.HeardOne(client));
        Assert.Equal(0, broker.Core.Statistics(broker.Now).Totals.HeldBytes);
    }

    [Fact]
    public void What_a_client_that_is_gone_asked_dies_with_the_worker()
    {
        var broker = new BrokerFixture();
        var (client, worker, other) = (broker.Open(), broker.Worker("s"), broker.Worker("s"));
        broker.Ask(client, "s", "x");
        broker.Close(client);
        broker.Close(worker);
        Assert.Empty(broker.Heard(other));
        Assert.Equal(0, broker.Core.Statistics(broker.Now).Totals.HeldBytes);
    }
}
