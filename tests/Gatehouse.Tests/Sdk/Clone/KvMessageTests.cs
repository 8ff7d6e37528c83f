using System.Text;
using Gatehouse.Sdk.Clone;
using Gatehouse.Sdk.Zmtp;
using Gatehouse.Tests.Fuzz;
using Gatehouse.Tests.Sdk.Zmtp;

namespace Gatehouse.Tests.Sdk.Clone;

/// <summary>Messages of the clone protocols, byte by byte.</summary>
public sealed class KvMessageTests
{
    [Fact]
    public void Three_frames_are_key_sequence_and_body()
    {
        Assert.Equal(KvFault.None, KvMessage.TryRead(KvSamples.Read(KvSamples.ShortUpdate), out var kv));
        Assert.Equal((KvForm.Short, 4, 1L), (kv.Form, kv.Width, kv.Sequence));
        Assert.True(kv.Key.SequenceEqual("/test/a"u8) && kv.Body.SequenceEqual("1"u8));
        Assert.True(kv.Uuid.IsEmpty && kv.Properties.IsEmpty);
        Assert.False(kv.IsGoodbye || kv.IsHeartbeat);
    }

    [Fact]
    public void Five_frames_have_a_uuid_and_properties_too()
    {
        Assert.Equal(KvFault.None, KvMessage.TryRead(KvSamples.Read(KvSamples.FullUpdate), out var kv));
        Assert.Equal((KvForm.Full, 8, 258L), (kv.Form, kv.Width, kv.Sequence));
        Assert.Equal(KvSamples.Uuid, Encoding.Latin1.GetString(kv.Uuid));
        Assert.True(kv.Properties.SequenceEqual("ttl=10\nnote=a=b\n"u8));
    }

    [Theory]
    [InlineData(4, "KTHXBAI", 3, "/test/")]
    [InlineData(5, "KTHXBAI", 3, "/test/")]
    [InlineData(6, "HUGZ", 0, "")]
    [InlineData(3, "/test/a", -2, "")]
    [InlineData(2, "/test/a", 7, "wide")]
    public void Both_forms_may_have_either_width_and_numbers_have_a_sign(int sample, string key, long sequence, string body)
    {
        Assert.Equal(KvFault.None, KvMessage.TryRead(KvSamples.Read(KvSamples.Messages[sample]), out var kv));
        Assert.Equal((key, sequence, body), (Encoding.Latin1.GetString(kv.Key), kv.Sequence, Encoding.Latin1.GetString(kv.Body)));
        Assert.Equal((key == "KTHXBAI", key == "HUGZ"), (kv.IsGoodbye, kv.IsHeartbeat));
    }

    [Fact]
    public void What_is_no_message_has_a_reason()
    {
        Assert.Equal(KvFault.FrameCount, Fault("/a"));
        Assert.Equal(KvFault.FrameCount, Fault("/a", "\0\0\0\0"));
        Assert.Equal(KvFault.FrameCount, Fault("/a", "\0\0\0\0", "", ""));
        Assert.Equal(KvFault.FrameCount, Fault("/a", "\0\0\0\0", "", "", "", ""));
        Assert.Equal(KvFault.SequenceWidth, Fault("/a", "", ""));
        Assert.Equal(KvFault.SequenceWidth, Fault("/a", "\0\0\0\0\0", ""));
        Assert.Equal(KvFault.SequenceWidth, Fault("/a", "\0\0\0", "", "", ""));
        Assert.Equal(KvFault.UuidSize, Fault("/a", "\0\0\0\0", "u", "", ""));
        Assert.Equal(KvFault.BadProperties, Fault("/a", "\0\0\0\0", "", "ttl", ""));

        static KvFault Fault(params ReadOnlySpan<string> frames) => KvMessage.TryRead(KvSamples.Read(Wire.Message(frames)), out _);
    }

    [Fact]
    public void A_request_for_a_snapshot_is_the_word_and_the_subtree()
    {
        Assert.Equal(KvFault.None, KvSnapshotRequest.TryRead(KvSamples.Read(KvSamples.Requests[0]), out var subtree));
        Assert.True(subtree.SequenceEqual("/test/"u8));
        Assert.Equal(KvFault.None, KvSnapshotRequest.TryRead(KvSamples.Read(KvSamples.Requests[2]), out subtree));
        Assert.True(subtree.IsEmpty);
        Assert.Equal(KvFault.UnknownRequest, KvSnapshotRequest.TryRead(KvSamples.Read(Wire.Message("ICANHAZ", "/")), out _));
        Assert.Equal(KvFault.FrameCount, KvSnapshotRequest.TryRead(KvSamples.Read(Wire.Message("ICANHAZ?", "/", "")), out _));
        var room = new byte[KvSnapshotRequest.Size("/test/"u8)];
        Assert.Equal(room.Length, KvSnapshotRequest.Write(room, "/test/"u8));
        Assert.Equal(KvSamples.Requests[0], room);
    }

    [Fact]
    public void A_head_and_its_body_are_the_message_that_was_read()
    {
        foreach (var sample in KvSamples.Messages) AssertSame(sample);
    }

    /// <summary>What is read says everything that stood there: written again it is the same bytes.</summary>
    [Fact]
    public void What_is_read_of_changed_messages_is_written_as_the_same_bytes()
    {
        var random = new Random(Environment.TickCount);
        var (changed, ends) = (new byte[4096], new int[64]);
        var reached = new HashSet<KvFault>();
        for (var i = 0; i < 40_000; i++)
        {
            var first = FuzzChange.Make(KvSamples.Messages[random.Next(KvSamples.Messages.Length)], ref changed, ends, random).ToArray();
            var bytes = (random.Next(3) == 0 ? FuzzChange.Make(first, ref changed, ends, random) : first).ToArray();
            if (ZmtpFrames.TryRead(bytes, ends, out var message)) reached.Add(AssertSame(message.From(0).ToArray()));
        }
        Assert.Equal([KvFault.UnknownRequest], Enum.GetValues<KvFault>().Except(reached));
    }

    [Fact]
    public void A_number_that_the_width_does_not_hold_is_not_written()
    {
        var room = new byte[64];
        Assert.Throws<OverflowException>(() => KvHead.Write(room, KvForm.Short, 4, "/a"u8, 1L << 31, [], [], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => KvHead.Write(room, KvForm.Short, 5, "/a"u8, 1, [], [], 0));
    }

    /// <summary>Reads, writes, compares; also that frames in memory of their own are read the same.</summary>
    internal static KvFault AssertSame(byte[] bytes)
    {
        var message = KvSamples.Read(bytes);
        var fault = KvMessage.TryRead(message, out var kv);
        Assert.Equal(fault, KvMessage.TryRead(message.ToFrames(), out var copy));
        if (fault != KvFault.None) return fault;
        Assert.Equal((kv.Form, kv.Width, kv.Sequence), (copy.Form, copy.Width, copy.Sequence));
        Assert.True(kv.Key.SequenceEqual(copy.Key) && kv.Body.SequenceEqual(copy.Body));
        Assert.True(kv.Uuid.SequenceEqual(copy.Uuid) && kv.Properties.SequenceEqual(copy.Properties));
        var head = new byte[KvHead.Size(kv.Form, kv.Width, kv.Key.Length, kv.Uuid.Length, kv.Properties.Length, kv.Body.Length)];
        var used = KvHead.Write(head, kv.Form, kv.Width, kv.Key, kv.Sequence, kv.Uuid, kv.Properties, kv.Body.Length);
        Assert.Equal(head.Length, used);
        byte[] again = [.. head, .. kv.Body];
        // The long header of a short frame is valid, and nobody writes it.
        if (again.Length == bytes.Length) Assert.Equal(Convert.ToHexString(bytes), Convert.ToHexString(again));
        else Assert.True(KvMessage.TryRead(KvSamples.Read(again), out var read) == KvFault.None && read.Key.SequenceEqual(kv.Key));
        return fault;
    }
}
