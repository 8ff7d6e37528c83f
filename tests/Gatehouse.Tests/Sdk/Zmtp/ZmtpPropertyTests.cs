using System.Text;
using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp;

namespace Gatehouse.Tests.Sdk.Zmtp;

public sealed class ZmtpPropertyTests
{
    [Fact]
    public void However_a_conversation_is_cut_it_means_the_same()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var (type, bytes) = Valid(random);
            var whole = new Conversation(type).Feed(bytes);
            Assert.Equal((ZmtpFault.None, 0), (whole.Session.Fault, whole.Held));
            var cut = new Conversation(type).FeedCut(bytes, random);
            Assert.Equal(whole.Events, cut.Events);
            Assert.Equal(whole.Sent, cut.Sent);
        }
    }

    [Fact]
    public void What_is_wanted_is_enough_and_no_more()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            // Fed exactly what it asks for, it always takes a step: never less than nothing, never past the end.
            var (type, bytes) = Valid(new Random(seed));
            var talk = new Conversation(type);
            ReadOnlySpan<byte> rest = bytes;
            while (!rest.IsEmpty)
            {
                var more = talk.Session.Wanted - talk.Held;
                Assert.InRange(more, 1, rest.Length);
                talk.Feed(rest[..more]);
                rest = rest[more..];
            }

            Assert.Equal(new Conversation(type).Feed(bytes).Events, talk.Events);
        }
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var frames = Enumerable.Range(0, random.Next(1, 20)).Select(_ => RandomBytes(random, random.Next(3) == 0 ? 600 : 20)).ToList();
            var message = Frames.Of(frames);
            var encoded = new byte[ZmtpFrames.Size(message)];
            ZmtpFrames.Write(encoded, message);
            Assert.Equal(Wire.Message([.. frames.Select(Encoding.Latin1.GetString)]), encoded);
            var talk = new Conversation().Feed([.. Wire.Hello("DEALER"), .. encoded]);
            Assert.Equal("message " + string.Join('|', frames.Select(Encoding.Latin1.GetString)), talk.Events[^1]);
        }
    }

    [Fact]
    public void Whatever_comes_is_taken_refused_or_waited_for_within_bounds()
    {
        for (var seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            var (type, bytes) = Valid(random);
            for (var edits = random.Next(1, 4); edits > 0; edits--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var whole = new Conversation(type, most: 5000).Feed(bytes);
            var cut = new Conversation(type, most: 5000).FeedCut(bytes, random);
            Assert.Equal(whole.Session.Fault, cut.Session.Fault);
            Assert.Equal(whole.Events, cut.Events);
            // A message of the largest size with its headers, and a command that has not ended.
            Assert.InRange(cut.Held, 0, 5000 + 9000 + (64 * 1024));
        }
    }

    [Fact]
    public void Metadata_of_any_identity_comes_back()
    {
        foreach (var type in Enum.GetValues<ZmtpSocketType>())
        {
            for (var size = 0; size <= 255; size += 51)
            {
                var identity = RandomBytes(new Random(size), size, exact: true);
                Assert.Equal(ZmtpFault.None, ZmtpMetadata.Read(ZmtpMetadata.Write(type, identity), out var known, out var told));
                Assert.Equal(type, known);
                var isTold = type is ZmtpSocketType.Req or ZmtpSocketType.Dealer or ZmtpSocketType.Router;
                Assert.Equal(isTold ? identity : [], told.ToArray());
            }
        }
    }

    internal static (ZmtpSocketType Type, byte[] Bytes) Valid(Random random)
    {
        var isPublisher = random.Next(4) == 0;
        var bytes = new List<byte>(Wire.Hello(isPublisher ? "SUB" : "DEALER", random.Next(2) == 0 ? "me" : null, (byte)random.Next(2)));
        for (var count = random.Next(8); count > 0; count--)
        {
            var size = random.Next(1, 6);
            for (var i = 1; i <= size; i++)
            {
                if (random.Next(4) == 0) bytes.AddRange(Wire.Command("PING", RandomBytes(random, 2 + random.Next(17), exact: true)));
                if (random.Next(6) == 0) bytes.AddRange(Wire.Command(random.Next(2) == 0 ? "SUBSCRIBE" : "CANCEL", RandomBytes(random, 9)));
                bytes.AddRange(Wire.Frame(RandomBytes(random, random.Next(8) == 0 ? 700 : 12), i < size ? (byte)1 : (byte)0));
            }
        }

        return (isPublisher ? ZmtpSocketType.XPub : ZmtpSocketType.Router, [.. bytes]);
    }

    private static byte[] RandomBytes(Random random, int most, bool exact = false)
    {
        var bytes = new byte[exact ? most : random.Next(most + 1)];
        random.NextBytes(bytes);
        return bytes;
    }
}
