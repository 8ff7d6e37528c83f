using System.Text.Json;

namespace Gatehouse.Tests.Connectors.Majordomo;

public sealed class MmiTests
{
    private readonly BrokerFixture _broker = new();

    public MmiTests()
    {
        string[] names = ["localhost.fake.devices", "localhost.onewire.devices", "localhost.core.cron", "lamp"];
        foreach (var name in names) _broker.Worker(name);
        _broker.HubNames.UnionWith(["titanic.request", "titanic.reply", "titanic.close", "titanic.store"]);
    }

    [Theory]
    [InlineData("mmi.service", "lamp", "200")]
    [InlineData("mmi.service", "titanic.request", "200")]
    [InlineData("mmi.service", "nosuch", "404")]
    [InlineData("mmi.service", "mmi.service", "404")]
    [InlineData("mmi.service", "", "404")]
    [InlineData("mmi.service", "a|titanic.request", "a|200")]
    [InlineData("mmi.service", "a|b|nosuch", "a|b|404")]
    [InlineData("mmi.discovery", @"titanic\.request", "titanic.request|200")]
    [InlineData("mmi.discovery", @".*\.devices", "localhost.fake.devices|localhost.onewire.devices|200")]
    [InlineData("mmi.discovery", @"\.devices$", "localhost.fake.devices|localhost.onewire.devices|200")]
    [InlineData("mmi.discovery", @"\.devices\Z", "localhost.fake.devices|localhost.onewire.devices|200")]
    [InlineData("mmi.discovery", "^l.*[np]$", "lamp|localhost.core.cron|200")]
    [InlineData("mmi.discovery", "zzz", "200")]
    [InlineData("mmi.discovery", "(", "501")]
    [InlineData("mmi.discovery", "x|(", "x|501")]
    [InlineData("mmi.discovery", "x|.*titanic.*", "x|titanic.close|titanic.reply|titanic.request|titanic.store|200")]
    [InlineData("mmi.discovery", "(?P<n>l)amp", "lamp|200")]
    [InlineData("mmi.discovery", "(?!x)lamp", "lamp|200")]
    [InlineData("mmi.unknown", "a|b|c", "a|b|501")]
    [InlineData("mmi.directory", "a", "501")]
    [InlineData("mmi.", "a", "501")]
    [InlineData("mmi.echo", "a", "a|200")]
    [InlineData("mmi.echo", "a||b", "a||b|200")]
    public void It_answers_as_RasPy_does(string service, string asked, string answered)
    {
        var client = _broker.Open();
        _broker.Ask(client, service, asked.Split('|'));
        Assert.Equal(["", "MDPC01", service, .. answered.Split('|')], _broker.HeardOne(client));
    }

    [Theory]
    [InlineData("mmi.service", "404")]
    [InlineData("mmi.unknown", "501")]
    [InlineData("mmi.echo", "|200")]
    public void A_request_without_a_body_is_one_empty_frame(string service, string answered)
    {
        var client = _broker.Open();
        _broker.Ask(client, service);
        Assert.Equal(["", "MDPC01", service, .. answered.Split('|')], _broker.HeardOne(client));
    }

    [Fact]
    public void Everything_is_discovered_but_what_nobody_offers()
    {
        var client = _broker.Open();
        _broker.Ask(client, "ghost", "x");
        _broker.Ask(client, "mmi.discovery", ".*");
        var names = _broker.HeardOne(client)[3..];
        Assert.Equal(
            [
                "lamp", "localhost.core.cron", "localhost.fake.devices", "localhost.onewire.devices",
                "titanic.close", "titanic.reply", "titanic.request", "titanic.store", "200",
            ],
            names);
    }

    [Fact]
    public void Services_are_listed_with_their_workers_and_queues()
    {
        var (client, second) = (_broker.Open(), _broker.Open());
        _broker.Say(second, "MDPW02", "\x01", "lamp");
        _broker.Ask(client, "lamp", "x");
        _broker.Ask(client, "ghost", "x");
        _broker.Ask(client, "mmi.services", "a", "");
        var answer = _broker.HeardOne(client)[3..];
        Assert.Equal(("a", "200", 3), (answer[0], answer[2], answer.Length));
        using var json = JsonDocument.Parse(answer[1]);
        Assert.Equal(5, json.RootElement.GetArrayLength());
        Assert.Equal(
            """{"name":"ghost","dialects":[],"workers":0,"idle":0,"queued":1,"""
            + """
            "requests":1,"replies":0,"failures":0,"abandoned":0,"retries":0,"expired":0}
            """,
            json.RootElement[0].GetRawText());
        var lamp = json.RootElement[1];
        Assert.Equal("""["mdp01","mdp02"]""", lamp.GetProperty("dialects").GetRawText());
        Assert.Equal((2, 1), (lamp.GetProperty("workers").GetInt32(), lamp.GetProperty("idle").GetInt32()));
    }

    [Fact]
    public void Workers_are_listed_with_what_they_do()
    {
        var client = _broker.Open();
        _broker.Ask(client, "lamp", "x");
        _broker.Pass(1500);
        _broker.Ask(client, "mmi.workers", "");
        var answer = _broker.HeardOne(client)[3..];
        Assert.Equal("200", answer[1]);
        using var json = JsonDocument.Parse(answer[0]);
        Assert.Equal(
            """{"address":"tcp://peer:3","service":"lamp","dialect":"mdp01","busy":true,"idleSeconds":1.5}""",
            json.RootElement[3].GetRawText());
    }

    [Fact]
    public void The_whole_is_counted()
    {
        var client = _broker.Open();
        _broker.Say(client, "junk");
        _broker.Worker("mmi.x");
        _broker.Ask(client, "mmi.stats", "");
        using var json = JsonDocument.Parse(_broker.HeardOne(client)[3]);
        var root = json.RootElement;
        Assert.Equal((6, 1, 4, 4), (Count("peers"), Count("clients"), Count("workers"), Count("services")));
        Assert.Equal("""{"reservedName":1,"unknownHeader":1}""", root.GetProperty("faults").GetRawText());
        Assert.Equal(1, Count("mmi"));
        int Count(string name) => root.GetProperty(name).GetInt32();
    }

    [Theory]
    [InlineData("mmi.services", true)]
    [InlineData("mmi.workers", true)]
    [InlineData("mmi.stats", true)]
    [InlineData("mmi.discovery", true)]
    [InlineData("titanic.store", true)]
    [InlineData("mmi.service", false)]
    [InlineData("mmi.echo", false)]
    [InlineData("lamp", false)]
    public void Others_have_their_turn_after_what_takes_long(string service, bool isLong)
    {
        var client = _broker.Open();
        _broker.Ask(client, service, "x");
        Assert.Equal(isLong ? [client] : [], _broker.Rested);
    }
}
