using Gatehouse.Connectors.Majordomo;
using Gatehouse.Sdk.Values;
using Gatehouse.Services;

namespace Gatehouse.Tests.Connectors.Majordomo;

/// <summary>Who waits how long behind whom, and for how many there is room.</summary>
public sealed class FairnessTests
{
    [Fact]
    public void A_client_that_floods_delays_another_by_one_request()
    {
        var broker = new BrokerFixture();
        var (worker, flood, other) = (broker.Worker("s"), broker.Open(), broker.Open());
        for (var i = 0; i < 1000; i++) broker.Ask(flood, "s", $"f{i}");
        Assert.Equal("f0", broker.HeardOne(worker)[5]);
        broker.Ask(other, "s", "o0");
        broker.Ask(other, "s", "o1");
        var asker = flood;
        foreach (var (next, body) in new[] { (flood, "f1"), (other, "o0"), (flood, "f2"), (other, "o1"), (flood, "f3"), (flood, "f4") })
        {
            broker.Now++;
            broker.Answer(worker, asker, "x");
            Assert.Equal(body, broker.HeardOne(worker)[5]);
            asker = next;
        }
    }

    [Fact]
    public void A_turn_is_a_few_requests_when_workers_are_quicker_than_the_clock()
    {
        var broker = new BrokerFixture();
        var (worker, flood, other) = (broker.Worker("s"), broker.Open(), broker.Open());
        for (var i = 0; i < 100; i++) broker.Ask(flood, "s", "f");
        for (var i = 0; i < 20; i++) broker.Ask(other, "s", "o");
        var order = "";
        while (order.Length < 80)
        {
            order += broker.HeardOne(worker)[5];
            broker.Answer(worker, order[^1] == 'f' ? flood : other, "x");
        }
        Assert.Equal("f" + new string('f', 16) + new string('o', 16) + new string('f', 16) + "oooo" + new string('f', 27), order);
    }

    [Fact]
    public void Every_client_gets_its_turn()
    {
        var broker = new BrokerFixture();
        BrokerPeer[] clients = [.. Enumerable.Range(0, 5).Select(_ => broker.Open())];
        foreach (var client in clients)
        {
            for (var i = 0; i < 3; i++) broker.Ask(client, "s", $"{i}");
        }
        var worker = broker.Worker("s");
        for (var i = 0; i < 3; i++)
        {
            foreach (var client in clients)
            {
                var heard = broker.HeardOne(worker);
                Assert.Equal((BrokerFixture.Text(client.Identity.Span), $"{i}"), (heard[3], heard[5]));
                broker.Now++;
                broker.Answer(worker, client, "x");
            }
        }
    }

    [Fact]
    public void A_client_waits_for_several_services_at_once()
    {
        var broker = new BrokerFixture();
        var client = broker.Open();
        for (var round = 0; round < 3; round++)
        {
            foreach (var service in new[] { "a", "b", "c" })
            {
                broker.Ask(client, service, "1");
                broker.Ask(client, service, "2");
            }
            Assert.Equal([2, 2, 2], broker.Core.Statistics(broker.Now).Services.Select(s => s.Queued));
            foreach (var service in new[] { "b", "a", "c" })
            {
                var worker = broker.Worker(service);
                broker.Answer(worker, client, "x");
                broker.Answer(worker, client, "y");
                Assert.Equal(["1", "2"], broker.Heard(worker).Select(m => m[5]));
                broker.Close(worker);
            }
            Assert.Equal(6, broker.Heard(client).Length);
            Assert.Empty(broker.Core.Statistics(broker.Now).Services);
        }
        foreach (var service in new[] { "a", "b", "c" }) broker.Ask(client, service, "1");
        broker.Close(client);
        Assert.Empty(broker.Core.Statistics(broker.Now).Services);
    }

    [Fact]
    public void A_full_queue_is_answered_500_at_once()
    {
        var broker = new BrokerFixture(new BrokerOptions { QueueLimit = 3 });
        var (one, two) = (broker.Open(), broker.Open());
        for (var i = 0; i < 2; i++) broker.Ask(one, "s", $"{i}");
        for (var i = 0; i < 2; i++) broker.Ask(two, "s", $"{i}");
        Assert.Empty(broker.Heard(one));
        Assert.Equal(["", "MDPC01", "s", "500"], broker.HeardOne(two));
        var worker = broker.Worker("s");
        broker.Answer(worker, one, "x");
        Assert.Single(broker.Heard(one));
        broker.Ask(two, "s", "again");
        Assert.Empty(broker.Heard(two));
        Assert.Equal((3, 1), (broker.Service("s").Queued + 1, (int)broker.Service("s").Failures));
    }

    [Fact]
    public void A_client_has_room_for_so_many_requests_whatever_it_asks_for()
    {
        var broker = new BrokerFixture(new BrokerOptions { QueueLimit = 100 });
        var (client, other) = (broker.Open(), broker.Open());
        for (var i = 0; i < 1000; i++) broker.Ask(client, $"s{i}", "x");
        Assert.Equal(900, broker.Heard(client).Length);
        Assert.Equal(100, broker.Core.Statistics(broker.Now).Totals.Services);
        broker.Ask(other, "s999", "x");
        Assert.Empty(broker.Heard(other));
    }

    [Fact]
    public void A_client_that_fills_a_service_keeps_nobody_out()
    {
        var broker = new BrokerFixture(new BrokerOptions { QueueLimit = 3 });
        var (flood, other) = (broker.Open(), broker.Open());
        for (var i = 0; i < 4; i++) broker.Ask(flood, "s", "f");
        Assert.Equal(["", "MDPC01", "s", "500"], broker.HeardOne(flood));
        broker.Ask(other, "elsewhere", "x");
        var calls = new[] { "http", "http", "robocluster" }
            .Select(origin => new BrokerFixture.HubCaller("s", Frames.Of("h"), broker.Now + 1000, origin)).ToArray();
        foreach (var call in calls) broker.Core.Request(call, broker.Now);
        for (var i = 0; i < 2; i++) broker.Ask(other, "s", "o");
        Assert.Equal(["", "MDPC01", "s", "500"], broker.HeardOne(other));
        Assert.Equal([0, 1, 0], calls.Select(call => call.Replies.Count));
        Assert.Equal(CallStatus.Busy, calls[1].Replies[0].Status);
        Assert.Equal(6, broker.Service("s").Queued);
    }

    [Fact]
    public void A_caller_holds_a_quarter_and_all_together_hold_so_much()
    {
        const int Limit = 4_000_000;
        var broker = new BrokerFixture(new BrokerOptions { HoldLimit = Limit });
        BrokerPeer[] clients = [.. Enumerable.Range(0, 3).Select(_ => broker.Open())];
        foreach (var client in clients)
        {
            for (var i = 0; i < 5; i++) broker.Ask(client, "s", new string('x', 300_000));
            Assert.Equal(["500", "500"], broker.Heard(client).Select(m => m[3]));
        }
        CallStatus?[] statuses = [.. Enumerable.Range(0, 5).Select(_ => Call(300_000))];
        Assert.Equal([null, null, null, CallStatus.Busy, CallStatus.Busy], statuses);
        Assert.InRange(broker.Core.Statistics(broker.Now).Totals.HeldBytes, 3_600_000, Limit);

        // There is room for a bit more; who holds nothing gets it, and beyond it a small request.
        var (large, small) = (broker.Open(), broker.Open());
        broker.Ask(large, "s", new string('x', 395_000));
        broker.Ask(small, "s", new string('x', 70_000));
        Assert.Equal("500", broker.HeardOne(small)[3]);
        broker.Ask(small, "s", new string('x', 60_000));
        Assert.Empty(broker.Heard(small));
        broker.Ask(small, "s", "x");
        Assert.Equal("500", broker.HeardOne(small)[3]);
        Assert.Empty(broker.Heard(large));

        foreach (var client in (BrokerPeer[])[.. clients, large, small]) broker.Close(client);
        broker.Pass(20_000);
        Assert.Equal(0, broker.Core.Statistics(broker.Now).Totals.HeldBytes);
        broker.Ask(broker.Open(), "s", new string('x', Limit - 1000));
        Assert.Null(Call(60_000));
        Assert.Equal(CallStatus.Busy, Call(1));

        CallStatus? Call(int size)
        {
            var call = new BrokerFixture.HubCaller("s", Frames.Of(new byte[size]), broker.Now + 10_000);
            broker.Core.Request(call, broker.Now);
            return call.Replies.Count == 0 ? null : call.Replies[0].Status;
        }
    }

    [Fact]
    public void Parts_of_a_reply_count_for_the_caller_that_is_to_have_them()
    {
        var broker = new BrokerFixture(new BrokerOptions { HoldLimit = 1_000_000 });
        var (one, two) = (broker.Open(), broker.Open());
        broker.Ask(one, "s", "1");
        broker.Ask(two, "s", "1");
        broker.Ask(two, "s", "2");
        foreach (var (client, last) in new[] { (one, new string('x', 300_000)), (two, "500") })
        {
            var worker = broker.Open();
            broker.Say(worker, "MDPW02", "\x01", "s");
            broker.Say(worker, "MDPW02", "\x03", BrokerFixture.Text(client.Identity.Span), "", new string('x', 300_000));
            broker.Say(worker, "MDPW02", "\x04", BrokerFixture.Text(client.Identity.Span), "", "end");
            Assert.Equal(last, broker.HeardOne(client)[3]);
        }
    }

    [Fact]
    public void Calls_to_the_hub_that_nobody_answers_are_bounded()
    {
        var broker = new BrokerFixture(new BrokerOptions { QueueLimit = 10 });
        broker.HubNames.Add("hub.slow");
        var client = broker.Open();
        for (var i = 0; i < 15; i++) broker.Ask(client, "hub.slow", "x");
        Assert.Equal(10, broker.Calls.Count);
        Assert.Equal(["500", "500", "500", "500", "500"], broker.Heard(client).Select(m => m[3]));
        broker.Core.Answer(broker.Calls[0], Reply.Ok(Frames.None), broker.Now);
        broker.Ask(client, "hub.slow", "x");
        Assert.Equal(11, broker.Calls.Count);
    }
}
