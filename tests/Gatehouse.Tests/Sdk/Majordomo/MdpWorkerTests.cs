using Gatehouse.Sdk;
using Gatehouse.Sdk.Majordomo;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Tests.Sdk.Majordomo;

/// <summary>What a worker says to a broker, and when.</summary>
public sealed class MdpWorkerTests
{
    // No heartbeats while the time runs on until a connection comes about.
    private static readonly MdpWorkerOptions Calm = new() { Heartbeat = TimeSpan.FromHours(1) };
    private static readonly string[] Heartbeat = ["", "MDPW01", "\u0004"];
    private static readonly string[] Ready = ["", "MDPW01", "\u0001", "echo"];
    private static readonly string[] Disconnect = ["", "MDPW01", "\u0005"];

    [Fact]
    public async Task It_registers_answers_and_says_goodbye()
    {
        await using var rig = new WorkerRig();
        var ready = await rig.StartAsync();
        Assert.Equal(Ready, ready.Text);
        Assert.Equal(1, rig.Worker.Connected);
        rig.Request(ready, "hello");
        Assert.Equal(["", "MDPW01", "\u0003", "caller", "", "hello"], (await rig.Broker.ReceiveAsync()).Text);
        Assert.Equal((1, 0, 0), (rig.Worker.Requests, rig.Worker.Failures, rig.Worker.Lost));
        await rig.StopAsync();
        Assert.Equal(Disconnect, (await rig.Broker.ReceiveAsync()).Text);
        await rig.Run;
        Assert.Equal(ready.From, await rig.Broker.ClosedAsync());
        Assert.Equal(0, rig.Worker.Connected);
    }

    [Fact]
    public async Task It_speaks_02_with_replies_in_parts()
    {
        await using var rig = new WorkerRig(
            async (request, _) =>
            {
                await request.SendPartAsync(Frames.Of("part"));
                return Frames.None;
            },
            new() { Dialect = MdpDialect.Mdp02 });
        var ready = await rig.StartAsync();
        Assert.Equal(["MDPW02", "\u0001", "echo"], ready.Text);
        rig.Broker.Send(ready.From, "MDPW02", "\u0002", "caller", "", "x");
        Assert.Equal(["MDPW02", "\u0003", "caller", "", "part"], (await rig.Broker.ReceiveAsync()).Text);
        // A body has one frame at least.
        Assert.Equal(["MDPW02", "\u0004", "caller", "", ""], (await rig.Broker.ReceiveAsync()).Text);
    }

    [Fact]
    public async Task It_speaks_the_packed_layout()
    {
        await using var rig = new WorkerRig(options: new() { Dialect = MdpDialect.Zproto });
        var ready = await rig.StartAsync();
        Assert.Equal("AAA404064D44505730320104" + "6563686F", Hex(ready.Message[0]));
        var request = Convert.FromHexString("AAA405064D445057303202");
        rig.Broker.Send(ready.From, Frames.Of([request, "caller"u8.ToArray(), [], "x"u8.ToArray()]));
        var reply = await rig.Broker.ReceiveAsync();
        Assert.Equal("AAA407064D445057303204", Hex(reply.Message[0]));
        Assert.Equal(["caller", "", "x"], reply.Text[1..]);
    }

    [Fact]
    public async Task It_tells_that_it_lives_idle_and_busy()
    {
        var answer = new TaskCompletionSource<Frames>();
        await using var rig = new WorkerRig((_, _) => new(answer.Task));
        var ready = await rig.StartAsync();
        rig.Time.Advance(TimeSpan.FromSeconds(2.5));
        Assert.Equal(Heartbeat, (await rig.Broker.ReceiveAsync()).Text);
        rig.Request(ready, "x");
        for (var i = 0; i < 20; i++)
        {
            // Busy for ten times as long as an idle worker believes in a silent broker.
            rig.Time.Advance(TimeSpan.FromSeconds(2.5));
            Assert.Equal(Heartbeat, (await rig.Broker.ReceiveAsync()).Text);
            if (i == 0) await rig.HandlingAsync(1);
        }
        answer.SetResult(Frames.Of("done"));
        Assert.Equal(["", "MDPW01", "\u0003", "caller", "", "done"], (await rig.Broker.ReceiveAsync()).Text);
    }

    [Fact]
    public async Task A_silent_broker_is_left_for_a_new_connection()
    {
        await using var rig = new WorkerRig(options: new() { Liveness = 3 });
        var ready = await rig.StartAsync();
        for (var i = 0; i < 2; i++)
        {
            rig.Time.Advance(TimeSpan.FromSeconds(2.5));
            Assert.Equal(Heartbeat, (await rig.Broker.ReceiveAsync()).Text);
        }
        rig.Time.Advance(TimeSpan.FromSeconds(2.5));
        Assert.Equal(ready.From, await rig.Broker.ClosedAsync());
        var again = await rig.Time.RunUntilAsync(rig.Broker.ReceiveAsync());
        Assert.Equal(Ready, again.Text);
        Assert.NotEqual(ready.From, again.From);
    }

    [Fact]
    public async Task A_broker_that_is_heard_is_kept()
    {
        await using var rig = new WorkerRig(options: new() { Liveness = 2 });
        var ready = await rig.StartAsync();
        for (var i = 0; i < 8; i++)
        {
            rig.Broker.Send(ready.From, Heartbeat);
            // The answer to a request shows that the heartbeat before it has come.
            rig.Request(ready, "x");
            Assert.Equal("x", (await rig.Broker.ReceiveAsync()).Text[^1]);
            rig.Time.Advance(TimeSpan.FromSeconds(2.5));
            Assert.Equal(Heartbeat, (await rig.Broker.ReceiveAsync()).Text);
        }
        Assert.Equal(1, rig.Broker.Counters.Accepted);
    }

    [Fact]
    public async Task Sent_away_it_comes_again()
    {
        await using var rig = new WorkerRig(options: Calm);
        var ready = await rig.StartAsync();
        for (var i = 0; i < 5; i++)
        {
            // A broker that has talked to it has not refused it.
            rig.Broker.Send(ready.From, Heartbeat);
            rig.Broker.Send(ready.From, Disconnect);
            var again = await rig.Time.RunUntilAsync(rig.Broker.ReceiveAsync());
            Assert.Equal(Ready, again.Text);
            Assert.NotEqual(ready.From, again.From);
            ready = again;
        }
        Assert.False(rig.Run.IsCompleted);
    }

    [Fact]
    public async Task A_name_that_is_refused_ends_the_run_with_words()
    {
        await using var rig = new WorkerRig(options: Calm);
        var ready = await rig.StartAsync();
        for (var i = 0; i < 2; i++)
        {
            rig.Broker.Send(ready.From, Disconnect);
            ready = await rig.Time.RunUntilAsync(rig.Broker.ReceiveAsync());
            Assert.Equal(Ready, ready.Text);
        }
        rig.Broker.Send(ready.From, Disconnect);
        var refused = await Assert.ThrowsAsync<MdpRefusedException>(() => rig.Run);
        Assert.Equal("echo", refused.Service);
        Assert.StartsWith($"The broker at {rig.Broker.Address} lets nobody serve as 'echo': ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_handler_that_throws_answers_500_and_is_told()
    {
        await using var rig = new WorkerRig((request, _) => throw new FormatException(request.Frames.Text(0)));
        var told = new TaskCompletionSource<(MdpRequest Request, Exception Error)>();
        rig.Worker.Failed += (request, error) => told.SetResult((request, error));
        var ready = await rig.StartAsync();
        rig.Request(ready, "odd");
        Assert.Equal(["", "MDPW01", "\u0003", "caller", "", "500"], (await rig.Broker.ReceiveAsync()).Text);
        var (request, error) = await told.Task;
        Assert.Equal("odd", Assert.IsType<FormatException>(error).Message);
        Assert.Equal("caller"u8, request.Address.Span);
        Assert.Equal((1, 1, 0), (rig.Worker.Requests, rig.Worker.Failures, rig.Worker.Lost));
        rig.Request(ready, "again");
        Assert.Equal("500", (await rig.Broker.ReceiveAsync()).Text[^1]);
    }

    [Fact]
    public async Task Who_is_told_and_throws_ends_the_run()
    {
        await using var rig = new WorkerRig((_, _) => throw new FormatException());
        rig.Worker.Failed += (_, _) => throw new NotFiniteNumberException("enough");
        rig.Request(await rig.StartAsync(), "x");
        Assert.Equal("500", (await rig.Broker.ReceiveAsync()).Text[^1]);
        Assert.Equal("enough", (await Assert.ThrowsAsync<NotFiniteNumberException>(() => rig.Run)).Message);
    }

    [Fact]
    public async Task Stopping_answers_what_is_in_hand_first()
    {
        var answer = new TaskCompletionSource<Frames>();
        await using var rig = new WorkerRig((_, _) => new(answer.Task));
        var ready = await rig.StartAsync();
        rig.Request(ready, "x");
        await rig.HandlingAsync(1);
        await rig.StopAsync();
        answer.SetResult(Frames.Of("done"));
        Assert.Equal("done", (await rig.Broker.ReceiveAsync()).Text[^1]);
        Assert.Equal(Disconnect, (await rig.Broker.ReceiveAsync()).Text);
        await rig.Run;
    }

    [Fact]
    public async Task A_handler_that_takes_too_long_to_stop_is_cancelled()
    {
        await using var rig = new WorkerRig(async (_, stop) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
            return Frames.None;
        });
        var ready = await rig.StartAsync();
        rig.Request(ready, "x");
        await rig.HandlingAsync(1);
        await rig.StopAsync();
        var run = rig.Run.ContinueWith(_ => true, TaskScheduler.Default);
        Assert.True(await rig.Time.RunUntilAsync(run));
        Assert.True(rig.Run.IsCompletedSuccessfully);
        var heard = await rig.Broker.ReceiveAsync();
        while (heard.Text.SequenceEqual(Heartbeat)) heard = await rig.Broker.ReceiveAsync();
        Assert.Equal(Disconnect, heard.Text);
        Assert.Equal(0, rig.Worker.Failures);
    }

    [Fact]
    public async Task A_lost_connection_cancels_its_request_and_the_next_begins_when_the_handler_has_ended()
    {
        var answer = new TaskCompletionSource<Frames>();
        var cancelled = new TaskCompletionSource();
        await using var rig = new WorkerRig((_, stop) =>
        {
            stop.Register(cancelled.SetResult);
            return new(answer.Task);
        }, Calm);
        var ready = await rig.StartAsync();
        await rig.Broker.OpenedAsync();
        rig.Request(ready, "x");
        await rig.HandlingAsync(1);
        rig.Broker.Close(ready.From);
        await cancelled.Task;
        // Connected again, and silent: a handler still works.
        await rig.Time.RunUntilAsync(rig.Broker.OpenedAsync());
        Assert.True(rig.Broker.IsQuiet);
        Assert.Equal(0, rig.Worker.Connected);
        answer.SetResult(Frames.Of("late"));
        Assert.Equal(Ready, (await rig.Broker.ReceiveAsync()).Text);
        Assert.Equal((1, 0, 1), (rig.Worker.Requests, rig.Worker.Failures, rig.Worker.Lost));
    }

    [Fact]
    public async Task What_a_cancelled_handler_throws_is_no_failure()
    {
        await using var rig = new WorkerRig(async (_, stop) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
            return Frames.None;
        }, Calm);
        var ready = await rig.StartAsync();
        rig.Request(ready, "x");
        await rig.HandlingAsync(1);
        rig.Broker.Close(ready.From);
        Assert.Equal(Ready, (await rig.Time.RunUntilAsync(rig.Broker.ReceiveAsync())).Text);
        Assert.Equal((1, 0, 1), (rig.Worker.Requests, rig.Worker.Failures, rig.Worker.Lost));
    }

    [Theory]
    [InlineData("rubbish")]
    [InlineData("", "MDPW01", "\u0009")]
    [InlineData("", "MDPC01", "echo", "x")]
    [InlineData("MDPW02", "\u0005")]
    [InlineData("", "MDPW01", "\u0002", "caller", "x")]
    public async Task What_no_broker_says_costs_the_connection(params string[] message)
    {
        await using var rig = new WorkerRig(options: Calm);
        var ready = await rig.StartAsync();
        rig.Broker.Send(ready.From, message);
        Assert.Equal(ready.From, await rig.Broker.ClosedAsync());
        Assert.Equal(Ready, (await rig.Time.RunUntilAsync(rig.Broker.ReceiveAsync())).Text);
    }

    [Fact]
    public async Task Two_requests_at_once_cost_the_connection()
    {
        var answer = new TaskCompletionSource<Frames>();
        await using var rig = new WorkerRig((_, _) => new(answer.Task), Calm);
        var ready = await rig.StartAsync();
        rig.Request(ready, "1");
        rig.Request(ready, "2");
        Assert.Equal(ready.From, await rig.Broker.ClosedAsync());
        answer.SetResult(Frames.None);
        Assert.Equal(Ready, (await rig.Time.RunUntilAsync(rig.Broker.ReceiveAsync())).Text);
        Assert.Equal(1, rig.Worker.Requests);
    }

    [Fact]
    public async Task It_registers_as_often_as_it_works_at_a_time()
    {
        var answer = new TaskCompletionSource<Frames>();
        await using var rig = new WorkerRig((_, _) => new(answer.Task), new() { Concurrency = 3 });
        var ready = new List<Arrival> { await rig.StartAsync(), await rig.Broker.ReceiveAsync(), await rig.Broker.ReceiveAsync() };
        Assert.Equal(3, ready.Select(r => r.From).Distinct().Count());
        Assert.Equal(3, rig.Worker.Connected);
        foreach (var each in ready) rig.Request(each, "x");
        await rig.HandlingAsync(3);
        answer.SetResult(Frames.Of("y"));
        foreach (var _ in ready) Assert.Equal("y", (await rig.Broker.ReceiveAsync()).Text[^1]);
    }

    [Fact]
    public async Task MDP_01_has_no_parts()
    {
        await using var rig = new WorkerRig(async (request, _) =>
        {
            await Assert.ThrowsAsync<NotSupportedException>(() => request.SendPartAsync(Frames.None));
            return Frames.Of("right");
        });
        rig.Request(await rig.StartAsync(), "x");
        Assert.Equal("right", (await rig.Broker.ReceiveAsync()).Text[^1]);
    }

    [Fact]
    public async Task A_part_for_a_lost_connection_is_refused()
    {
        var refused = new TaskCompletionSource<Exception?>();
        await using var rig = new WorkerRig(
            async (request, stop) =>
            {
                var cancelled = Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
                await cancelled.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                refused.SetResult(await Record.ExceptionAsync(() => request.SendPartAsync(Frames.Of("part"))));
                return Frames.None;
            },
            Calm with { Dialect = MdpDialect.Mdp02 });
        var ready = await rig.StartAsync();
        rig.Broker.Send(ready.From, "MDPW02", "\u0002", "caller", "", "x");
        await rig.HandlingAsync(1);
        rig.Broker.Close(ready.From);
        Assert.IsType<MdpConnectionLostException>(await refused.Task);
    }

    [Fact]
    public async Task A_worker_runs_once()
    {
        await using var rig = new WorkerRig();
        await rig.StartAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => rig.Worker.RunAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_cannot_serve_is_refused()
    {
        static ValueTask<Frames> Echo(MdpRequest request, CancellationToken stop) => new(request.Frames);
        Assert.Throws<ArgumentException>(() => new MdpWorker("tcp://127.0.0.1:1", "", Echo));
        Assert.Throws<ArgumentException>(() => new MdpWorker("tcp://127.0.0.1:1", "a\u0085", Echo));
        Assert.Throws<ZmtpException>(() => new MdpWorker("127.0.0.1", "x", Echo));
        Assert.Throws<ArgumentNullException>(() => new MdpWorker("tcp://127.0.0.1:1", "x", null!));
        Assert.All(
            (MdpWorkerOptions[])
            [
                new() { Concurrency = 0 }, new() { Heartbeat = TimeSpan.Zero }, new() { Heartbeat = TimeSpan.FromHours(2) },
                new() { Liveness = 1 }, new() { Liveness = 2000 }, new() { StopTimeout = TimeSpan.FromSeconds(-1) },
                new() { StopTimeout = TimeSpan.FromDays(2) }, new() { MaxMessageSize = 0 }, new() { Dialect = (MdpDialect)9 },
            ],
            options => Assert.Throws<ArgumentOutOfRangeException>(() => new MdpWorker("tcp://127.0.0.1:1", "x", Echo, options)));
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();
        await new MdpWorker("tcp://127.0.0.1:1", "x", Echo).RunAsync(stopped.Token);
    }

    private static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexString(bytes.Span);
}
