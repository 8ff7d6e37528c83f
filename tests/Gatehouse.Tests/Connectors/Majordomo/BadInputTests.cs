using Gatehouse.Connectors.Majordomo;
using static Gatehouse.Tests.Connectors.Majordomo.BrokerFixture;

namespace Gatehouse.Tests.Connectors.Majordomo;

/// <summary>What peers do that they should not. Each leaves the broker and everybody else as they were.</summary>
public sealed class BadInputTests
{
    private static readonly string[] Dismissed = ["", "MDPW01", DisconnectByte];

    private readonly BrokerFixture _broker = new();

    [Fact]
    public void A_request_without_a_body_has_an_empty_one()
    {
        var (worker, client) = (_broker.Worker("s"), _broker.Open());
        _broker.Ask(client, "s");
        Assert.Equal(["", "MDPW01", RequestByte, Text(client.Identity.Span), "", ""], _broker.HeardOne(worker));
        _broker.Answer(worker, client);
        Assert.Equal(["", "MDPC01", "s", ""], _broker.HeardOne(client));
    }

    public static TheoryData<string, string[]> Ignored => new()
    {
        { "MissingDelimiter", ["MDPC01", "s", "x"] },
        { "MissingDelimiter", ["MDPW01", ReadyByte, "s"] },
        { "EmptyMessage", [""] },
        { "EmptyMessage", [] },
        { "UnknownHeader", ["", "MDPX01", "s"] },
        { "UnknownHeader", ["", ""] },
        { "UnknownHeader", ["GET / HTTP/1.1"] },
    };

    [Theory]
    [MemberData(nameof(Ignored))]
    public void What_is_not_Majordomo_is_counted_and_ignored(string fault, string[] message)
    {
        var (worker, client) = (_broker.Worker("s"), _broker.Open());
        _broker.Say(client, message);
        _broker.Say(worker, message);
        Assert.Equal(2, _broker.Fault(Enum.Parse<BrokerFault>(fault)));
        Assert.Empty(_broker.Dropped);
        Assert.Empty(_broker.Heard(client));
        Assert.Empty(_broker.Heard(worker));
        _broker.Ask(client, "s", "x");
        Assert.Single(_broker.Heard(worker));
    }

    public static TheoryData<string, string[]> Distrusted => new()
    {
        { "NoService", ["", "MDPC01"] },
        { "NoService", ["MDPC02", "\x01"] },
        { "NoService", ["\xAA\xA4\x01\x06MDPC02\x01"] },
        { "NoCommand", ["", "MDPW01"] },
        { "NoCommand", ["MDPC02"] },
        { "NoCommand", ["MDPW02"] },
        { "NoCommand", ["\xAA\xA4"] },
        { "UnknownCommand", ["", "MDPW01", "\x06"] },
        { "UnknownCommand", ["", "MDPW01", ""] },
        { "UnknownCommand", ["", "MDPW01", "\x01\x01", "s"] },
        { "UnknownCommand", ["MDPC02", "\x04", "s"] },
        { "UnknownCommand", ["MDPW02", "\x07"] },
        { "UnknownCommand", ["\xAA\xA4\x0A\x06MDPW02\x06"] },
        { "UnknownCommand", ["\xAA\xA4\0\x06MDPW02\x06"] },
        { "SurplusFrames", ["", "MDPW01", ReadyByte, "s", "t"] },
        { "SurplusFrames", ["", "MDPW01", HeartbeatByte, ""] },
        { "SurplusFrames", ["MDPW02", "\x06", "x"] },
        { "SurplusFrames", ["\xAA\xA4\x04\x06MDPW02\x01\x01s", "x"] },
        { "NoAddress", ["", "MDPW01", ReplyByte] },
        { "BadAddress", ["", "MDPW01", ReplyByte, "", "", "x"] },
        { "BadAddress", ["", "MDPW01", ReplyByte, new string('a', 256), "", "x"] },
        { "NoDelimiter", ["", "MDPW01", ReplyByte, "a"] },
        { "NoDelimiter", ["", "MDPW01", ReplyByte, "a", "b", "x"] },
        { "BadPackedHeader", ["\xAA\xA4\x08\x06MDPW0"] },
        { "BadPackedHeader", ["\xAA\xA4\x08\x07MDPW02\x05"] },
        { "BadPackedHeader", ["\xAA\xA4\x08\x06MDPC02\x05"] },
        { "BadPackedHeader", ["\xAA\xA4\x08\x06MDPW02\x06"] },
        { "BadPackedHeader", ["\xAA\xA4\x08\x06MDPW02\x05\x00"] },
        { "BadPackedHeader", ["\xAA\xA4\x04\x06MDPW02\x01\x02s"] },
        { "WrongDirection", ["", "MDPW01", RequestByte, "a", "", "x"] },
        { "WrongDirection", ["MDPC02", "\x02", "s", "x"] },
        { "WrongDirection", ["MDPC02", "\x03", "s", "x"] },
        { "WrongDirection", ["\xAA\xA4\x03\x06MDPC02\x03\x01s", "x"] },
        { "WrongDirection", ["\xAA\xA4\x05\x06MDPW02\x02", "a", "", "x"] },
    };

    [Theory]
    [MemberData(nameof(Distrusted))]
    public void What_is_malformed_costs_the_connection(string fault, string[] message)
    {
        var (other, peer) = (_broker.Worker("s"), _broker.Open());
        _broker.Say(peer, message);
        Assert.Equal((peer, Enum.Parse<BrokerFault>(fault)), Assert.Single(_broker.Dropped));
        Assert.Equal(1, _broker.Fault(Enum.Parse<BrokerFault>(fault)));
        Assert.Empty(_broker.Heard(peer));
        _broker.Say(peer, "", "MDPW01", ReadyByte, "s");
        Assert.Equal(1, _broker.Service("s").Workers);
        Assert.Empty(_broker.Heard(other));
        _broker.Close(peer);
    }

    [Fact]
    public void A_worker_that_is_dropped_gives_its_request_back()
    {
        var (bad, good, client) = (_broker.Worker("s"), _broker.Worker("s"), _broker.Open());
        _broker.Ask(client, "s", "x");
        _broker.Say(bad, "", "MDPW01", "\x09");
        Assert.Equal("x", _broker.HeardOne(good)[5]);
        _broker.Close(bad);
        Assert.Equal(1, _broker.Service("s").Workers);
    }

    [Fact]
    public void Ready_without_a_service_is_answered_DISCONNECT()
    {
        var peer = _broker.Open();
        _broker.Say(peer, "", "MDPW01", ReadyByte);
        Assert.Equal(Dismissed, _broker.HeardOne(peer));
        Assert.Empty(_broker.Dropped);
        var (second, packed) = (_broker.Open(), _broker.Open());
        _broker.Say(second, "MDPW02", "\x01");
        Assert.Equal(["MDPW02", "\x06"], _broker.HeardOne(second));
        _broker.Say(packed, "\xAA\xA4\x04\x06MDPW02\x01");
        Assert.Equal(["\xAA\xA4\x09\x06MDPW02\x06"], _broker.HeardOne(packed));
        Assert.Equal(3, _broker.Fault(BrokerFault.ReadyWithoutService));
    }

    [Fact]
    public void An_idle_worker_that_leaves_is_forgotten_at_once()
    {
        var worker = _broker.Worker("s");
        _broker.Say(worker, "", "MDPW01", DisconnectByte);
        Assert.Empty(_broker.Offered);
        _broker.Pass(60_000);
        Assert.Empty(_broker.Heard(worker));
        Assert.Empty(_broker.Core.Statistics(_broker.Now).Services);
    }

    [Fact]
    public void A_busy_worker_that_leaves_gives_its_request_back()
    {
        var (first, second, client) = (_broker.Worker("s"), _broker.Worker("s"), _broker.Open());
        _broker.Ask(client, "s", "x");
        _broker.Heard(first);
        _broker.Say(first, "", "MDPW01", DisconnectByte);
        Assert.Empty(_broker.Heard(first));
        Assert.Equal("x", _broker.HeardOne(second)[5]);
    }

    [Fact]
    public void A_second_READY_is_answered_DISCONNECT()
    {
        var (worker, other, client) = (_broker.Worker("s"), _broker.Worker("s"), _broker.Open());
        _broker.Ask(client, "s", "x");
        _broker.Heard(worker);
        _broker.Say(worker, "", "MDPW01", ReadyByte, "s");
        Assert.Equal(Dismissed, _broker.HeardOne(worker));
        Assert.Equal("x", _broker.HeardOne(other)[5]);
        Assert.Equal(1, _broker.Service("s").Workers);
        Assert.Equal(1, _broker.Fault(BrokerFault.SecondReady));
    }

    [Theory]
    [InlineData(ReplyByte, "a", "", "x")]
    [InlineData(HeartbeatByte)]
    public void A_worker_that_is_not_ready_is_answered_DISCONNECT_and_then_nothing(params string[] message)
    {
        var peer = _broker.Open();
        _broker.Say(peer, ["", "MDPW01", .. message]);
        Assert.Equal(Dismissed, _broker.HeardOne(peer));
        Assert.Equal(1, _broker.Fault(BrokerFault.NotReady));
        _broker.Say(peer, ["", "MDPW01", .. message]);
        Assert.Empty(_broker.Heard(peer));
        Assert.Equal(1, _broker.Fault(BrokerFault.DeafToDisconnect));
        _broker.Say(peer, "", "MDPW01", ReadyByte, "s");
        Assert.Equal(1, _broker.Service("s").Workers);
    }

    [Fact]
    public void A_stranger_may_say_goodbye()
    {
        var peer = _broker.Open();
        _broker.Say(peer, "", "MDPW01", DisconnectByte);
        Assert.Empty(_broker.Heard(peer));
        Assert.Empty(_broker.Dropped);
        Assert.Empty(_broker.Core.Statistics(_broker.Now).Totals.Faults);
    }

    [Theory]
    [InlineData("mmi.x")]
    [InlineData("mmi.service")]
    [InlineData("titanic.request")]
    [InlineData("hub.info")]
    [InlineData("robot.group.device")]
    public void Names_that_are_the_hubs_alone_are_refused(string name)
    {
        var worker = _broker.Worker(name);
        Assert.Equal(Dismissed, _broker.HeardOne(worker));
        Assert.Equal(1, _broker.Fault(BrokerFault.ReservedName));
        Assert.Empty(_broker.Offered);
        Assert.Empty(_broker.Core.Statistics(_broker.Now).Services);
    }

    [Fact]
    public void The_names_of_RasPys_servers_are_taken()
    {
        string[] names =
        [
            "localhost.core.mmi", "localhost.core.statistics", "localhost.core.cron", "localhost.core.scenario", "localhost.core.scenarios",
            "localhost.fake.devices", "localhost.onewire.devices", "localhost.logger.log", "localhost.logger.graph", "localhost.sync",
            "pi.attic.fake.devices", "titanic", "mmi", "Titanic.request",
        ];
        foreach (var name in names) Assert.Empty(_broker.Heard(_broker.Worker(name)));
        Assert.Equal(names, _broker.Offered);
    }

    [Fact]
    public void A_name_that_something_else_offers_is_refused()
    {
        _broker.Taken.Add("lamp");
        Assert.Equal(Dismissed, _broker.HeardOne(_broker.Worker("lamp")));
        Assert.Equal(1, _broker.Fault(BrokerFault.NameTaken));
        Assert.Empty(_broker.Core.Statistics(_broker.Now).Services);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\nb")]
    [InlineData("a\x7F")]
    [InlineData("\xFF\xFE")]
    [InlineData("a\xC2\x85")]
    [InlineData(" a")]
    [InlineData("a\xC2\xA0")]
    [InlineData("a\xE2\x80\xAE" + "b")]
    [InlineData("a\xF3\xA0\x81\x81")]
    public void A_bad_name_is_refused_to_workers_and_unknown_to_clients(string name)
    {
        Assert.Equal(Dismissed, _broker.HeardOne(_broker.Worker(name)));
        var client = _broker.Open();
        _broker.Ask(client, name, "x");
        Assert.Equal(["", "MDPC01", name, "404"], _broker.HeardOne(client));
        Assert.Empty(_broker.Dropped);
        Assert.Equal(2, _broker.Fault(BrokerFault.BadServiceName));
        Assert.Empty(_broker.Core.Statistics(_broker.Now).Services);
    }

    [Theory]
    [InlineData(256)]
    [InlineData(100_000)]
    public void A_name_that_is_too_long_comes_back_with_its_404(int length)
    {
        var (older, newer, name) = (_broker.Open(), _broker.Open(), new string('n', length));
        _broker.Ask(older, name, "x");
        _broker.Say(newer, "MDPC02", "\x01", name, "x");
        Assert.Equal(["", "MDPC01", name, "404"], _broker.HeardOne(older));
        Assert.Equal(["MDPC02", "\x03", name, "404"], _broker.HeardOne(newer));
        Assert.Equal(2, _broker.Fault(BrokerFault.BadServiceName));
    }

    [Fact]
    public void A_packed_header_without_a_name_is_answered_404()
    {
        var client = _broker.Open();
        _broker.Say(client, "\xAA\xA4\x01\x06MDPC02\x01\x00", "x");
        Assert.Equal(["\xAA\xA4\x03\x06MDPC02\x03\x00", "404"], _broker.HeardOne(client));
    }

    [Theory]
    [InlineData("titanic.request")]
    [InlineData("hub.info")]
    [InlineData("robot.group.device")]
    public void A_name_that_no_worker_may_have_is_answered_404_at_once(string name)
    {
        var client = _broker.Open();
        _broker.Ask(client, name, "x");
        Assert.Equal(["", "MDPC01", name, "404"], _broker.HeardOne(client));
        var totals = _broker.Core.Statistics(_broker.Now).Totals;
        Assert.Equal((1, 1, 0), (totals.Requests, totals.Failures, totals.Services));
        _broker.HubNames.Add(name);
        _broker.Ask(client, name, "x");
        Assert.Empty(_broker.Heard(client));
        Assert.Single(_broker.Calls);
    }

    [Fact]
    public void Names_are_1_to_255_bytes_of_UTF_8()
    {
        Assert.Equal(Dismissed, _broker.HeardOne(_broker.Worker(new string('n', 256))));
        Assert.Empty(_broker.Heard(_broker.Worker(new string('n', 255))));
        Assert.Empty(_broker.Heard(_broker.Worker("k\xC3\xBC" + "che \xC2\xA0.x")));
        Assert.Equal(["k\u00FCche \u00A0.x", new string('n', 255)], _broker.Offered.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_reply_that_nobody_asked_for_is_answered_DISCONNECT_and_goes_to_nobody()
    {
        var (worker, client) = (_broker.Worker("s"), _broker.Open());
        _broker.Ask(client, "s", "x");
        _broker.Answer(worker, client, "1");
        _broker.Heard(client);
        _broker.Heard(worker);
        _broker.Answer(worker, client, "2");
        Assert.Equal(Dismissed, _broker.HeardOne(worker));
        Assert.Empty(_broker.Heard(client));
        Assert.Equal(1, _broker.Fault(BrokerFault.ReplyUnasked));
        Assert.Empty(_broker.Offered);
    }

    [Fact]
    public void A_reply_for_another_client_goes_to_nobody()
    {
        var (worker, client, other) = (_broker.Worker("s"), _broker.Open(), _broker.Open());
        _broker.Ask(client, "s", "x");
        _broker.Heard(worker);
        _broker.Answer(worker, other, "2");
        Assert.Equal(Dismissed, _broker.HeardOne(worker));
        Assert.Empty(_broker.Heard(other));
        Assert.Equal(1, _broker.Fault(BrokerFault.ReplyToOther));
        Assert.Equal("x", _broker.HeardOne(_broker.Worker("s"))[5]);
    }

    [Fact]
    public void A_worker_whose_connection_closes_is_given_nothing_more()
    {
        var (gone, stays, client) = (_broker.Worker("s"), _broker.Worker("s"), _broker.Open());
        _broker.Close(gone);
        _broker.Ask(client, "s", "x");
        Assert.Single(_broker.Heard(stays));
    }

    [Fact]
    public void A_worker_that_takes_nothing_is_dropped_and_its_request_goes_on()
    {
        var (stuck, stays, client) = (_broker.Worker("s"), _broker.Worker("s"), _broker.Open());
        _broker.Stuck.Add(stuck);
        _broker.Ask(client, "s", "x");
        Assert.Equal((stuck, BrokerFault.TakesNothing), Assert.Single(_broker.Dropped));
        Assert.Equal("x", _broker.HeardOne(stays)[5]);
        _broker.Close(stuck);
        Assert.Equal(1, _broker.Service("s").Workers);
    }

    [Fact]
    public void A_message_that_no_worker_takes_ends_when_tries_are_used_up()
    {
        var client = _broker.Open();
        for (var i = 0; i < 5; i++) _broker.Stuck.Add(_broker.Worker("s"));
        _broker.Ask(client, "s", "x");
        Assert.Equal(["", "MDPC01", "s", "500"], _broker.HeardOne(client));
        Assert.Equal(3, _broker.Dropped.Count);
        Assert.Equal(2, _broker.Service("s").Idle);
    }

    [Fact]
    public void A_peer_keeps_its_dialect_and_its_role()
    {
        var (client, worker, other) = (_broker.Open(), _broker.Worker("s"), _broker.Open());
        _broker.Ask(client, "t", "x");
        _broker.Say(client, "MDPC02", "\x01", "t", "x");
        Assert.Equal((client, BrokerFault.DialectChanged), _broker.Dropped[^1]);
        _broker.Say(worker, "", "MDPC01", "t", "x");
        Assert.Equal((worker, BrokerFault.RoleChanged), _broker.Dropped[^1]);
        _broker.Ask(other, "t", "x");
        _broker.Say(other, "", "MDPW01", ReadyByte);
        Assert.Equal((other, BrokerFault.RoleChanged), _broker.Dropped[^1]);
        Assert.Equal(3, _broker.Dropped.Count);
        Assert.Empty(_broker.Core.Statistics(_broker.Now).Services);
    }

    [Fact]
    public void A_service_that_only_clients_asked_for_is_none()
    {
        var client = _broker.Open();
        _broker.Ask(client, "ghost.svc", "x");
        _broker.Ask(client, "mmi.service", "ghost.svc");
        Assert.Equal(["", "MDPC01", "mmi.service", "404"], _broker.HeardOne(client));
    }

    [Fact]
    public void Faults_of_the_reader_are_the_brokers_by_number()
    {
        foreach (var fault in Enum.GetValues<Gatehouse.Sdk.Majordomo.MdpFault>())
        {
            Assert.Equal(fault.ToString(), ((BrokerFault)fault).ToString());
        }
    }
}
