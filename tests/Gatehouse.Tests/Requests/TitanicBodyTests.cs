using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Gatehouse.Requests;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Tests.Requests;

/// <summary>What is sent to the Titanic services, and ids.</summary>
public sealed class TitanicBodyTests
{
    [Theory]
    [InlineData("lab.scale")]
    [InlineData("lab.scale", "")]
    [InlineData("grün ist es", "a", "b")]
    public void A_request_is_a_name_and_what_it_is_given(params string[] body)
    {
        Assert.True(TitanicBody.TryReadRequest(Frames.Of(body), out var service, out var frames));
        string[] read = [service, .. Enumerable.Range(0, frames.Count).Select(frames.Text)];
        Assert.Equal(body, read);
    }

    [Theory]
    [InlineData]
    [InlineData("")]
    [InlineData("", "x")]
    [InlineData("lab.", "x")]
    [InlineData("a\u0000b", "x")]
    public void A_request_without_a_good_name_is_none(params string[] body) =>
        Assert.False(TitanicBody.TryReadRequest(Frames.Of(body), out _, out _));

    [Fact]
    public void Names_that_are_bytes_or_huge_are_none()
    {
        Assert.False(TitanicBody.TryReadRequest(Frames.Of([0xff, 0xfe]), out _, out _));
        Assert.False(TitanicBody.TryReadRequest(Frames.Of(new byte[10_000_000]), out _, out _));
        Assert.False(TitanicBody.TryReadClose(Frames.Of(new byte[10_000_000]), out _));
        Assert.False(TitanicBody.TryReadReply(Frames.Of([0xc3]), out _, out _));
    }

    [Theory]
    [InlineData("abc", 0, "abc")]
    [InlineData("abc", 250, "abc", "250")]
    [InlineData("abc", 60_000, "abc", "4294967295")]
    [InlineData("abc", 0, "abc", "0")]
    public void A_reply_is_asked_for_by_id_and_with_patience(string id, int milliseconds, params string[] body)
    {
        Assert.True(TitanicBody.TryReadReply(Frames.Of(body), out var read, out var patience));
        Assert.Equal((id, milliseconds), (read, (int)patience.TotalMilliseconds));
    }

    [Theory]
    [InlineData]
    [InlineData("")]
    [InlineData("../x")]
    [InlineData("a b")]
    [InlineData("a", "")]
    [InlineData("a", "-1")]
    [InlineData("a", "1.5")]
    [InlineData("a", "4294967296")]
    [InlineData("a", "1", "2")]
    public void What_asks_for_no_reply_is_refused(params string[] body) =>
        Assert.False(TitanicBody.TryReadReply(Frames.Of(body), out _, out _));

    [Theory]
    [InlineData(true, "a")]
    [InlineData(false)]
    [InlineData(false, "")]
    [InlineData(false, "a", "b")]
    [InlineData(false, "a/b")]
    public void Closing_takes_an_id(bool isRead, params string[] body) =>
        Assert.Equal(isRead, TitanicBody.TryReadClose(Frames.Of(body), out _));

    [Fact]
    public void Any_frames_go_and_come_back() => Check.QuickThrowOnFailure(Prop.ForAll(ArbMap.Default.ArbFor<byte[][]>(), list =>
        {
            var frames = Frames.Of([.. list]);
            var request = Frames.Of([Encoding.UTF8.GetBytes("a"), .. list]);
            var isRead = TitanicBody.TryReadRequest(request, out _, out var given);
            var answer = TitanicBody.Answer(frames);
            return isRead && Same(given, list) && answer.Text(0) == "200" && Same(Behind(answer), list)
                && Same(RequestTables.Decode(RequestTables.Encode(frames)), list);
        }));

    [Fact]
    public void Ids_of_the_hub_are_read_back_in_any_case() => Check.QuickThrowOnFailure(
        Prop.ForAll(Gen.Choose(1, int.MaxValue).ToArbitrary(), ArbMap.Default.ArbFor<long>(), (number, salt) =>
        {
            var id = RequestId.Of(number, (ulong)salt);
            return id.Length == 32 && RequestId.IsValid(id)
                && RequestId.TryParse(id, out var n, out var s) && (n, s) == (number, (ulong)salt)
                && RequestId.TryParse(id.ToUpperInvariant(), out n, out s) && (n, s) == (number, (ulong)salt)
                && RequestId.Normal(id.ToUpperInvariant()) == id;
        }));

    [Theory]
    [InlineData("A", true)]
    [InlineData("a.b-c_d:e!~", true)]
    [InlineData("", false)]
    [InlineData("a b", false)]
    [InlineData("a/b", false)]
    [InlineData("a\\b", false)]
    [InlineData("a..b", false)]
    [InlineData("\u007f", false)]
    [InlineData("ü", false)]
    public void An_id_is_short_text_that_is_safe_anywhere(string id, bool isValid) => Assert.Equal(isValid, RequestId.IsValid(id));

    [Fact]
    public void Ids_have_a_greatest_length_and_no_number_below_one()
    {
        Assert.True(RequestId.IsValid(new string('a', 128)));
        Assert.False(RequestId.IsValid(new string('a', 129)));
        Assert.False(RequestId.TryParse(new string('0', 32), out _, out _));
        Assert.False(RequestId.TryParse(new string('f', 32), out _, out _));
        Assert.False(RequestId.TryParse(new string('g', 32), out _, out _));
        Assert.Equal("Abc", RequestId.Normal("Abc"));
    }

    private static Frames Behind(Frames frames) => Frames.Of([.. Enumerable.Range(1, frames.Count - 1).Select(i => frames[i].ToArray())]);

    private static bool Same(Frames frames, byte[][] list) =>
        frames.Count == list.Length && list.Index().All(frame => frames[frame.Index].Span.SequenceEqual(frame.Item));
}
