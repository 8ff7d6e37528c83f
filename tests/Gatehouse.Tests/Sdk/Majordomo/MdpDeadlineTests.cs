using System.Net;
using System.Net.Sockets;
using Gatehouse.Sdk;
using Gatehouse.Sdk.Io;
using Gatehouse.Sdk.Majordomo;
using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Sdk.Majordomo;

/// <summary>How calls end when no reply comes: late, given up, cut off, or never sent. The time is the tests' own.</summary>
public sealed class MdpDeadlineTests : IAsyncDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    // Longer than the time runs on while a connection comes about.
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly ManualTime _time = new();
    private readonly IoLoop _loop;
    private readonly ScriptedBroker _broker = new();

    public MdpDeadlineTests() => _loop = new IoLoop("client-under-test", _time);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _broker.DisposeAsync();
        _loop.Dispose();
    }

    [Fact]
    public async Task A_call_ends_at_its_deadline()
    {
        await using var client = Client();
        var call = client.TryCallAsync("slow", deadline: Second, stop: Stop);
        var request = await _broker.ReceiveAsync();
        _time.Advance(TimeSpan.FromSeconds(0.999));
        Assert.False(call.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.001));
        var result = await call;
        Assert.Equal(MdpOutcome.Timeout, result.Outcome);
        Assert.Equal($"'slow' did not answer in 1 s, by way of the broker at {_broker.Address}.", result.Reason);
        Assert.Equal(0, result.Frames.Count);
        Assert.Equal(request.From, await _broker.ClosedAsync());
    }

    [Fact]
    public async Task A_late_reply_reaches_nobody()
    {
        await using var client = Client(new() { Lanes = 1 });
        var slow = client.CallAsync("echo", Frames.Of("1"), Second, Stop);
        var late = await _broker.ReceiveAsync();
        _time.Advance(Second);
        await Assert.ThrowsAsync<MdpTimeoutException>(async () => await slow);
        var next = client.CallAsync("echo", Frames.Of("2"), stop: Stop);
        _broker.Reply(late, "one");
        var request = await _time.RunUntilAsync(_broker.ReceiveAsync());
        Assert.Equal("2", request.Text[3]);
        Assert.NotEqual(late.From, request.From);
        _broker.Reply(late, "one");
        _broker.Reply(request, "two");
        Assert.Equal(["two"], MdpClientTests.Texts(await next));
    }

    [Fact]
    public async Task Tries_share_the_time_and_each_has_a_connection_of_its_own()
    {
        await using var client = Client(new() { Tries = 3 });
        var call = client.CallAsync("slow", deadline: Hour * 9, stop: Stop);
        var first = await _broker.ReceiveAsync();
        _time.Advance((Hour * 3) - Second);
        Assert.False(call.IsCompleted);
        Assert.True(_broker.IsQuiet);
        _time.Advance(Second);
        var second = await _time.RunUntilAsync(_broker.ReceiveAsync());
        Assert.Equal(first.Text, second.Text);
        _time.Advance(Hour * 3);
        var third = await _time.RunUntilAsync(_broker.ReceiveAsync());
        Assert.Equal(3, new[] { first.From, second.From, third.From }.Distinct().Count());
        _broker.Reply(first, "too late");
        _broker.Reply(third, "in time");
        Assert.Equal(["in time"], MdpClientTests.Texts(await call));
    }

    [Fact]
    public async Task After_the_last_try_it_is_over()
    {
        await using var client = Client(new() { Tries = 2 });
        var call = client.TryCallAsync("slow", deadline: Hour * 8, stop: Stop);
        await _broker.ReceiveAsync();
        _time.Advance(Hour * 4);
        await _time.RunUntilAsync(_broker.ReceiveAsync());
        _time.Advance(Hour * 4);
        Assert.Equal(MdpOutcome.Timeout, (await call).Outcome);
        Assert.True(_broker.IsQuiet);
    }

    [Fact]
    public async Task A_lost_connection_ends_the_call_at_once()
    {
        await using var client = Client();
        var call = client.TryCallAsync("echo", stop: Stop);
        var request = await _broker.ReceiveAsync();
        _broker.Close(request.From);
        var result = await call;
        Assert.Equal(MdpOutcome.ConnectionLost, result.Outcome);
        Assert.Equal($"The broker at {_broker.Address} closed the connection before it answered.", result.Reason);
    }

    [Fact]
    public async Task A_lost_connection_costs_a_try()
    {
        await using var client = Client(new() { Tries = 2 });
        var call = client.CallAsync("echo", Frames.Of("x"), stop: Stop);
        _broker.Close((await _broker.ReceiveAsync()).From);
        var again = await _time.RunUntilAsync(_broker.ReceiveAsync());
        Assert.Equal(["", "MDPC01", "echo", "x"], again.Text);
        _broker.Close(again.From);
        await Assert.ThrowsAsync<MdpConnectionLostException>(async () => await call);
    }

    [Fact]
    public async Task A_broker_that_goes_and_does_not_come_back_is_told()
    {
        await using var client = Client(new() { Tries = 2, ConnectTimeout = Second * 10 });
        var call = client.TryCallAsync("echo", stop: Stop);
        await _broker.ReceiveAsync();
        await _broker.DisposeAsync();
        var result = await _time.RunUntilAsync(call);
        Assert.Equal(MdpOutcome.ConnectionLost, result.Outcome);
    }

    [Fact]
    public async Task Calls_wait_in_order_for_a_free_connection()
    {
        await using var client = Client(new() { Lanes = 2 });
        var calls = Enumerable.Range(0, 6).Select(i => client.CallAsync("echo", Frames.Of($"{i}"), stop: Stop)).ToArray();
        for (var i = 0; i < 6; i += 2)
        {
            var pair = new[] { await _broker.ReceiveAsync(), await _broker.ReceiveAsync() };
            Assert.Equal([$"{i}", $"{i + 1}"], pair.Select(r => r.Text[3]).Order());
            Assert.True(_broker.IsQuiet);
            foreach (var request in pair) _broker.Reply(request, request.Text[3]);
        }
        foreach (var (i, call) in calls.Index()) Assert.Equal([$"{i}"], MdpClientTests.Texts(await call));
        Assert.Equal(2, _broker.Counters.Accepted);
    }

    [Fact]
    public async Task A_call_that_waits_for_a_free_connection_has_a_deadline_too()
    {
        await using var client = Client(new() { Lanes = 1 });
        var first = client.CallAsync("echo", stop: Stop);
        var request = await _broker.ReceiveAsync();
        var second = client.TryCallAsync("echo", deadline: Second, stop: Stop);
        Assert.Equal(MdpOutcome.Timeout, (await _time.RunUntilAsync(second)).Outcome);
        _broker.Reply(request, "one");
        Assert.Equal(["one"], MdpClientTests.Texts(await first));
        Assert.True(_broker.IsQuiet);
    }

    [Fact]
    public async Task More_calls_than_may_wait_are_refused_at_once()
    {
        await using var client = Client(new() { Lanes = 1, QueueLimit = 2 });
        var first = client.CallAsync("echo", stop: Stop);
        var request = await _broker.ReceiveAsync();
        var waiting = new[] { client.CallAsync("echo", stop: Stop), client.CallAsync("echo", stop: Stop) };
        var refused = await Assert.ThrowsAsync<MdpBusyException>(async () => await client.CallAsync("echo", stop: Stop));
        Assert.Equal($"2 calls wait for the broker at {_broker.Address} already.", refused.Message);
        _broker.Reply(request, "x");
        await first;
        foreach (var call in waiting)
        {
            _broker.Reply(await _broker.ReceiveAsync(), "x");
            await call;
        }
    }

    [Fact]
    public async Task A_cancelled_call_in_flight_costs_its_connection()
    {
        await using var client = Client(new() { Lanes = 1 });
        using var cancel = new CancellationTokenSource();
        var call = client.CallAsync("echo", stop: cancel.Token);
        var request = await _broker.ReceiveAsync();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await call);
        Assert.Equal(request.From, await _broker.ClosedAsync());
        var next = client.CallAsync("echo", Frames.Of("next"), stop: Stop);
        var other = await _time.RunUntilAsync(_broker.ReceiveAsync());
        _broker.Reply(other, other.Text[3]);
        Assert.Equal(["next"], MdpClientTests.Texts(await next));
    }

    [Fact]
    public async Task A_cancelled_call_that_waits_is_never_sent()
    {
        await using var client = Client(new() { Lanes = 1 });
        using var cancel = new CancellationTokenSource();
        var first = client.CallAsync("echo", Frames.Of("1"), stop: Stop);
        var request = await _broker.ReceiveAsync();
        var second = client.CallAsync("echo", Frames.Of("2"), stop: cancel.Token);
        var third = client.CallAsync("echo", Frames.Of("3"), stop: Stop);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await second);
        _broker.Reply(request, "one");
        await first;
        var next = await _broker.ReceiveAsync();
        Assert.Equal("3", next.Text[3]);
        Assert.Equal(request.From, next.From);
        _broker.Reply(next, "three");
        await third;
    }

    [Fact]
    public async Task Without_a_broker_a_call_ends_with_what_is_wrong()
    {
        // In real time: whether anybody listens is for the system to say.
        await using var client = new MdpClient("tcp://127.0.0.1:1", new() { ConnectTimeout = Second / 2 });
        var result = await client.TryCallAsync("echo", stop: Stop);
        Assert.Equal(MdpOutcome.Unreachable, result.Outcome);
        Assert.Equal("No broker answers at tcp://127.0.0.1:1: nobody listens there, or the name is not known.", result.Reason);
        var patient = new MdpClient("tcp://127.0.0.1:1", new() { Loop = _loop });
        var thrown = patient.CallAsync("echo", deadline: Second, stop: Stop);
        await Assert.ThrowsAsync<MdpUnreachableException>(async () => await _time.RunUntilAsync(thrown));
        await patient.DisposeAsync();
    }

    [Fact]
    public async Task A_wrong_password_is_told()
    {
        await using var guarded = new ScriptedBroker((user, password) => (user, password) == ("me", "right"));
        await using var wrong = new MdpClient(guarded.Address, new() { Loop = _loop, UserName = "me", Password = "wrong" });
        var refused = wrong.TryCallAsync("echo", deadline: Hour, stop: Stop);
        // It comes again when it has heard that it was refused, or that the connection broke before it could hear why.
        for (var i = 0; i < 5; i++)
        {
            var again = guarded.RejectedAsync();
            // In steps that are short beside the patience of a handshake.
            while (!again.IsCompleted)
            {
                _time.Advance(Second / 100);
                await Task.WhenAny(again, Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, Stop));
            }
        }
        _time.Advance(Hour);
        var result = await refused;
        Assert.Equal(MdpOutcome.Unreachable, result.Outcome);
        Assert.Equal($"No broker answers at {guarded.Address}: it refuses the user name or the password.", result.Reason);
        await using var right = new MdpClient(guarded.Address, new() { Loop = _loop, UserName = "me", Password = "right" });
        var call = right.CallAsync("echo", stop: Stop);
        guarded.Reply(await guarded.ReceiveAsync(), "in");
        Assert.Equal(["in"], MdpClientTests.Texts(await call));
    }

    [Fact]
    public async Task What_listens_and_is_no_broker_is_told()
    {
        await using var guarded = new ScriptedBroker((_, _) => true);
        await TroubledAsync(guarded.Address, "it wants another way to sign in.");
        await using var publisher = new ZmtpEndpoint(_loop, new ZmtpOptions { SocketType = ZmtpSocketType.Pub }, new Deaf());
        await TroubledAsync(publisher.Bind("tcp://127.0.0.1:0").ToString(), "what listens there is no ROUTER, so no broker.");
        using var web = new TcpListener(IPAddress.Loopback, 0);
        web.Start();
        var serving = Task.Run(
            async () =>
            {
                while (true)
                {
                    using var visitor = await web.AcceptSocketAsync(Stop);
                    await visitor.SendAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray(), Stop);
                    await visitor.ReceiveAsync(new byte[1024], Stop);
                }
            },
            Stop);
        await TroubledAsync($"tcp://{web.LocalEndpoint}", "what listens there does not speak ZMTP 3.");
        web.Stop();
        await Assert.ThrowsAnyAsync<Exception>(() => serving);
    }

    [Fact]
    public async Task A_call_waits_for_a_broker_that_comes_in_time()
    {
        var address = _broker.Address;
        await _broker.DisposeAsync();
        await using var client = new MdpClient(address, new() { Loop = _loop, ConnectTimeout = Hour, Deadline = Hour * 2 });
        var call = client.CallAsync("echo", stop: Stop);
        _time.Advance(Second);
        await using var broker = new ScriptedBroker(address: address);
        var request = await _time.RunUntilAsync(broker.ReceiveAsync());
        broker.Reply(request, "here");
        Assert.Equal(["here"], MdpClientTests.Texts(await call));
    }

    [Fact]
    public async Task Disposing_ends_all_calls()
    {
        var client = Client(new() { Lanes = 1 });
        var first = client.CallAsync("echo", stop: Stop);
        await _broker.ReceiveAsync();
        var second = client.CallAsync("echo", stop: Stop);
        await client.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await first);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await second);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await client.CallAsync("echo", stop: Stop));
        await client.DisposeAsync();
    }

    // Asks until the trouble has been seen: in real time, for how long a handshake takes is for the system to say.
    private static async Task TroubledAsync(string address, string trouble)
    {
        await using var client = new MdpClient(address);
        MdpResult result;
        do result = await client.TryCallAsync("echo", deadline: Second / 10, stop: Stop);
        while (result.Reason?.EndsWith(trouble, StringComparison.Ordinal) is false && result.Outcome == MdpOutcome.Unreachable);
        Assert.Equal((MdpOutcome.Unreachable, $"No broker answers at {address}: {trouble}"), (result.Outcome, result.Reason));
    }

    private MdpClient Client(MdpClientOptions? options = null) =>
        new(_broker.Address, (options ?? new()) with { Loop = _loop, Deadline = Hour });

    private sealed class Deaf : IZmtpOwner
    {
        public void Opened(ZmtpPeer peer) { }

        public void Received(ZmtpPeer peer, in ZmtpMessage message) { }

        public void Closed(ZmtpPeer peer, ZmtpFault reason) { }
    }
}
