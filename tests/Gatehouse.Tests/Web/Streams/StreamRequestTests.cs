using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Gatehouse.Tree;
using Gatehouse.Web.Streams;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Tests.Web.Streams;

public sealed class StreamRequestTests
{
    [Fact]
    public void Each_request_is_read()
    {
        var changes = Assert.IsType<StreamChanges>(Read("""{"open": 1, "changes": {"prefixes": ["/b", "/a/"], "after": "17-4"}}"""));
        Assert.Equal((1, new ChangeId(17, 4)), (changes.Channel, changes.After));
        Assert.Equal(["/b", "/a/"], changes.Filter.Prefixes);
        var all = Assert.IsType<StreamChanges>(Read("""{"changes": {}, "open": 2}"""));
        Assert.Equal((2, null, 0), (all.Channel, all.After, all.Filter.Prefixes.Count));
        Assert.Equal(new StreamLog(3, LogLevel.Error, 12), Read("""{"open": 3, "log": {"level": "error", "after": 12}}"""));
        Assert.Equal(new StreamLog(3, LogLevel.Information, null), Read("""{"open": 3, "log": {}}"""));
        Assert.Equal(new StreamClose(2147483647), Read("""{"close": 2147483647}"""));
    }

    [Theory]
    [InlineData("""{"open": 1}""", "say what to open")]
    [InlineData("""{"open": 1, "close": 1}""", "there is no member 'close'")]
    [InlineData("""{"open": 1, "changes": {}, "log": {}}""", "a channel is for one thing")]
    [InlineData("""{"open": 1, "changes": []}""", "changes is an object")]
    [InlineData("""{"open": 1, "log": 1}""", "log is an object")]
    [InlineData("""{"open": 1, "changes": {"prefixes": "/"}}""", "prefixes is an array")]
    [InlineData("""{"open": 1, "changes": {"prefixes": [1]}}""", "prefixes is an array")]
    [InlineData("""{"open": 1, "changes": {"prefixes": ["a"]}}""", "prefixes is an array")]
    [InlineData("""{"open": 1, "changes": {"after": "x"}}""", "after is the id of an event")]
    [InlineData("""{"open": 1, "changes": {"after": 5}}""", "after is the id of an event")]
    [InlineData("""{"open": 1, "changes": {"a\u0007b": 5}}""", "there is no member 'a\\u0007b'")]
    [InlineData("""{"open": 1, "log": {"level": 3}}""", "level is one of")]
    [InlineData("""{"open": 1, "log": {"after": -3}}""", "after is the number of a record")]
    [InlineData("""{"open": 1, "log": {"after": "3"}}""", "after is the number of a record")]
    [InlineData("""{"open": 1, "log": {"before": 3}}""", "there is no member 'before' here; there are level and after")]
    public void What_makes_no_sense_is_refused_with_the_reason(string message, string reason) =>
        Assert.StartsWith(reason, Outcome(Encoding.UTF8.GetBytes(message)), StringComparison.Ordinal);

    [Theory]
    [InlineData("", 1007)]
    [InlineData("{\"open\": 1", 1007)]
    [InlineData("\"open\"", 1008)]
    [InlineData("{}", 1008)]
    [InlineData("{\"open\": 0, \"log\": {}}", 1008)]
    [InlineData("{\"open\": 1.5, \"log\": {}}", 1008)]
    [InlineData("{\"open\": \"1\", \"log\": {}}", 1008)]
    [InlineData("{\"open\": 2147483648, \"log\": {}}", 1008)]
    [InlineData("{\"close\": -1}", 1008)]
    [InlineData("{\"close\": null}", 1008)]
    [InlineData("{\"\\ud800\": 1}", 1007)]
    [InlineData("{\"open\": 1, \"\\ud800\": 1}", 1007)]
    public void What_no_channel_can_be_told_ends_the_connection(string message, int status)
    {
        Assert.False(StreamRequest.TryParse(Encoding.UTF8.GetBytes(message), out _, out var fault));
        Assert.Equal((WebSocketCloseStatus)status, fault.Status);
        Assert.InRange(Encoding.UTF8.GetByteCount(fault.Reason), 1, 123); // RFC 6455, section 5.5
    }

    [Fact]
    public void There_are_only_so_many_prefixes()
    {
        var prefixes = Enumerable.Range(0, 257).Select(i => $"/{i}").ToArray();
        Assert.IsType<StreamChanges>(Read(Open(1, prefixes[..256])));
        Assert.IsType<StreamRefusal>(Read(Open(1, prefixes)));
    }

    /// <summary>Whatever prefixes a client has, what it opens selects the same keys as a filter made of them.</summary>
    [Fact]
    public void Prefixes_of_any_text_arrive_as_they_were_sent()
    {
        var random = new Random(20260131);
        for (var i = 0; i < 2000; i++)
        {
            var channel = random.Next(1, int.MaxValue);
            var prefixes = Enumerable.Range(0, random.Next(4)).Select(_ => "/" + Text(random)).ToArray();
            var request = Assert.IsType<StreamChanges>(Read(Open(channel, prefixes)));
            Assert.Equal(channel, request.Channel);
            Assert.Equal(new Gatehouse.Sdk.Values.KeyFilter(prefixes).Prefixes, request.Filter.Prefixes);
        }
    }

    /// <summary>Damaged messages are read or refused, and never by an exception.</summary>
    [Fact]
    public void Damaged_messages_are_read_or_refused()
    {
        var random = new Random(4711);
        var good = """{"open": 1, "changes": {"prefixes": ["/ü", "/a/"], "after": "17-4"}}"""u8.ToArray();
        var outcomes = new HashSet<string>();
        for (var i = 0; i < 20_000; i++)
        {
            var message = good.ToArray();
            for (var edits = random.Next(1, 4); edits > 0; edits--) message[random.Next(message.Length)] = (byte)random.Next(256);
            outcomes.Add(Outcome(message).Split(' ', ':')[0]);
        }
        Assert.Superset(new HashSet<string> { "changes", "the", "there", "prefixes", "after" }, outcomes);
    }

    internal static string Outcome(byte[] message) => StreamRequest.TryParse(message, out var request, out var fault)
        ? request switch
        {
            StreamChanges => "changes",
            StreamLog => "log",
            StreamClose => "close",
            StreamRefusal refusal => refusal.Detail,
            _ => throw new InvalidOperationException(),
        }
        : fault.Reason;

    private static StreamRequest Read(string message)
    {
        Assert.True(StreamRequest.TryParse(Encoding.UTF8.GetBytes(message), out var request, out _));
        return request;
    }

    private static string Open(int channel, string[] prefixes)
    {
        using var output = new MemoryStream();
        using (var writer = new Utf8JsonWriter(output))
        {
            writer.WriteStartObject();
            writer.WriteNumber("open", channel);
            writer.WriteStartObject("changes");
            writer.WriteStartArray("prefixes");
            foreach (var prefix in prefixes) writer.WriteStringValue(prefix);
            writer.WriteEndArray();
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(output.ToArray());
    }

    private static string Text(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => ((string[])["a", "/", "ü", "\"", "\\", "\n", "😀"])[random.Next(7)]));
}
