using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp;

namespace Gatehouse.Tests.Sdk.Zmtp;

public sealed class ZmtpFramesTests
{
    [Fact]
    public void Frames_are_written_with_flags_and_length()
    {
        var bytes = ZmtpFrames.Encode(Frames.Of([[], [7], new byte[255], new byte[256]]));
        Assert.Equal("0100" + "010107" + "01FF", Convert.ToHexString(bytes.AsSpan(0, 7)));
        Assert.Equal("020000000000000100", Convert.ToHexString(bytes.AsSpan(262, 9)));
        Assert.Equal(2 + 3 + 257 + 265, bytes.Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(70_000)]
    public void What_was_written_is_read(int size)
    {
        var frames = Frames.Of([new byte[size], [1, 2, 3], [], Enumerable.Repeat((byte)9, size).ToArray()]);
        byte[] bytes = [.. ZmtpFrames.Encode(frames), 0xFF, 0xFF];
        Assert.True(ZmtpFrames.TryRead(bytes, new int[8], out var message));
        Assert.Equal(4, message.Count);
        Assert.Equal(bytes.Length - 2, message.EncodedSize);
        for (var i = 0; i < 4; i++) Assert.True(frames[i].Span.SequenceEqual(message[i]));
        Assert.True(message.From(0).SequenceEqual(bytes.AsSpan(0, bytes.Length - 2)));
        Assert.True(message.From(3).SequenceEqual(ZmtpFrames.Encode(Frames.Of(frames[3].Span))));
        Assert.Equal(0, message.From(4).Length);
        var copy = message.ToFrames(1);
        Assert.Equal(3, copy.Count);
        Assert.Equal([1, 2, 3], copy[0].ToArray());
        Assert.Equal(0, message.ToFrames(4).Count);
    }

    [Fact]
    public void A_message_of_many_frames_is_copied()
    {
        var frames = Frames.Of([.. Enumerable.Range(0, 100).Select(i => new[] { (byte)i })]);
        Assert.True(ZmtpFrames.TryRead(ZmtpFrames.Encode(frames), new int[100], out var message));
        var copy = message.ToFrames();
        Assert.Equal(100, copy.Count);
        Assert.Equal(99, copy[99].Span[0]);
    }

    [Theory]
    [InlineData("", 4)]
    [InlineData("01", 4)]
    [InlineData("0100", 4)]
    [InlineData("0002AA", 4)]
    [InlineData("0200000000000001", 4)]
    [InlineData("02800000000000000000", 4)]
    [InlineData("0400", 4)]
    [InlineData("0800", 4)]
    [InlineData("01000000", 1)]
    public void What_is_not_a_whole_message_is_not_read(string hex, int room) =>
        Assert.False(ZmtpFrames.TryRead(Convert.FromHexString(hex), new int[room], out _));

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(1000)]
    public void An_encoded_message_is_decoded_whatever_its_frames(int count)
    {
        var frames = Frames.Of([.. Enumerable.Range(0, count).Select(i => new byte[i % 7])]);
        var copy = ZmtpFrames.Decode(ZmtpFrames.Encode(frames));
        Assert.Equal(Enumerable.Range(0, count).Select(i => i % 7), Enumerable.Range(0, copy.Count).Select(i => copy[i].Length));
        Assert.Throws<ArgumentException>(() => ZmtpFrames.Decode([1, 0]));
    }
}
