using System.Text;
using Gatehouse.Sdk.Zmtp;

namespace Gatehouse.Tests.Sdk.Zmtp;

public sealed class PlainMechanismTests
{
    // HELLO of libzmq 4.3.4 for the user "u" with the password "pw", and the INITIATE of its REQ.
    private static readonly byte[] Hello = Convert.FromHexString("040B0548454C4C4F0175027077");
    private static readonly byte[] Initiate =
        Convert.FromHexString("042908494E4954494154450B536F636B65742D54797065000000035245510849" + "64656E7469747900000000");

    [Fact]
    public void A_client_on_libzmq_is_let_in()
    {
        var asked = new List<string>();
        var talk = Server((user, password) =>
        {
            asked.Add($"{user}:{password}");
            return true;
        });
        talk.Feed([.. Wire.Greeting("PLAIN"), .. Hello]);
        Assert.Equal([.. Wire.Greeting("PLAIN", isServer: true), .. Wire.Command("WELCOME")], talk.Sent);
        talk.Sent.Clear();
        talk.Feed([.. Initiate, .. Wire.Message("a")]);
        Assert.Equal(Wire.Ready("ROUTER", ""), talk.Sent);
        Assert.Equal(["ready Req '' 3.1", "message a"], talk.Events);
        Assert.Equal(["u:pw"], asked);
    }

    [Fact]
    public void A_wrong_password_is_told_with_the_status_that_libzmq_knows()
    {
        var talk = Server((_, _) => false).Feed([.. Wire.Greeting("PLAIN"), .. Hello]);
        Assert.Equal(ZmtpFault.AccessDenied, talk.Session.Fault);
        Assert.Equal(Wire.Command("ERROR", "\u0003400"u8), talk.Sent[64..]);
    }

    [Fact]
    public void Our_client_says_what_libzmqs_says_and_enters()
    {
        var talk = Client().Feed(Wire.Greeting("PLAIN"));
        Assert.Equal(Hello, talk.Sent[64..]);
        talk.Sent.Clear();
        talk.Feed(Wire.Command("WELCOME"));
        Assert.Equal(Initiate, talk.Sent);
        Assert.Empty(talk.Events);
        talk.Feed([.. Wire.Ready("ROUTER", "r"), .. Wire.Message("a")]);
        Assert.Equal(["ready Router 'r' 3.1", "message a"], talk.Events);
    }

    [Fact]
    public void Both_sides_of_ours_understand_each_other_in_every_language()
    {
        var asked = "";
        var server = Server((user, password) => (asked = $"{user}:{password}") == "Zoë:пароль");
        var client = new Conversation(ZmtpSocketType.Dealer, new PlainClientMechanism("Zoë", "пароль"), "me");
        for (var i = 0; i < 5; i++)
        {
            var (down, up) = (server.Sent.ToArray(), client.Sent.ToArray());
            server.Sent.Clear();
            client.Sent.Clear();
            client.Feed(down);
            server.Feed(up);
        }

        Assert.Equal(["ready Dealer 'me' 3.1"], server.Events);
        Assert.Equal(["ready Router '' 3.1"], client.Events);
    }

    public static TheoryData<string, byte[]> BadForServer => new()
    {
        { nameof(ZmtpFault.ReadyExpected), Wire.Ready("REQ") },
        { nameof(ZmtpFault.ReadyExpected), Initiate },
        { nameof(ZmtpFault.ReadyExpected), [.. Hello, .. Hello] },
        { nameof(ZmtpFault.RoleMismatch), Wire.Command("WELCOME") },
        { nameof(ZmtpFault.BadCommand), Wire.Command("HELLO") },
        { nameof(ZmtpFault.BadCommand), Wire.Command("HELLO", [1, 65]) },
        { nameof(ZmtpFault.BadCommand), Wire.Command("HELLO", [2, 65]) },
        { nameof(ZmtpFault.BadCommand), Wire.Command("HELLO", [1, 65, 1, 66, 0]) },
        { nameof(ZmtpFault.BadReady), [.. Hello, .. Wire.Command("INITIATE")] },
        { nameof(ZmtpFault.IncompatibleSocket), [.. Hello, .. Wire.Command("INITIATE", Wire.Metadata("PUB"))] },
        { nameof(ZmtpFault.PeerRefused), Wire.Command("ERROR", [0]) },
    };

    [Theory]
    [MemberData(nameof(BadForServer))]
    public void A_server_refuses_with_a_reason(string fault, byte[] bytes) =>
        Assert.Equal(fault, Server((_, _) => true).Feed([.. Wire.Greeting("PLAIN"), .. bytes]).Session.Fault.ToString());

    public static TheoryData<string, byte[]> BadForClient => new()
    {
        { nameof(ZmtpFault.RoleMismatch), Hello },
        { nameof(ZmtpFault.ReadyExpected), Wire.Ready("ROUTER") },
        { nameof(ZmtpFault.BadCommand), Wire.Command("WELCOME", [1]) },
        { nameof(ZmtpFault.ReadyExpected), [.. Wire.Command("WELCOME"), .. Wire.Command("WELCOME")] },
        { nameof(ZmtpFault.BadReady), [.. Wire.Command("WELCOME"), .. Wire.Command("READY")] },
        { nameof(ZmtpFault.PeerRefused), Wire.Command("ERROR", "\u0003400"u8) },
    };

    [Theory]
    [MemberData(nameof(BadForClient))]
    public void A_client_gives_up_with_a_reason(string fault, byte[] bytes) =>
        Assert.Equal(fault, Client().Feed([.. Wire.Greeting("PLAIN"), .. bytes]).Session.Fault.ToString());

    [Fact]
    public void Two_servers_know_each_other_by_the_greeting() => Assert.Equal(
        ZmtpFault.RoleMismatch, Server((_, _) => true).Feed(Wire.Greeting("PLAIN", isServer: true)).Session.Fault);

    [Fact]
    public void A_name_that_does_not_fit_is_refused_before_it_is_sent() =>
        Assert.Throws<ArgumentException>(() => new PlainClientMechanism(new string('ü', 128), ""));

    [Fact]
    public void A_session_begins_anew_in_the_midst_of_a_handshake()
    {
        var talk = Server((_, _) => true).Feed([.. Wire.Greeting("PLAIN"), .. Hello]);
        talk.Session.Start();
        Assert.Equal(ZmtpFault.ReadyExpected, talk.Feed([.. Wire.Greeting("PLAIN"), .. Initiate]).Session.Fault);
    }

    private static Conversation Server(Func<string, string, bool> check) => new(mechanism: new PlainServerMechanism(check));

    private static Conversation Client() => new(ZmtpSocketType.Req, new PlainClientMechanism("u", Encoding.ASCII.GetString("pw"u8)));
}
