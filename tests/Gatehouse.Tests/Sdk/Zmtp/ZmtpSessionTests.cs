using System.Text;
using Gatehouse.Sdk.Zmtp;

namespace Gatehouse.Tests.Sdk.Zmtp;

public sealed class ZmtpSessionTests
{
    // libzmq 4.3.4's DEALER with the identity "me", taken from the wire.
    private const string DealerOnTheWire =
        "FF00000000000000037F03014E554C4C" + "00000000000000000000000000000000" + "00000000000000000000000000000000"
        + "00000000000000000000000000000000" + "042B0552454144590B536F636B65742D547970650000000644"
        + "45414C4552084964656E74697479000000026D65" + "01016100017A";

    [Fact]
    public void A_dealer_on_libzmq_is_understood()
    {
        var talk = new Conversation().Feed(Convert.FromHexString(DealerOnTheWire));
        Assert.Equal(["ready Dealer 'me' 3.1", "message a|z"], talk.Events);
        Assert.Equal(ZmtpStage.Traffic, talk.Session.Stage);
    }

    [Fact]
    public void Greeting_and_ready_are_what_libzmq_sends_itself()
    {
        var talk = new Conversation(ZmtpSocketType.Dealer, identity: "me");
        Assert.Equal(Convert.FromHexString("FF00000000000000017F" + DealerOnTheWire[20..128]), talk.Sent);
        talk.Sent.Clear();
        talk.Feed(Wire.Greeting());
        Assert.Equal(Convert.FromHexString(DealerOnTheWire[128..^12]), talk.Sent);
    }

    [Fact]
    public void Nothing_but_the_greeting_is_sent_before_the_peer_has_greeted()
    {
        var talk = new Conversation();
        talk.Feed(Wire.Greeting().AsSpan(0, 63));
        Assert.Equal(64, talk.Sent.Count);
        talk.Feed(Wire.Greeting().AsSpan(63));
        Assert.Equal(Wire.Ready("ROUTER", ""), talk.Sent[64..]);
    }

    [Theory]
    [InlineData("PUB", null)]
    [InlineData("PUSH", null)]
    [InlineData("REQ", "")]
    public void Only_types_that_are_routed_to_tell_an_identity(string type, string? identity)
    {
        Assert.True(ZmtpSocketTypes.TryParse(Encoding.ASCII.GetBytes(type), out var known));
        var talk = new Conversation(known).Feed(Wire.Greeting());
        Assert.Equal(Wire.Ready(type, identity), talk.Sent[64..]);
    }

    [Theory]
    [InlineData("474554202F20", nameof(ZmtpFault.BadSignature))] // GET /
    [InlineData("FF000000000000000100", nameof(ZmtpFault.BadSignature))]
    [InlineData("0100", nameof(ZmtpFault.OldVersion))] // ZMTP 1, anonymous
    [InlineData("05006D79", nameof(ZmtpFault.OldVersion))] // ZMTP 1 with an identity
    [InlineData("FF00000000000000017F0105", nameof(ZmtpFault.OldVersion))] // ZMTP 2: revision 1, socket type
    [InlineData("16030100", nameof(ZmtpFault.BadSignature))] // TLS
    public void A_stranger_is_known_by_its_first_bytes(string hex, string fault) =>
        Assert.Equal(fault, new Conversation().Feed(Convert.FromHexString(hex)).Session.Fault.ToString());

    [Theory]
    [InlineData("NULL", 3, 1, false, nameof(ZmtpFault.None), 1)]
    [InlineData("NULL", 3, 0, true, nameof(ZmtpFault.None), 0)]
    [InlineData("NULL", 4, 0, false, nameof(ZmtpFault.None), 1)]
    [InlineData("PLAIN", 3, 1, false, nameof(ZmtpFault.MechanismMismatch), 1)]
    [InlineData("CURVE", 3, 1, false, nameof(ZmtpFault.MechanismMismatch), 1)]
    [InlineData("GSSAPI", 3, 1, false, nameof(ZmtpFault.MechanismMismatch), 1)]
    [InlineData("NULLNULL", 3, 1, false, nameof(ZmtpFault.UnknownMechanism), 1)]
    [InlineData("", 3, 1, false, nameof(ZmtpFault.UnknownMechanism), 1)]
    public void A_greeting_fits_or_has_a_reason(string mechanism, byte major, byte minor, bool isServer, string fault, byte known)
    {
        var talk = new Conversation().Feed(Wire.Greeting(mechanism, minor, major, isServer));
        Assert.Equal(fault, talk.Session.Fault.ToString());
        if (fault == "None") Assert.Equal(known, talk.Session.PeerMinor);
    }

    public static TheoryData<string, byte[]> BadStarts => new()
    {
        { nameof(ZmtpFault.ReadyExpected), Wire.Message("a") },
        { nameof(ZmtpFault.ReadyExpected), Wire.Command("PING", [0, 0]) },
        { nameof(ZmtpFault.ReservedFlags), Wire.Command("READY", Wire.Metadata("DEALER"), 5) },
        { nameof(ZmtpFault.ReservedFlags), Wire.Command("READY", Wire.Metadata("DEALER"), 12) },
        { nameof(ZmtpFault.CommandTooLong), Wire.Command("READY", new byte[9000])[..9] },
        { nameof(ZmtpFault.CommandTooLong), [6, 255, 255, 255, 255, 255, 255, 255, 255] },
        { nameof(ZmtpFault.BadCommand), Wire.Frame([9, 65], 4) },
        { nameof(ZmtpFault.BadCommand), Wire.Frame([], 4) },
        { nameof(ZmtpFault.BadReady), Wire.Command("READY") },
        { nameof(ZmtpFault.BadReady), Wire.Command("READY", Wire.Property("Identity", "a"u8)) },
        { nameof(ZmtpFault.BadReady), Wire.Command("READY", Wire.Metadata("DEALER").AsSpan()[..^1]) },
        { nameof(ZmtpFault.BadReady), Wire.Command("READY", [0, 0, 0, 0, 0]) },
        { nameof(ZmtpFault.BadReady), Wire.Command("READY", [3, 65]) },
        { nameof(ZmtpFault.BadReady), Wire.Command("READY", [.. "\u0008Identity"u8, 0, 0, 1, 0, .. new byte[256]]) },
        { nameof(ZmtpFault.BadReady), Wire.Command("READY", [.. "\u0008Identity"u8, 255, 255, 255, 255]) },
        { nameof(ZmtpFault.IncompatibleSocket), Wire.Ready("SUB") },
        { nameof(ZmtpFault.IncompatibleSocket), Wire.Ready("dealer") },
        { nameof(ZmtpFault.PeerRefused), Wire.Command("ERROR", "\u0003400"u8) },
        { nameof(ZmtpFault.PeerRefused), Wire.Frame("\u005eRROR\u0003400"u8, 4) }, // libzmq 4.3.4's own spelling
    };

    [Theory]
    [MemberData(nameof(BadStarts))]
    public void A_handshake_that_goes_wrong_has_a_reason(string fault, byte[] start)
    {
        var talk = new Conversation().Feed([.. Wire.Greeting(), .. start]);
        Assert.Equal((fault, ZmtpStage.Failed), (talk.Session.Fault.ToString(), talk.Session.Stage));
        Assert.Empty(talk.Feed(Wire.Message("a")).Events);
        Assert.Equal(0, talk.Held);
    }

    [Fact]
    public void A_peer_of_the_wrong_type_is_told_so()
    {
        var talk = new Conversation().Feed(Wire.Hello("PUB"));
        Assert.Equal(Wire.Command("ERROR", "\u001fInvalid socket type combination"u8), talk.Sent[^(2 + 6 + 32)..]);
    }

    [Fact]
    public void Properties_have_names_without_case_and_unknown_ones_are_passed_over()
    {
        byte[] properties =
            [.. Wire.Property("X-Room", "hall"u8), .. Wire.Property("SOCKET-type", "REQ"u8), .. Wire.Property("identity", "i"u8)];
        var talk = new Conversation().Feed([.. Wire.Greeting(), .. Wire.Command("READY", properties, 4)]);
        Assert.Equal(["ready Req 'i' 3.1"], talk.Events);
    }

    public static TheoryData<string, byte[]> BadTraffic => new()
    {
        { nameof(ZmtpFault.ReservedFlags), [8, 0] },
        { nameof(ZmtpFault.ReservedFlags), Wire.Command("PING", [0, 0], 5) },
        { nameof(ZmtpFault.ReservedFlags), [255, 255] },
        { nameof(ZmtpFault.BadCommand), Wire.Frame([], 4) },
        { nameof(ZmtpFault.BadCommand), Wire.Command("PING", [0]) },
        { nameof(ZmtpFault.BadCommand), Wire.Command("PING", [0, 0, .. new byte[17]]) },
        { nameof(ZmtpFault.CommandTooLong), [6, 0, 0, 0, 0, 0, 1, 0, 1] },
        { nameof(ZmtpFault.FrameTooLong), [2, 0, 0, 0, 0, 0, 0, 3, 233] },
        { nameof(ZmtpFault.FrameTooLong), [2, 128, 0, 0, 0, 0, 0, 0, 0] },
        { nameof(ZmtpFault.MessageTooLong), [.. Wire.Frame(new byte[600], 1), 2, 0, 0, 0, 0, 0, 0, 1, 145] },
        { nameof(ZmtpFault.TooManyFrames), Wire.Message("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11") },
    };

    [Theory]
    [MemberData(nameof(BadTraffic))]
    public void Traffic_that_goes_wrong_has_a_reason(string fault, byte[] bytes)
    {
        var talk = new Conversation(most: 1000, frames: 10).Feed([.. Wire.Hello("DEALER"), .. bytes]);
        Assert.Equal(fault, talk.Session.Fault.ToString());
        Assert.Single(talk.Events);
    }

    [Fact]
    public void A_message_may_be_as_large_as_the_limits_say()
    {
        var talk = new Conversation(most: 1000, frames: 10).Feed(Wire.Hello("DEALER"));
        talk.Feed(Wire.Message(new string('x', 1000))).Feed(Wire.Message("1", "2", "3", "4", "5", "6", "7", "8", "9", "10"));
        talk.Feed(Wire.Message(new string('x', 500), new string('y', 500)));
        Assert.Equal((ZmtpFault.None, 4), (talk.Session.Fault, talk.Events.Count));
    }

    [Fact]
    public void A_ping_is_answered_with_its_context()
    {
        var talk = new Conversation().Feed(Wire.Hello("DEALER"));
        talk.Sent.Clear();
        talk.Feed(Wire.Command("PING", [0, 10, .. "sixteen bytes ok"u8])).Feed(Wire.Command("PING", [1, 0]));
        Assert.Equal(["ping 10", "ping 256"], talk.Events[1..]);
        Assert.Equal([.. Wire.Command("PONG", "sixteen bytes ok"u8), .. Wire.Command("PONG")], talk.Sent);
    }

    [Fact]
    public void Commands_between_the_frames_of_a_message_are_obeyed_and_leave_no_trace_in_it()
    {
        // libzmq sends PING and PONG when they are due, in the midst of a message too.
        var talk = new Conversation().Feed(Wire.Hello("DEALER"));
        var frames = Wire.Message("a", "bb", "", "cccc");
        talk.Feed([
            .. Wire.Command("PONG"), .. frames[..3], .. Wire.Command("PING", [0, 1]), .. Wire.Command("PONG"), .. frames[3..7],
            .. Wire.Command("PING", [0, 2, 7]), .. frames[7..9], .. Wire.Command("X-OTHER"), .. frames[9..], .. Wire.Message("next")]);
        Assert.Equal(["ping 1", "ping 2", "message a|bb||cccc", "message next"], talk.Events[1..]);
    }

    [Fact]
    public void A_message_that_drowns_in_commands_is_refused()
    {
        var talk = new Conversation().Feed([.. Wire.Hello("DEALER"), .. Wire.Frame([1], 1)]);
        var ping = Wire.Command("P");
        talk.Feed([.. Enumerable.Repeat(ping, 4096).SelectMany(p => p)]);
        Assert.Equal(ZmtpFault.None, talk.Session.Fault);
        Assert.Equal(ZmtpFault.TooManyCommands, talk.Feed(ping).Session.Fault);
    }

    [Fact]
    public void Commands_in_a_message_count_towards_its_size()
    {
        var talk = new Conversation(most: 100).Feed([.. Wire.Hello("DEALER"), .. Wire.Frame([1], 1), .. Wire.Command("X", new byte[90])]);
        Assert.Equal(ZmtpFault.None, talk.Session.Fault);
        Assert.Equal(ZmtpFault.MessageTooLong, talk.Feed(Wire.Command("X", new byte[90])).Session.Fault);
    }

    [Fact]
    public void Unknown_commands_and_those_for_other_sockets_are_passed_over()
    {
        var talk = new Conversation().Feed(Wire.Hello("DEALER"));
        foreach (var name in (string[])["JOIN", "SUBSCRIBE", "READY", "ERROR", "A"]) talk.Feed(Wire.Command(name, "data"u8));
        Assert.Equal(["ready Dealer '' 3.1", "message a"], talk.Feed(Wire.Message("a")).Events);
    }

    [Theory]
    [InlineData(ZmtpSocketType.Pub)]
    [InlineData(ZmtpSocketType.XPub)]
    public void Subscriptions_come_by_command_and_by_message_as_the_same_event(ZmtpSocketType type)
    {
        var talk = new Conversation(type).Feed(Wire.Hello("SUB"));
        talk.Feed(Wire.Command("SUBSCRIBE", "ab"u8)).Feed(Wire.Message("\u0001cd"));
        talk.Feed(Wire.Command("CANCEL", "ab"u8)).Feed(Wire.Message("\0cd"));
        talk.Feed(Wire.Message("\u0001")).Feed(Wire.Message("\u0002x")).Feed(Wire.Message("")).Feed(Wire.Message("\u0001", "x"));
        Assert.Equal(
            ["subscribe ab", "subscribe cd", "cancel ab", "cancel cd", "subscribe ", "message \u0002x", "message ", "message \u0001|x"],
            talk.Events[1..]);
    }

    [Fact]
    public void A_halted_session_keeps_what_follows_for_later()
    {
        var talk = new Conversation();
        talk.On = text =>
        {
            if (text.StartsWith("message", StringComparison.Ordinal)) talk.Session.Halt();
        };
        talk.Feed([.. Wire.Hello("DEALER"), .. Wire.Message("a"), .. Wire.Message("b"), .. Wire.Message("c")]);
        Assert.Equal((2, 6), (talk.Events.Count, talk.Held));
        Assert.Equal(["message a", "message b", "message c"], talk.Feed([]).Feed([]).Events[1..]);
    }

    [Fact]
    public void What_is_wanted_is_known_as_soon_as_the_header_is_there()
    {
        var talk = new Conversation();
        Assert.Equal(64, talk.Session.Wanted);
        Assert.Equal(2, talk.Feed(Wire.Hello("DEALER")).Session.Wanted);
        Assert.Equal(9, talk.Feed([3, 0]).Session.Wanted);
        Assert.Equal(9 + 300, talk.Feed([0, 0, 0, 0, 0, 1, 44]).Session.Wanted);
        Assert.Equal(9 + 300 + 2, talk.Feed(new byte[300]).Session.Wanted);
        Assert.Equal(9 + 300 + 2 + 5, talk.Feed([0, 5]).Session.Wanted);
    }

    [Fact]
    public void A_session_begins_anew_after_anything()
    {
        var talk = new Conversation().Feed([.. Wire.Hello("DEALER", "me"), .. Wire.Frame([1], 1), 8, 0]);
        Assert.Equal(ZmtpFault.ReservedFlags, talk.Session.Fault);
        talk.Session.Start();
        Assert.Equal((ZmtpStage.Greeting, ZmtpFault.None, 0), (talk.Session.Stage, talk.Session.Fault, talk.Session.PeerIdentity.Length));
        Assert.Equal("message b", talk.Feed([.. Wire.Hello("REQ"), .. Wire.Message("b")]).Events[^1]);
    }

    [Fact]
    public void A_message_copies_out_from_any_frame()
    {
        var message = new ZmtpMessage(Wire.Message("a", "", "ccc"), [3, 5, 10]);
        Assert.Equal(3, message.ToFrames().Count);
        Assert.Equal("ccc", message.ToFrames(2).Text(0));
        Assert.Equal(0, message.ToFrames(3).Count);
    }

    [Fact]
    public void Which_sockets_talk_is_the_same_from_both_sides()
    {
        var types = Enum.GetValues<ZmtpSocketType>();
        Assert.All(types, a => Assert.All(types, b => Assert.Equal(a.CanTalkTo(b), b.CanTalkTo(a))));
        Assert.Equal(21, types.Sum(a => types.Count(b => a.CanTalkTo(b))));
    }
}
