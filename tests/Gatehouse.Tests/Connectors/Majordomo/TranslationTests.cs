using Gatehouse.Connectors.Majordomo;
using Gatehouse.Sdk.Majordomo;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Tests.Connectors.Majordomo;

/// <summary>Clients and workers of all dialects talk to each other.</summary>
public sealed class TranslationTests
{
    private const string Address = "\0\x01\x02\x03\x04";

    private readonly BrokerFixture _broker = new();

    public static TheoryData<MdpDialect, MdpDialect> Pairs =>
        new(from client in Enum.GetValues<MdpDialect>() from worker in Enum.GetValues<MdpDialect>() select (client, worker));

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Every_client_calls_every_worker(MdpDialect clients, MdpDialect workers)
    {
        var (client, worker) = (_broker.Open(Address), _broker.Open());
        _broker.Say(worker, Ready(workers, "echo"));
        _broker.Say(client, Request(clients, "echo", "one", ""));
        Assert.Equal(WorkerRequest(workers, "one", ""), _broker.HeardOne(worker));
        _broker.Say(worker, Reply(workers, final: true, "two", "three"));
        Assert.Equal(ClientReply(clients, "echo", final: true, "two", "three"), _broker.HeardOne(client));

        _broker.Say(client, Request(clients, "echo"));
        Assert.Equal(WorkerRequest(workers, ""), _broker.HeardOne(worker));
        _broker.Say(worker, Reply(workers, final: true));
        Assert.Equal(ClientReply(clients, "echo", final: true, ""), _broker.HeardOne(client));
        Assert.Equal(1, _broker.Service("echo").Idle);
    }

    [Theory]
    [InlineData(MdpDialect.Mdp02, MdpDialect.Mdp02)]
    [InlineData(MdpDialect.Mdp02, MdpDialect.Zproto)]
    [InlineData(MdpDialect.Zproto, MdpDialect.Mdp02)]
    [InlineData(MdpDialect.Zproto, MdpDialect.Zproto)]
    public void Parts_are_passed_on_as_they_come(MdpDialect clients, MdpDialect workers)
    {
        var (client, worker) = (_broker.Open(Address), _broker.Open());
        _broker.Say(worker, Ready(workers, "echo"));
        _broker.Say(client, Request(clients, "echo", "x"));
        _broker.Say(worker, Reply(workers, final: false, "1", "2"));
        Assert.Equal(ClientReply(clients, "echo", final: false, "1", "2"), _broker.HeardOne(client));
        _broker.Say(worker, Reply(workers, final: false));
        Assert.Equal(ClientReply(clients, "echo", final: false, ""), _broker.HeardOne(client));
        Assert.Equal(0, _broker.Service("echo").Idle);
        _broker.Say(worker, Reply(workers, final: true, "3"));
        Assert.Equal(ClientReply(clients, "echo", final: true, "3"), _broker.HeardOne(client));
        Assert.Equal(1, _broker.Service("echo").Idle);
    }

    [Theory]
    [InlineData(MdpDialect.Mdp02)]
    [InlineData(MdpDialect.Zproto)]
    public void Parts_are_joined_for_a_client_that_knows_one_reply(MdpDialect workers)
    {
        var (client, worker) = (_broker.Open(Address), _broker.Open());
        _broker.Say(worker, Ready(workers, "echo"));
        for (var round = 0; round < 2; round++)
        {
            _broker.Ask(client, "echo", "x");
            _broker.Say(worker, Reply(workers, final: false, "1", new string('y', 300)));
            _broker.Say(worker, Reply(workers, final: false));
            _broker.Say(worker, Reply(workers, final: false, "3"));
            Assert.Empty(_broker.Heard(client));
            _broker.Say(worker, Reply(workers, final: true, "4", "5"));
            Assert.Equal(["", "MDPC01", "echo", "1", new string('y', 300), "3", "4", "5"], _broker.HeardOne(client));
        }
        _broker.Ask(client, "echo", "x");
        _broker.Say(worker, Reply(workers, final: false, "1"));
        _broker.Say(worker, Reply(workers, final: true));
        Assert.Equal(["", "MDPC01", "echo", "1"], _broker.HeardOne(client));
        Assert.Equal(0, _broker.Core.Statistics(_broker.Now).Totals.HeldBytes);
    }

    [Fact]
    public void Parts_are_joined_for_callers_of_the_hub()
    {
        var worker = _broker.Open();
        _broker.Say(worker, Ready(MdpDialect.Mdp02, "echo"));
        var call = new BrokerFixture.HubCaller("echo", Frames.Of("x"), _broker.Now + 1000);
        _broker.Core.Request(call, _broker.Now);
        var address = _broker.HeardOne(worker)[2];
        _broker.Say(worker, "MDPW02", "\x03", address, "", "1", "2");
        _broker.Say(worker, "MDPW02", "\x04", address, "", "3");
        var frames = Assert.Single(call.Replies).Frames;
        Assert.Equal(["1", "2", "3"], Enumerable.Range(0, frames.Count).Select(frames.Text));
    }

    [Fact]
    public void A_reply_of_parts_has_an_end()
    {
        var broker = new BrokerFixture(new BrokerOptions { MaxMessage = 1000 });
        var (client, worker) = (broker.Open(Address), broker.Open());
        broker.Say(worker, Ready(MdpDialect.Mdp02, "echo"));
        broker.Ask(client, "echo", "x");
        broker.Say(worker, Reply(MdpDialect.Mdp02, final: false, new string('y', 600)));
        Assert.Empty(broker.Heard(client));
        broker.Say(worker, Reply(MdpDialect.Mdp02, final: false, new string('y', 600)));
        Assert.Equal(["", "MDPC01", "echo", "500"], broker.HeardOne(client));
        broker.Say(worker, Reply(MdpDialect.Mdp02, final: false, "more"));
        broker.Say(worker, Reply(MdpDialect.Mdp02, final: true, "end"));
        Assert.Empty(broker.Heard(client));
        Assert.Equal((1, 1), (broker.Service("echo").Idle, (int)broker.Service("echo").Failures));

        broker.Ask(client, "echo", "x");
        broker.Say(worker, Reply(MdpDialect.Mdp02, final: false, new string('y', 600)));
        broker.Say(worker, Reply(MdpDialect.Mdp02, final: true, new string('y', 600)));
        Assert.Equal(["", "MDPC01", "echo", "500"], broker.HeardOne(client));
        Assert.Equal((2, 0), ((int)broker.Service("echo").Failures, (int)broker.Service("echo").Replies));
        Assert.Equal(0, broker.Core.Statistics(broker.Now).Totals.HeldBytes);
    }

    [Theory]
    [InlineData(MdpDialect.Mdp02)]
    [InlineData(MdpDialect.Zproto)]
    public void Heartbeats_and_goodbyes_are_in_the_workers_dialect(MdpDialect dialect)
    {
        var worker = _broker.Open();
        string[] heartbeat = dialect == MdpDialect.Mdp02 ? ["MDPW02", "\x05"] : ["\xAA\xA4\x08\x06MDPW02\x05"];
        _broker.Say(worker, Ready(dialect, "s"));
        _broker.Pass(dialect == MdpDialect.Mdp02 ? 2500 : 1000);
        Assert.Equal(heartbeat, _broker.HeardOne(worker));
        _broker.Say(worker, heartbeat);
        Assert.Equal(1, _broker.Service("s").Workers);
        _broker.Say(worker, dialect == MdpDialect.Mdp02 ? ["MDPW02", "\x06"] : ["\xAA\xA4\x09\x06MDPW02\x06"]);
        Assert.Empty(_broker.Core.Statistics(_broker.Now).Services);
    }

    [Theory]
    [InlineData(MdpDialect.Mdp02)]
    [InlineData(MdpDialect.Zproto)]
    public void The_brokers_own_services_answer_in_the_clients_dialect(MdpDialect dialect)
    {
        var client = _broker.Open();
        _broker.Say(client, Request(dialect, "mmi.service", "none"));
        Assert.Equal(ClientReply(dialect, "mmi.service", final: true, "404"), _broker.HeardOne(client));
        _broker.Say(client, Request(dialect, "absent", "x"));
        _broker.Pass(10_000);
        Assert.Equal(ClientReply(dialect, "absent", final: true, "404"), _broker.HeardOne(client));
    }

    private static string[] Ready(MdpDialect dialect, string service) => dialect switch
    {
        MdpDialect.Mdp01 => ["", "MDPW01", "\x01", service],
        MdpDialect.Mdp02 => ["MDPW02", "\x01", service],
        _ => [$"\xAA\xA4\x04\x06MDPW02\x01{(char)service.Length}{service}"],
    };

    private static string[] Request(MdpDialect dialect, string service, params string[] body) => dialect switch
    {
        MdpDialect.Mdp01 => ["", "MDPC01", service, .. body],
        MdpDialect.Mdp02 => ["MDPC02", "\x01", service, .. body],
        _ => [$"\xAA\xA4\x01\x06MDPC02\x01{(char)service.Length}{service}", .. body],
    };

    private static string[] WorkerRequest(MdpDialect dialect, params string[] body) => dialect switch
    {
        MdpDialect.Mdp01 => ["", "MDPW01", "\x02", Address, "", .. body],
        MdpDialect.Mdp02 => ["MDPW02", "\x02", Address, "", .. body],
        _ => ["\xAA\xA4\x05\x06MDPW02\x02", Address, "", .. body],
    };

    private static string[] Reply(MdpDialect dialect, bool final, params string[] body) => dialect switch
    {
        MdpDialect.Mdp01 => ["", "MDPW01", "\x03", Address, "", .. body],
        MdpDialect.Mdp02 => ["MDPW02", final ? "\x04" : "\x03", Address, "", .. body],
        _ => [final ? "\xAA\xA4\x07\x06MDPW02\x04" : "\xAA\xA4\x06\x06MDPW02\x03", Address, "", .. body],
    };

    private static string[] ClientReply(MdpDialect dialect, string service, bool final, params string[] body) => dialect switch
    {
        MdpDialect.Mdp01 => ["", "MDPC01", service, .. body],
        MdpDialect.Mdp02 => ["MDPC02", final ? "\x03" : "\x02", service, .. body],
        _ => [$"\xAA\xA4{(final ? "\x03\x06MDPC02\x03" : "\x02\x06MDPC02\x02")}{(char)service.Length}{service}", .. body],
    };
}
