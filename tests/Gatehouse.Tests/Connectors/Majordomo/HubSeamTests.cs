using Gatehouse.Sdk.Values;
using Gatehouse.Services;
using static Gatehouse.Tests.Connectors.Majordomo.BrokerFixture;

namespace Gatehouse.Tests.Connectors.Majordomo;

/// <summary>The two ways between the broker and the rest of the hub.</summary>
public sealed class HubSeamTests
{
    private readonly BrokerFixture _broker = new();

    [Fact]
    public void A_client_calls_a_service_of_the_hub()
    {
        _broker.HubNames.Add("hub.info");
        var client = _broker.Open();
        _broker.Ask(client, "hub.info", "a", "b");
        var call = Assert.Single(_broker.Calls);
        Assert.Equal(("hub.info", 2, "b"), (call.Service, call.Frames.Count, call.Frames.Text(1)));
        Assert.Equal(client.Origin, call.Origin);
        Assert.Equal(_broker.Now + 600_000, call.Deadline);
        Assert.Empty(_broker.Heard(client));
        Assert.True(_broker.Core.Answer(call, Reply.Ok(Frames.Of("x", "y")), _broker.Now));
        Assert.Equal(["", "MDPC01", "hub.info", "x", "y"], _broker.HeardOne(client));
        Assert.False(_broker.Core.Answer(call, Reply.Ok(Frames.Of("x", "y")), _broker.Now));
        Assert.Empty(_broker.Heard(client));
        Assert.Equal(1, _broker.Core.Statistics(_broker.Now).Totals.HubCalls);
    }

    [Theory]
    [InlineData(CallStatus.Ok, "")]
    [InlineData(CallStatus.NoSuchService, "404")]
    [InlineData(CallStatus.Forbidden, "403")]
    [InlineData(CallStatus.Timeout, "500")]
    [InlineData(CallStatus.Busy, "500")]
    [InlineData(CallStatus.Failed, "500")]
    public void How_the_hub_ended_it_is_a_code(object status, string body)
    {
        _broker.HubNames.Add("hub.x");
        var client = _broker.Open();
        _broker.Ask(client, "hub.x");
        Assert.Equal(0, _broker.Calls[0].Frames.Count);
        _broker.Core.Answer(_broker.Calls[0], new Reply((CallStatus)status, default, "why"), _broker.Now);
        Assert.Equal(["", "MDPC01", "hub.x", body], _broker.HeardOne(client));
    }

    [Fact]
    public void Replies_of_the_hub_come_in_any_order()
    {
        _broker.HubNames.Add("hub.x");
        var (client, gone) = (_broker.Open(), _broker.Open());
        for (var i = 0; i < 3; i++) _broker.Ask(client, "hub.x", $"{i}");
        _broker.Ask(gone, "hub.x", "3");
        _broker.Close(gone);
        foreach (var i in new[] { 1, 3, 0, 2 })
        {
            Assert.True(_broker.Core.Answer(_broker.Calls[i], Reply.Ok(Frames.Of($"{i}")), _broker.Now));
        }
        Assert.Equal(["1", "0", "2"], _broker.Heard(client).Select(m => m[3]));
        Assert.Equal(1, _broker.Core.Statistics(_broker.Now).Totals.Unclaimed);
    }

    [Fact]
    public void A_caller_of_the_hub_calls_a_worker()
    {
        var worker = _broker.Worker("s");
        var calls = new[] { "1", "2" }.Select(body => new HubCaller("s", Frames.Of(body, ""), _broker.Now + 1000)).ToArray();
        foreach (var call in calls) _broker.Core.Request(call, _broker.Now);
        var first = _broker.HeardOne(worker);
        Assert.Equal(["", "MDPW01", RequestByte, "\0\0\0\0\0\0\0\0\x01", "", "1", ""], first);
        _broker.Say(worker, "", "MDPW01", ReplyByte, first[3], "", "one", "two");
        Assert.Equal("\0\0\0\0\0\0\0\0\x02", _broker.HeardOne(worker)[3]);
        var reply = Assert.Single(calls[0].Replies);
        Assert.Equal((CallStatus.Ok, 2, "two"), (reply.Status, reply.Frames.Count, reply.Frames.Text(1)));
        _broker.Say(worker, "", "MDPW01", ReplyByte, first[3], "", "again");
        Assert.Equal(["", "MDPW01", DisconnectByte], _broker.HeardOne(worker));
        Assert.Empty(calls[1].Replies);
    }

    [Fact]
    public void No_frame_is_an_empty_frame_to_a_worker_and_the_other_way_round_it_stays_none()
    {
        var worker = _broker.Worker("s");
        var call = new HubCaller("s", Frames.None, _broker.Now + 1000);
        _broker.Core.Request(call, _broker.Now);
        var request = _broker.HeardOne(worker);
        Assert.Equal([""], request[5..]);
        _broker.Say(worker, "", "MDPW01", ReplyByte, request[3], "");
        Assert.Equal((CallStatus.Ok, 0), (call.Replies[0].Status, call.Replies[0].Frames.Count));
    }

    [Fact]
    public void A_reply_for_an_address_that_only_resembles_it_is_refused()
    {
        foreach (var address in new[] { "\0\0\0\0\0\0\0\0\x02", "\x01\0\0\0\0\0\0\0\x01", "\0\0\0\0\0\0\0\x01", "\0\0\0\0\0\0\0\0\x01\0" })
        {
            var broker = new BrokerFixture();
            var worker = broker.Worker("s");
            var call = new HubCaller("s", Frames.None, broker.Now + 1000);
            broker.Core.Request(call, broker.Now);
            broker.Say(worker, "", "MDPW01", ReplyByte, address, "", "x");
            Assert.Empty(call.Replies);
            Assert.Equal(["", "MDPW01", DisconnectByte], broker.Heard(worker)[^1]);
        }
    }

    [Fact]
    public void A_delivery_tells_its_id_and_attempt_and_is_not_repeated_by_the_broker()
    {
        var (worker, second) = (_broker.Worker("s"), _broker.Worker("s"));
        var call = new HubCaller("s", Frames.Of("x"), _broker.Now + 1000) { Delivery = "order-7 2"u8.ToArray(), MayRepeat = false };
        _broker.Core.Request(call, _broker.Now);
        var address = _broker.HeardOne(worker)[3];
        Assert.Equal("\0\0\0\0\0\0\0\0\x01order-7 2", address);
        _broker.Close(worker);
        Assert.Equal(CallStatus.Failed, Assert.Single(call.Replies).Status);
        Assert.Empty(_broker.Heard(second));
        // Whoever answers another attempt, or none, answers something else.
        foreach (var wrong in new[] { address[..9], address[..^1] + "3", address + "0" })
        {
            var (broker, other) = (new BrokerFixture(), new HubCaller("s", Frames.None, 2_000_000) { Delivery = "order-7 2"u8.ToArray() });
            worker = broker.Worker("s");
            broker.Core.Request(other, broker.Now);
            broker.Say(worker, "", "MDPW01", ReplyByte, wrong, "", "x");
            Assert.Empty(other.Replies);
        }
    }

    [Fact]
    public void Each_end_is_a_typed_error()
    {
        var worker = _broker.Worker("s");
        HubCaller Ask(string service, long deadline = 60_000)
        {
            var call = new HubCaller(service, Frames.Of("x"), _broker.Now + deadline);
            _broker.Core.Request(call, _broker.Now);
            return call;
        }

        CallStatus End(HubCaller call) => Assert.Single(call.Replies).Status;
        Assert.Equal(CallStatus.Timeout, End(Ask("s", 0)));
        Assert.Equal(CallStatus.NoSuchService, End(Ask("a\nb")));
        var (absent, held, queued, hurry) = (Ask("absent"), Ask("s"), Ask("s"), Ask("s", 500));
        _broker.Pass(500);
        Assert.Equal(CallStatus.Timeout, End(hurry));
        _broker.Pass(9500);
        Assert.Equal(CallStatus.NoSuchService, End(absent));
        Assert.Equal(CallStatus.Busy, End(queued));
        for (var i = 0; i < 3; i++)
        {
            _broker.Close(worker);
            worker = _broker.Worker("s");
        }
        Assert.Equal(CallStatus.Failed, End(held));
        var last = Ask("s");
        _broker.Core.Stop(_broker.Now);
        Assert.Equal(CallStatus.Failed, End(last));
        Assert.Equal(CallStatus.Failed, End(Ask("s")));
        Assert.All(
            new[] { absent, held, queued, hurry, last },
            call => Assert.Contains(call.Service, call.Replies[0].Reason, StringComparison.Ordinal));
    }

    [Fact]
    public void A_full_queue_is_busy()
    {
        var broker = new BrokerFixture(new() { QueueLimit = 1 });
        var (first, second) = (new HubCaller("s", Frames.None, broker.Now + 1000), new HubCaller("s", Frames.None, broker.Now + 1000));
        broker.Core.Request(first, broker.Now);
        broker.Core.Request(second, broker.Now);
        Assert.Empty(first.Replies);
        Assert.Equal(CallStatus.Busy, Assert.Single(second.Replies).Status);
    }

    [Fact]
    public void Who_gave_up_gets_nothing_and_reaches_no_worker()
    {
        var (worker, client) = (_broker.Worker("s"), _broker.Open());
        var busy = new HubCaller("s", Frames.Of("1"), _broker.Now + 1000);
        var waits = new HubCaller("s", Frames.Of("2"), _broker.Now + 1000);
        _broker.Core.Request(busy, _broker.Now);
        _broker.Core.Request(waits, _broker.Now);
        _broker.Ask(client, "s", "3");
        var address = _broker.HeardOne(worker)[3];
        busy.IsGone = waits.IsGone = true;
        _broker.Say(worker, "", "MDPW01", ReplyByte, address, "", "x");
        Assert.Equal("3", _broker.HeardOne(worker)[5]);
        Assert.Empty(busy.Replies);
        Assert.Empty(waits.Replies);
        Assert.Equal(0, _broker.Service("s").Queued);
    }

    [Fact]
    public void Callers_of_the_hub_are_served_in_turn_as_clients_are()
    {
        var (worker, client) = (_broker.Worker("s"), _broker.Open());
        _broker.Ask(client, "s", "0");
        for (var i = 0; i < 3; i++)
        {
            _broker.Core.Request(new HubCaller("s", Frames.Of($"h{i}"), _broker.Now + 9000, "http"), _broker.Now);
        }
        _broker.Core.Request(new HubCaller("s", Frames.Of("r0"), _broker.Now + 9000, "robocluster"), _broker.Now);
        _broker.Ask(client, "s", "c0");
        var order = new List<string>();
        for (var i = 0; i < 6; i++)
        {
            var heard = _broker.HeardOne(worker);
            order.Add(heard[5]);
            _broker.Now++;
            _broker.Say(worker, "", "MDPW01", ReplyByte, heard[3], "", "x");
        }
        Assert.Equal(["0", "h0", "r0", "c0", "h1", "h2"], order);
    }

    [Fact]
    public void Rights_are_asked_for_each_request_so_that_one_withdrawn_ends_at_once()
    {
        var (client, worker) = (_broker.Open(), _broker.Worker("s"));
        for (var i = 0; i < 5; i++)
        {
            _broker.Ask(client, "s", "x");
            _broker.Answer(worker, client, "y");
        }
        Assert.Equal((5, 5), (_broker.RightsAsked, _broker.Heard(client).Length));
        _broker.Forbidden.Add("s");
        _broker.Ask(client, "s", "x");
        Assert.Equal(["", "MDPC01", "s", "403"], _broker.HeardOne(client));
        _broker.Forbidden.Clear();
        _broker.Ask(client, "s", "x");
        Assert.Equal(6, _broker.Heard(worker).Length);
    }
}
