using Gatehouse.SystemTests.Support;

namespace Gatehouse.SystemTests;

/// <summary>
/// What brokers are known to die of, or to do wrongly, each on the wire against a live hub; and what clients of RasPy expect of discovery.
/// Each conversation has names of its own, so that they can go on at the same time.
/// </summary>
public sealed class MajordomoRowTests(BrokerHub broker) : IClassFixture<BrokerHub>
{
    private const string Asks = "c > |MDPC01|mmi.service|hub.info";
    private const string IsAnswered = "c < |MDPC01|mmi.service|200";
    private const string Alive = "z > |MDPC01|mmi.service|hub.info";
    private const string IsAlive = "z < |MDPC01|mmi.service|200";

    /// <summary>What was sent, and what must come of it, see <c>Peers/talk.py</c>.</summary>
    public static TheoryData<string, string[]> Rows { get; } = new()
    {
        {
            "a request without a body has an empty one",
            [
                "w > |MDPW01|%01|row.a", "c > |MDPC01|row.a", "w < |MDPW01|%02|{a}||", "w > |MDPW01|%03|{a}||done",
                "c < |MDPC01|row.a|done",
            ]
        },
        { "a message without the empty frame is passed over", ["c > MDPC01|hub.info|x", "c . 0.2", Asks, IsAnswered] },
        { "a message of one empty frame is passed over", ["c > ", "c . 0.2", Asks, IsAnswered] },
        { "a message of two empty frames is passed over", ["c > |", "c . 0.2", Asks, IsAnswered] },
        { "an unknown header is passed over", ["c > |NOPE01|x", "c . 0.2", Asks, IsAnswered] },
        { "READY without a service", ["w > |MDPW01|%01", "w < |MDPW01|%05"] },
        {
            "an idle worker that says DISCONNECT is forgotten at once",
            [
                "w > |MDPW01|%01|row.d", "c > |MDPC01|row.d|1", "w < |MDPW01|%02|{a}||1", "w > |MDPW01|%03|{a}||1", "c < |MDPC01|row.d|1",
                "w > |MDPW01|%05", "c . 0.2", "c > |MDPC01|mmi.service|row.d", "c < |MDPC01|mmi.service|404", "w . 0.2",
            ]
        },
        {
            "the request of a busy worker that says DISCONNECT goes to another",
            [
                "w > |MDPW01|%01|row.e", "c > |MDPC01|row.e|1", "w < |MDPW01|%02|{a}||1", "v > |MDPW01|%01|row.e", "v . 0.2",
                "w > |MDPW01|%05", "v < |MDPW01|%02|{a}||1", "v > |MDPW01|%03|{a}||2", "c < |MDPC01|row.e|2",
            ]
        },
        { "a second READY", ["w > |MDPW01|%01|row.f", "w . 0.1", "w > |MDPW01|%01|row.f", "w < |MDPW01|%05"] },
        { "REPLY before READY", ["w > |MDPW01|%03|x||y", "w < |MDPW01|%05"] },
        { "HEARTBEAT before READY", ["w > |MDPW01|%04", "w < |MDPW01|%05"] },
        { "DISCONNECT before READY", ["w > |MDPW01|%05", "w . 0.2"] },
        { "READY for mmi", ["w > |MDPW01|%01|mmi.x", "w < |MDPW01|%05"] },
        { "READY for titanic", ["w > |MDPW01|%01|titanic.request", "w < |MDPW01|%05"] },
        { "READY for the hub's own", ["w > |MDPW01|%01|hub.info", "w < |MDPW01|%05"] },
        { "READY for a family of the hub", ["w > |MDPW01|%01|hub.other", "w < |MDPW01|%05"] },
        { "READY for robots", ["w > MDPW02|%01|robot.a", "w < MDPW02|%06"] },
        { "an unknown command", ["w > |MDPW01|%01|row.g", "w . 0.1", "w > |MDPW01|%63|x", "w x"] },
        { "a reply that nobody asked for", ["w > |MDPW01|%01|row.h", "w . 0.1", "w > |MDPW01|%03|abcde||x", "w < |MDPW01|%05"] },
        {
            "a reply for another client goes to nobody",
            [
                "w > |MDPW01|%01|row.i", "c > |MDPC01|row.i|1", "w < |MDPW01|%02|{a}||1", "w > |MDPW01|%03|abcde||x", "w < |MDPW01|%05",
                "v > |MDPW01|%01|row.i", "v < |MDPW01|%02|{a}||1", "v > |MDPW01|%03|{a}||2", "c < |MDPC01|row.i|2",
            ]
        },
        {
            "the request of a worker that dies busy goes to another",
            [
                "w > |MDPW01|%01|row.j", "c > |MDPC01|row.j|1", "w < |MDPW01|%02|{a}||1", "w ~", "v > |MDPW01|%01|row.j",
                "v < |MDPW01|%02|{a}||1", "v > |MDPW01|%03|{a}||2", "c < |MDPC01|row.j|2",
            ]
        },
        {
            "a request is given to three workers at most",
            [
                "u > |MDPW01|%01|row.k", "c > |MDPC01|row.k|1", "u < |MDPW01|%02|{a}||1", "u ~",
                "v > |MDPW01|%01|row.k", "v < |MDPW01|%02|{a}||1", "v ~",
                "w > |MDPW01|%01|row.k", "w < |MDPW01|%02|{a}||1", "w ~", "c < |MDPC01|row.k|500",
            ]
        },
        {
            "an idle worker whose connection closes is forgotten at once",
            [
                "w > |MDPW01|%01|row.l", "w . 0.2", "c > |MDPC01|mmi.service|row.l", "c < |MDPC01|mmi.service|200", "w ~", "c . 0.3",
                "c > |MDPC01|mmi.service|row.l", "c < |MDPC01|mmi.service|404",
            ]
        },
        {
            "what only a client asked for is no service",
            ["c > |MDPC01|row.m|x", "d > |MDPC01|mmi.service|row.m", "d < |MDPC01|mmi.service|404", "c < |MDPC01|row.m|404"]
        },
        {
            "requests of a client that went are not carried out",
            ["c > |MDPC01|row.n|x", "c . 0.2", "c ~", "w . 0.3", "w > |MDPW01|%01|row.n", "w . 0.5"]
        },
        {
            "the worker that has been idle longest is asked first",
            [
                "v > |MDPW01|%01|row.o", "v . 0.1", "w > MDPW02|%01|row.o", "w . 0.1",
                "c > |MDPC01|row.o|1", "v < |MDPW01|%02|{a}||1", "d > |MDPC01|row.o|2", "w < MDPW02|%02|{b}||2",
                "v > |MDPW01|%03|{a}||1", "c < |MDPC01|row.o|1", "w > MDPW02|%04|{b}||2", "d < |MDPC01|row.o|2",
            ]
        },
        { "a second dialect on a connection", [Asks, IsAnswered, "c > MDPC02|%01|mmi.service|x", "c x"] },
        { "a client that turns worker", [Asks, IsAnswered, "c > |MDPW01|%01|row.p", "c x"] },
        { "mmi.service of itself", ["c > |MDPC01|mmi.service|mmi.service", "c < |MDPC01|mmi.service|404"] },
        { "mmi.service names the last frame", ["c > |MDPC01|mmi.service|a|hub.info", "c < |MDPC01|mmi.service|a|200"] },
        { "mmi.discovery without a match", ["c > |MDPC01|mmi.discovery|zzz", "c < |MDPC01|mmi.discovery|200"] },
        { "mmi.discovery of what is no expression", ["c > |MDPC01|mmi.discovery|(", "c < |MDPC01|mmi.discovery|501"] },
        {
            "mmi.discovery",
            [
                "v > |MDPW01|%01|row.q.onewire.devices", "w > |MDPW01|%01|row.q.fake.devices", "v . 0.2",
                "c > |MDPC01|mmi.discovery|row%5C.q.*%5C.devices$",
                "c < |MDPC01|mmi.discovery|row.q.fake.devices|row.q.onewire.devices|200",
                "c > |MDPC01|mmi.discovery|x|q.f", "c < |MDPC01|mmi.discovery|x|row.q.fake.devices|200",
                "c > |MDPC01|mmi.discovery|^hub%5C.i", "c < |MDPC01|mmi.discovery|hub.info|200",
            ]
        },
        { "an unknown mmi", ["c > |MDPC01|mmi.unknown|a|b|c", "c < |MDPC01|mmi.unknown|a|b|501"] },
        { "mmi in RFC 18's layout", ["c > MDPC02|%01|mmi.service|hub.info", "c < MDPC02|%03|mmi.service|200"] },
        {
            "mmi in zproto's layout",
            [
                "c > %AA%A4%01%06MDPC02%01%0Bmmi.service|hub.info", "c < %AA%A4%03%06MDPC02%03%0Bmmi.service|200",
            ]
        },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task The_broker_does_what_it_should(string what, string[] steps)
    {
        Assert.NotEmpty(what);
        await Peers.TalkAsync(broker.Address, [.. steps, Alive, IsAlive]);
        Assert.False(broker.Hub.Process.HasEnded);
    }

    [Fact]
    public async Task A_worker_that_is_silent_for_as_long_as_RasPys_are_stays_and_an_idle_client_too() => await Peers.TalkAsync(
        broker.Address,
        Asks, IsAnswered, "w > |MDPW01|%01|row.r", "w . 5.5", "w > |MDPW01|%04", "w . 5.5", "w =", "c =", "c > |MDPC01|row.r|x",
        "w < |MDPW01|%02|{a}||x", "w > |MDPW01|%03|{a}||y", "c < |MDPC01|row.r|y");

    [Fact]
    public async Task Programs_of_the_zproto_kind_hear_a_heartbeat_every_second() => await Peers.TalkAsync(
        broker.Address,
        "w > %AA%A4%04%06MDPW02%01%05row.s", "w < %AA%A4%08%06MDPW02%05", "w > %AA%A4%08%06MDPW02%05", "w < %AA%A4%08%06MDPW02%05",
        "w > %AA%A4%08%06MDPW02%05", "w < %AA%A4%08%06MDPW02%05");
}
