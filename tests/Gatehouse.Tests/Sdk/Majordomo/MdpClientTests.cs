using Gatehouse.Sdk;
using Gatehouse.Sdk.Majordomo;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Tests.Sdk.Majordomo;

/// <summary>What a client says, what it takes for a reply, and how its calls end.</summary>
public sealed class MdpClientTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_is_one_request_and_its_reply()
    {
        await using var broker = new ScriptedBroker();
        await using var client = new MdpClient(broker.Address);
        var call = client.CallAsync("echo", Frames.Of("Hello", "World"), stop: Stop);
        var request = await broker.ReceiveAsync();
        Assert.Equal(["", "MDPC01", "echo", "Hello", "World"], request.Text);
        broker.Reply(request, "one", "", "three");
        var reply = await call;
        Assert.Equal(["one", "", "three"], Texts(reply));
        Assert.Equal(0, client.Strays);
    }

    [Theory]
    [InlineData(MdpDialect.Mdp02, "MDPC02", "\u0001", "echo", "hi")]
    [InlineData(MdpDialect.Mdp01, "", "MDPC01", "echo", "hi")]
    public async Task Each_dialect_has_its_own_layout(MdpDialect dialect, params string[] expected)
    {
        await using var broker = new ScriptedBroker();
        await using var client = new MdpClient(broker.Address, new() { Dialect = dialect });
        var call = client.CallAsync("echo", Frames.Of("hi"), stop: Stop);
        var request = await broker.ReceiveAsync();
        Assert.Equal(expected, request.Text);
        if (dialect == MdpDialect.Mdp02) broker.Send(request.From, "MDPC02", "\u0003", "echo", "hi");
        else broker.Reply(request, "hi");
        Assert.Equal(["hi"], Texts(await call));
    }

    [Fact]
    public async Task The_packed_layout_is_spoken_too()
    {
        await using var broker = new ScriptedBroker();
        await using var client = new MdpClient(broker.Address, new() { Dialect = MdpDialect.Zproto });
        var call = client.CallAsync("echo", Frames.Of("hi"), stop: Stop);
        var request = await broker.ReceiveAsync();
        Assert.Equal("AAA40106" + Hex("MDPC02") + "0104" + Hex("echo"), Convert.ToHexString(request.Message[0].Span));
        var final = Convert.FromHexString("AAA40306" + Hex("MDPC02") + "0304" + Hex("echo"));
        broker.Send(request.From, Frames.Of([final, "ho"u8.ToArray()]));
        Assert.Equal(["ho"], Texts(await call));
    }

    [Fact]
    public async Task A_request_without_frames_has_one_empty_frame()
    {
        await using var broker = new ScriptedBroker();
        await using var client = new MdpClient(broker.Address);
        var call = client.CallAsync("echo", stop: Stop);
        var request = await broker.ReceiveAsync();
        Assert.Equal(["", "MDPC01", "echo", ""], request.Text);
        broker.Reply(request);
        Assert.Equal(0, (await call).Count);
    }

    [Fact]
    public async Task A_status_is_a_reply_as_any_other()
    {
        await using var broker = new ScriptedBroker();
        await using var client = new MdpClient(broker.Address);
        var call = client.TryCallAsync("nobody", stop: Stop);
        broker.Reply(await broker.ReceiveAsync(), "404");
        var result = await call;
        Assert.Equal((MdpOutcome.Ok, true, null), (result.Outcome, result.IsOk, result.Reason));
        Assert.Equal(["404"], Texts(result.Frames));
    }

    [Fact]
    public async Task A_connection_is_used_again_after_its_reply()
    {
        await using var broker = new ScriptedBroker();
        await using var client = new MdpClient(broker.Address);
        for (var i = 0; i < 20; i++)
        {
            var call = client.CallAsync("echo", Frames.Of($"{i}"), stop: Stop);
            var request = await broker.ReceiveAsync();
            broker.Reply(request, request.Text[3]);
            Assert.Equal([$"{i}"], Texts(await call));
        }
        // A second one may have been made when a call came before the first was free again.
        Assert.InRange(broker.Counters.Accepted, 1, 2);
    }

    [Fact]
    public async Task What_answers_for_another_service_is_no_reply()
    {
        await using var broker = new ScriptedBroker();
        await using var client = new MdpClient(broker.Address);
        var call = client.TryCallAsync("echo", stop: Stop);
        var request = await broker.ReceiveAsync();
        broker.Send(request.From, "", "MDPC01", "other", "x");
        var result = await call;
        Assert.Equal(MdpOutcome.BadReply, result.Outcome);
        Assert.Equal($"The broker at {broker.Address} answered for 'other' where 'echo' was asked.", result.Reason);
        Assert.Equal(request.From, await broker.ClosedAsync());
        Assert.Equal(1, client.Strays);
    }

    [Theory]
    [InlineData("rubbish")]
    [InlineData("", "MDPC02", "echo", "x")]
    [InlineData("", "MDPW01", "\u0004")]
    [InlineData("MDPC02", "\u0003", "echo", "x")]
    [InlineData("")]
    public async Task What_is_no_reply_costs_the_connection(params string[] answer)
    {
        await using var broker = new ScriptedBroker();
        await using var client = new MdpClient(broker.Address);
        var call = client.CallAsync("echo", stop: Stop);
        var request = await broker.ReceiveAsync();
        broker.Send(request.From, answer);
        await Assert.ThrowsAsync<MdpReplyException>(async () => await call);
        Assert.Equal(request.From, await broker.ClosedAsync());
    }

    [Fact]
    public async Task A_reply_that_comes_twice_is_taken_once()
    {
        await using var broker = new ScriptedBroker();
        await using var client = new MdpClient(broker.Address, new() { Lanes = 1 });
        var first = client.CallAsync("echo", Frames.Of("1"), stop: Stop);
        // Waits for the only connection, so it would be next on it.
        var second = client.CallAsync("echo", Frames.Of("2"), stop: Stop);
        var request = await broker.ReceiveAsync();
        var doubled = ScriptedBroker.Of("", "MDPC01", "echo", "one");
        broker.SendTogether(request.From, doubled, doubled);
        Assert.Equal(["one"], Texts(await first));
        var next = await broker.ReceiveAsync();
        Assert.NotEqual(request.From, next.From);
        broker.Reply(next, "two");
        Assert.Equal(["two"], Texts(await second));
        Assert.Equal(1, client.Strays);
    }

    [Fact]
    public async Task What_nobody_asked_for_costs_the_connection()
    {
        await using var broker = new ScriptedBroker();
        await using var client = new MdpClient(broker.Address);
        var call = client.CallAsync("echo", stop: Stop);
        var request = await broker.ReceiveAsync();
        broker.Reply(request, "one");
        await call;
        broker.Reply(request, "again");
        Assert.Equal(request.From, await broker.ClosedAsync());
        Assert.Equal(1, client.Strays);
    }

    [Fact]
    public async Task A_reply_that_is_too_large_is_refused()
    {
        await using var broker = new ScriptedBroker();
        await using var client = new MdpClient(broker.Address, new() { Dialect = MdpDialect.Mdp02, MaxMessageSize = 1000, Tries = 3 });
        var call = client.TryCallAsync("echo", stop: Stop);
        var request = await broker.ReceiveAsync();
        broker.Send(request.From, "MDPC02", "\u0002", "echo", new string('x', 600));
        broker.Send(request.From, "MDPC02", "\u0003", "echo", new string('y', 600));
        var result = await call;
        Assert.Equal((MdpOutcome.BadReply, "The reply is larger than 1000 bytes."), (result.Outcome, result.Reason));
    }

    [Fact]
    public async Task Parts_stand_before_the_last_frames()
    {
        await using var broker = new ScriptedBroker();
        await using var client = new MdpClient(broker.Address, new() { Dialect = MdpDialect.Mdp02 });
        var call = client.CallAsync("echo", stop: Stop);
        var request = await broker.ReceiveAsync();
        broker.Send(request.From, "MDPC02", "\u0002", "echo", "a", "b");
        broker.Send(request.From, "MDPC02", "\u0002", "echo", "c");
        broker.Send(request.From, "MDPC02", "\u0003", "echo", "d");
        Assert.Equal(["a", "b", "c", "d"], Texts(await call));
    }

    [Fact]
    public async Task Services_are_found_by_their_names()
    {
        await using var broker = new ScriptedBroker();
        await using var client = new MdpClient(broker.Address);
        var found = client.DiscoverAsync(@"\.devices$", stop: Stop);
        var request = await broker.ReceiveAsync();
        Assert.Equal(["", "MDPC01", "mmi.discovery", @"\.devices$"], request.Text);
        broker.Reply(request, "a.devices", "b.devices", "200");
        Assert.Equal(["a.devices", "b.devices"], await found);

        var none = client.DiscoverAsync("zzz", stop: Stop);
        broker.Reply(await broker.ReceiveAsync(), "200");
        Assert.Empty(await none);

        var wrong = client.DiscoverAsync("(", stop: Stop);
        broker.Reply(await broker.ReceiveAsync(), "501");
        Assert.Equal("expression", (await Assert.ThrowsAsync<ArgumentException>(async () => await wrong)).ParamName);

        var odd = client.DiscoverAsync("x", stop: Stop);
        broker.Reply(await broker.ReceiveAsync());
        await Assert.ThrowsAsync<MdpReplyException>(async () => await odd);
    }

    [Theory]
    [InlineData("200", true)]
    [InlineData("404", false)]
    public async Task Whether_anybody_serves_is_asked_by_mmi(string status, bool there)
    {
        await using var broker = new ScriptedBroker();
        await using var client = new MdpClient(broker.Address);
        var has = client.HasServiceAsync("echo", stop: Stop);
        var request = await broker.ReceiveAsync();
        Assert.Equal(["", "MDPC01", "mmi.service", "echo"], request.Text);
        broker.Reply(request, status);
        Assert.Equal(there, await has);

        var odd = client.HasServiceAsync("echo", stop: Stop);
        broker.Reply(await broker.ReceiveAsync(), "501");
        await Assert.ThrowsAsync<MdpReplyException>(async () => await odd);
    }

    [Fact]
    public async Task What_cannot_be_asked_is_refused_before_anything_is_sent()
    {
        await using var client = new MdpClient("tcp://127.0.0.1:1");
        await Assert.ThrowsAsync<ArgumentException>(async () => await client.CallAsync("", stop: Stop));
        await Assert.ThrowsAsync<ArgumentException>(async () => await client.CallAsync(new string('x', 256), stop: Stop));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await client.CallAsync("x", deadline: TimeSpan.Zero, stop: Stop));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            async () => await client.CallAsync("x", deadline: TimeSpan.FromDays(25), stop: Stop));
        Assert.Throws<ArgumentException>(() => client.StreamAsync("", stop: Stop));
        var control = await Assert.ThrowsAsync<ArgumentException>(async () => await client.CallAsync("a\nb", stop: Stop));
        Assert.StartsWith("The name of a service has no control characters; this one has", control.Message, StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await client.CallAsync("x", stop: new CancellationToken(true)));
        Assert.Throws<ZmtpException>(() => new MdpClient("127.0.0.1:5514"));
        Assert.Throws<ZmtpException>(() => new MdpClient("tcp://127.0.0.1:*"));
        Assert.Throws<ZmtpException>(() => new MdpClient("tcp://*:5514"));
    }

    [Fact]
    public void Options_out_of_range_are_refused() => Assert.All(
        (MdpClientOptions[])
        [
            new() { Deadline = TimeSpan.Zero }, new() { Deadline = TimeSpan.FromDays(25) }, new() { Tries = 0 }, new() { Lanes = 0 },
            new() { QueueLimit = 0 }, new() { MaxMessageSize = 0 }, new() { Dialect = (MdpDialect)9 },
        ],
        options => Assert.Throws<ArgumentOutOfRangeException>(() => new MdpClient("tcp://127.0.0.1:1", options)));

    internal static string[] Texts(Frames frames) => [.. Enumerable.Range(0, frames.Count).Select(frames.Text)];

    private static string Hex(string text) => Convert.ToHexString(System.Text.Encoding.ASCII.GetBytes(text));
}
