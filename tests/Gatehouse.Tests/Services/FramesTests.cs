using System.Buffers;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Gatehouse.Sdk.Values;
using Gatehouse.Services;

namespace Gatehouse.Tests.Services;

public sealed class FramesTests
{
    [Theory]
    [InlineData("", new string[0])]
    [InlineData(" \n", new string[0])]
    [InlineData("[]", new string[0])]
    [InlineData("\"text\"", new[] { "text" })]
    [InlineData("{ \"a\": 1 }", new[] { "{ \"a\": 1 }" })]
    [InlineData("[\"text\", 1.50, {\"a\": [1]}, null, true, [2]]", new[] { "text", "1.50", "{\"a\": [1]}", "null", "true", "[2]" })]
    public void A_body_is_read_by_the_rule(string body, string[] expected)
    {
        Assert.True(FramesJson.TryRead(Encoding.UTF8.GetBytes(body), out var frames, out _));
        Assert.Equal(expected, Enumerable.Range(0, frames.Count).Select(frames.Text));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("nope")]
    [InlineData("1 2")]
    [InlineData("[\"\\ud800\"]")]
    public void What_is_not_json_is_refused_with_the_reason(string body)
    {
        Assert.False(FramesJson.TryRead(Encoding.UTF8.GetBytes(body), out _, out var reason));
        Assert.StartsWith("the body ", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_no_text_go_out_and_come_in_as_base64()
    {
        var json = Written(Frames.Of([0xff, 0x00]));
        Assert.Equal("""{"frames":[{"base64":"/wA="}]}""", json);
        Assert.True(FramesJson.TryRead(Encoding.UTF8.GetBytes("""[{"base64":"/wA="}]"""), out var frames, out _));
        Assert.Equal([0xff, 0x00], frames[0].ToArray());
    }

    [Fact]
    public void Frames_keep_all_bytes() => Check.QuickThrowOnFailure(Prop.ForAll(ArbMap.Default.ArbFor<byte[][]>(), all =>
    {
        var frames = Frames.Of(all);
        Assert.Equal(all, Enumerable.Range(0, frames.Count).Select(i => frames[i].ToArray()));
        Assert.Throws<ArgumentOutOfRangeException>(() => frames[frames.Count]);
    }));

    [Fact]
    public void What_is_written_reads_back_as_the_same_frames() =>
        Check.QuickThrowOnFailure(Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>[]>(), texts =>
        {
            var frames = Frames.Of([.. texts.Select(t => Encoding.UTF8.GetBytes(t.Get))]);
            using var document = JsonDocument.Parse(Written(frames));
            var written = document.RootElement.GetProperty("frames").GetRawText();
            Assert.True(FramesJson.TryRead(Encoding.UTF8.GetBytes(written), out var again, out _));
            Assert.Equal(Enumerable.Range(0, frames.Count).Select(frames.Text), Enumerable.Range(0, again.Count).Select(again.Text));
        }));

    [Fact]
    public void No_body_makes_the_reader_throw() => Check.QuickThrowOnFailure(Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), body =>
        FramesJson.TryRead(body, out _, out var reason) || reason is not null));

    private static string Written(Frames frames)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output)) FramesJson.Write(writer, frames);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
