using System.Text;
using Gatehouse.Sdk.Majordomo;
using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp;
using Gatehouse.Tests.Fuzz;

namespace Gatehouse.Tests.Sdk.Majordomo;

/// <summary>Every message of every dialect, byte by byte. In the texts | stands between frames.</summary>
public sealed class MdpMessageTests
{
    public static TheoryData<MdpDialect, string, string, string> Golden => new()
    {
        { MdpDialect.Mdp01, "ClientRequest", "echo", "|MDPC01|echo|body" },
        { MdpDialect.Mdp01, "ClientFinal", "echo", "|MDPC01|echo|body" },
        { MdpDialect.Mdp01, "Ready", "echo", "|MDPW01|\x01|echo" },
        { MdpDialect.Mdp01, "WorkerRequest", "\0abcd", "|MDPW01|\x02|\0abcd||body" },
        { MdpDialect.Mdp01, "WorkerFinal", "\0abcd", "|MDPW01|\x03|\0abcd||body" },
        { MdpDialect.Mdp01, "Heartbeat", "", "|MDPW01|\x04" },
        { MdpDialect.Mdp01, "Disconnect", "", "|MDPW01|\x05" },
        { MdpDialect.Mdp02, "ClientRequest", "echo", "MDPC02|\x01|echo|body" },
        { MdpDialect.Mdp02, "ClientPartial", "echo", "MDPC02|\x02|echo|body" },
        { MdpDialect.Mdp02, "ClientFinal", "echo", "MDPC02|\x03|echo|body" },
        { MdpDialect.Mdp02, "Ready", "echo", "MDPW02|\x01|echo" },
        { MdpDialect.Mdp02, "WorkerRequest", "\0abcd", "MDPW02|\x02|\0abcd||body" },
        { MdpDialect.Mdp02, "WorkerPartial", "\0abcd", "MDPW02|\x03|\0abcd||body" },
        { MdpDialect.Mdp02, "WorkerFinal", "\0abcd", "MDPW02|\x04|\0abcd||body" },
        { MdpDialect.Mdp02, "Heartbeat", "", "MDPW02|\x05" },
        { MdpDialect.Mdp02, "Disconnect", "", "MDPW02|\x06" },
        { MdpDialect.Zproto, "ClientRequest", "echo", "\xAA\xA4\x01\x06MDPC02\x01\x04" + "echo|body" },
        { MdpDialect.Zproto, "ClientPartial", "echo", "\xAA\xA4\x02\x06MDPC02\x02\x04" + "echo|body" },
        { MdpDialect.Zproto, "ClientFinal", "echo", "\xAA\xA4\x03\x06MDPC02\x03\x04" + "echo|body" },
        { MdpDialect.Zproto, "Ready", "echo", "\xAA\xA4\x04\x06MDPW02\x01\x04" + "echo" },
        { MdpDialect.Zproto, "WorkerRequest", "\0abcd", "\xAA\xA4\x05\x06MDPW02\x02|\0abcd||body" },
        { MdpDialect.Zproto, "WorkerPartial", "\0abcd", "\xAA\xA4\x06\x06MDPW02\x03|\0abcd||body" },
        { MdpDialect.Zproto, "WorkerFinal", "\0abcd", "\xAA\xA4\x07\x06MDPW02\x04|\0abcd||body" },
        { MdpDialect.Zproto, "Heartbeat", "", "\xAA\xA4\x08\x06MDPW02\x05" },
        { MdpDialect.Zproto, "Disconnect", "", "\xAA\xA4\x09\x06MDPW02\x06" },
    };

    [Theory]
    [MemberData(nameof(Golden))]
    public void It_is_written_and_read(MdpDialect dialect, string kindName, string name, string frames)
    {
        var kind = Enum.Parse<MdpKind>(kindName);
        var bytes = Encode(frames);
        Assert.Equal(Convert.ToHexString(bytes), Convert.ToHexString(Write(dialect, kind, Latin(name), "\0\u0004body"u8)));
        Assert.True(ZmtpFrames.TryRead(bytes, new int[8], out var message));
        foreach (var fromBroker in new[] { false, true })
        {
            var fault = fromBroker ? MdpMessage.FromBroker(message, out var read) : MdpMessage.FromPeer(message, out read);
            if (!MaySay(dialect, kind, fromBroker))
            {
                // A request and a reply of MDP 0.1's clients look alike: who sent it tells.
                if (dialect == MdpDialect.Mdp01 && kind <= MdpKind.ClientFinal) Assert.NotEqual(kind, read.Kind);
                else Assert.Equal(MdpFault.WrongDirection, fault);
                continue;
            }
            Assert.Equal((MdpFault.None, dialect, kind), (fault, read.Dialect, read.Kind));
            Assert.Equal(kind <= MdpKind.ClientFinal, read.IsClients);
            Assert.Equal(name, Encoding.Latin1.GetString(read.Name));
            var body = message.From(read.BodyFrom).ToArray();
            Assert.Equal(frames.EndsWith("|body", StringComparison.Ordinal) ? "\0\x04" + "body" : "", Encoding.Latin1.GetString(body));
        }
    }

    [Theory]
    [InlineData(MdpDialect.Mdp01)]
    [InlineData(MdpDialect.Mdp02)]
    [InlineData(MdpDialect.Zproto)]
    public void The_longest_names_have_room(MdpDialect dialect)
    {
        Span<byte> room = stackalloc byte[MdpHead.MaxSize];
        var name = Enumerable.Repeat((byte)'n', 255).ToArray();
        foreach (var kind in Enum.GetValues<MdpKind>())
        {
            if (dialect == MdpDialect.Mdp01 && kind is MdpKind.ClientPartial or MdpKind.WorkerPartial) continue;
            if (kind is MdpKind.Heartbeat or MdpKind.Disconnect) continue;
            var bytes = Write(dialect, kind, name, "\0\u0004body"u8);
            Assert.True(ZmtpFrames.TryRead(bytes, new int[8], out var message));
            var fault = MaySay(dialect, kind, fromBroker: false)
                ? MdpMessage.FromPeer(message, out var read)
                : MdpMessage.FromBroker(message, out read);
            Assert.Equal((MdpFault.None, kind), (fault, read.Kind));
            Assert.True(read.Name.SequenceEqual(name));
        }
    }

    /// <summary>What is read says everything that stood there: written again it is the same bytes.</summary>
    [Fact]
    public void What_is_read_of_changed_messages_is_written_as_the_same_bytes()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        byte[][] good = [.. Golden.Select(row => Encode(row.Data.Item4))];
        var (changed, ends) = (new byte[256], new int[16]);
        var reached = new HashSet<MdpFault>();
        for (var i = 0; i < 40_000; i++)
        {
            var first = FuzzChange.Make(good[random.Next(good.Length)], ref changed, ends, random).ToArray();
            var bytes = random.Next(3) == 0 ? FuzzChange.Make(first, ref changed, ends, random) : first;
            if (!ZmtpFrames.TryRead(bytes, ends, out var message)) continue;
            foreach (var fromBroker in new[] { false, true })
            {
                var fault = fromBroker ? MdpMessage.FromBroker(message, out var read) : MdpMessage.FromPeer(message, out read);
                reached.Add(fault);
                if (fault != MdpFault.None) continue;
                var body = message.From(read.BodyFrom);
                // Whoever writes a head has a body to follow.
                if (body.IsEmpty && read.Kind is not (MdpKind.Ready or MdpKind.Heartbeat or MdpKind.Disconnect)) continue;
                var again = Write(read.Dialect, read.Kind, read.Name, body);
                var isSame = message.From(0).SequenceEqual(again);
                Assert.True(isSame, $"seed {seed}: {Convert.ToHexString(message.From(0))} is written {Convert.ToHexString(again)}");
            }
        }
        Assert.Equal([], Enum.GetValues<MdpFault>().Except(reached));
    }

    [Fact]
    public void What_the_first_dialect_lacks_cannot_be_written()
    {
        var room = new byte[MdpHead.MaxSize];
        Assert.Throws<ArgumentOutOfRangeException>(() => MdpHead.ClientReply(room, MdpDialect.Mdp01, "s"u8, final: false));
        Assert.Throws<ArgumentOutOfRangeException>(() => MdpHead.WorkerReply(room, MdpDialect.Mdp01, "s"u8, final: false));
    }

    private static bool MaySay(MdpDialect dialect, MdpKind kind, bool fromBroker) => kind switch
    {
        MdpKind.Heartbeat or MdpKind.Disconnect => true,
        MdpKind.ClientRequest or MdpKind.Ready or MdpKind.WorkerPartial or MdpKind.WorkerFinal => !fromBroker,
        _ => fromBroker,
    };

    private static byte[] Write(MdpDialect dialect, MdpKind kind, ReadOnlySpan<byte> name, ReadOnlySpan<byte> body)
    {
        Span<byte> room = stackalloc byte[MdpHead.MaxSize];
        var used = kind switch
        {
            MdpKind.ClientRequest => MdpHead.ClientRequest(room, dialect, name),
            MdpKind.ClientPartial => MdpHead.ClientReply(room, dialect, name, final: false),
            MdpKind.ClientFinal => MdpHead.ClientReply(room, dialect, name, final: true),
            MdpKind.Ready => MdpHead.Ready(room, dialect, name),
            MdpKind.WorkerRequest => MdpHead.WorkerRequest(room, dialect, name),
            MdpKind.WorkerPartial => MdpHead.WorkerReply(room, dialect, name, final: false),
            MdpKind.WorkerFinal => MdpHead.WorkerReply(room, dialect, name, final: true),
            _ => 0,
        };
        if (kind == MdpKind.Ready) return room[..used].ToArray();
        if (kind == MdpKind.Heartbeat) return MdpHead.Heartbeat(dialect).ToArray();
        if (kind == MdpKind.Disconnect) return MdpHead.Disconnect(dialect).ToArray();
        return [.. room[..used], .. body];
    }

    private static byte[] Encode(string frames) => ZmtpFrames.Encode(Frames.Of([.. frames.Split('|').Select(Latin)]));

    private static byte[] Latin(string text) => Encoding.Latin1.GetBytes(text);
}
