using System.Text;
using Gatehouse.Sdk.Zmtp;

namespace Gatehouse.Tests.Sdk.Zmtp;

/// <summary>The seam of mechanisms that seal frames: what CURVE does with a cipher happens here with three bytes and a mask.</summary>
public sealed class SealTests
{
    [Fact]
    public void Sealed_frames_are_read_as_if_they_had_come_bare()
    {
        var talk = new Conversation(mechanism: new MaskMechanism());
        talk.Feed([.. Wire.Greeting("MASK"), .. Wire.Ready("DEALER")]);
        talk.Feed([.. Sealed(Wire.Frame("a"u8, 1)), .. Sealed(Wire.Command("PING", [0, 3])), .. Sealed(Wire.Frame([], 1))]);
        talk.Feed([.. Sealed(Wire.Frame("ccc"u8)), .. Sealed(Wire.Message("one"))]);
        talk.Feed([.. Sealed(Wire.Command("PONG")), .. Sealed(Wire.Message("two"))]);
        Assert.Equal(["ping 3", "message a||ccc", "message one", "message two"], talk.Events[1..]);
    }

    [Fact]
    public void However_sealed_frames_are_cut_they_are_the_same()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var talk = new Conversation(mechanism: new MaskMechanism());
            byte[] bytes = [.. Sealed(Wire.Frame("a"u8, 1)), .. Sealed(Wire.Command("PING", [0, 3])), .. Sealed(Wire.Frame("bb"u8)),
                .. Sealed(Wire.Message("next"))];
            talk.Feed([.. Wire.Greeting("MASK"), .. Wire.Ready("DEALER")]).FeedCut(bytes, new Random(seed));
            Assert.Equal(["ping 3", "message a|bb", "message next"], talk.Events[1..]);
        }
    }

    [Fact]
    public void A_broken_seal_ends_the_conversation()
    {
        var broken = Sealed(Wire.Message("one"));
        broken[2] ^= 1;
        var talk = new Conversation(mechanism: new MaskMechanism()).Feed([.. Wire.Greeting("MASK"), .. Wire.Ready("DEALER"), .. broken]);
        Assert.Equal(ZmtpFault.BadSeal, talk.Session.Fault);
    }

    private static byte[] Sealed(byte[] frame)
    {
        var mechanism = new MaskMechanism();
        var output = new byte[mechanism.SealedSize(frame.Length)];
        mechanism.Seal(frame, output);
        return output;
    }
}

/// <summary>A seal is a frame whose body is three known bytes and the masked encoded frame.</summary>
internal sealed class MaskMechanism : ZmtpMechanism
{
    private static readonly byte[] Mark = "box"u8.ToArray();

    public override ReadOnlySpan<byte> Name => "MASK"u8;

    public override bool Seals => true;

    public override void Start(IZmtpHandshake handshake)
    {
        base.Start(handshake);
        handshake.Send("READY"u8, handshake.Metadata);
    }

    public override ZmtpFault Take(ReadOnlySpan<byte> command, ReadOnlySpan<byte> data, IZmtpHandshake handshake)
    {
        IsDone = true;
        return Encoding.ASCII.GetString(command) == "READY" ? handshake.TakeMetadata(data) : ZmtpFault.ReadyExpected;
    }

    public override int Open(Span<byte> frame)
    {
        var lost = ZmtpFrames.HeadSizeOf(frame[0]) + Mark.Length;
        if (frame.Length < lost + 2 || !frame[(lost - Mark.Length)..lost].SequenceEqual(Mark)) return -1;
        foreach (ref var b in frame[lost..]) b ^= 0x5A;
        return ZmtpFrames.SizeOf(frame[lost..]) == frame.Length - lost ? lost : -1;
    }

    public override int SealedSize(int frameSize) => ZmtpFrames.HeadSize(frameSize + Mark.Length) + Mark.Length + frameSize;

    public override void Seal(ReadOnlySpan<byte> frame, Span<byte> output)
    {
        var at = ZmtpFrames.WriteHead(output, Mark.Length + frame.Length, more: false);
        Mark.CopyTo(output[at..]);
        for (var i = 0; i < frame.Length; i++) output[at + Mark.Length + i] = (byte)(frame[i] ^ 0x5A);
    }
}
