using System.Diagnostics;
using Gatehouse.Sdk;
using Gatehouse.Sdk.Majordomo;
using Gatehouse.Sdk.Values;
using Gatehouse.SystemTests.Support;

namespace Gatehouse.SystemTests;

/// <summary>Our client and our worker at a broker that is not ours: on libzmq, sometimes gone, stopped, late or wrong.</summary>
public sealed class MdpPeerTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(MdpDialect.Mdp01, MdpDialect.Mdp01)]
    [InlineData(MdpDialect.Mdp02, MdpDialect.Mdp02)]
    [InlineData(MdpDialect.Mdp01, MdpDialect.Mdp02)]
    [InlineData(MdpDialect.Mdp02, MdpDialect.Mdp01)]
    public async Task They_meet_at_a_broker_on_libzmq(MdpDialect asking, MdpDialect serving)
    {
        await using var broker = await PythonBroker.StartAsync();
        await using var worker = new Serving(broker.Address, "localhost.echo", new() { Dialect = serving, Concurrency = 4 });
        await using var client = new MdpClient(broker.Address, new() { Dialect = asking });
        await broker.WorkerAsync("localhost.echo");
        await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
        {
            var reply = await client.CallAsync("localhost.echo", Frames.Of($"{i}", "", new string('x', i * 10)), stop: Stop);
            Assert.Equal((3, $"{i}", "", i * 10), (reply.Count, reply.Text(0), reply.Text(1), reply[2].Length));
        }));
        Assert.True(await client.HasServiceAsync("localhost.echo", stop: Stop));
        Assert.False(await client.HasServiceAsync("nobody", stop: Stop));
        Assert.Equal(["localhost.echo"], await client.DiscoverAsync(@"\.echo$", stop: Stop));
        await Assert.ThrowsAsync<ArgumentException>(async () => await client.DiscoverAsync("(", stop: Stop));
        Assert.Equal(0, client.Strays);
        await worker.DisposeAsync();
        await broker.Process.OutputLineAsync(line => line == "LEFT localhost.echo");
        Assert.DoesNotContain("STRANGE", broker.Process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parts_pass_a_broker_on_libzmq()
    {
        await using var broker = await PythonBroker.StartAsync();
        await using var worker = new Serving(broker.Address, "count", new() { Dialect = MdpDialect.Mdp02 }, async request =>
        {
            for (var i = 0; i < 1000; i++) await request.SendPartAsync(Frames.Of($"{i}"));
            return Frames.Of("end");
        });
        await using var client = new MdpClient(broker.Address, new() { Dialect = MdpDialect.Mdp02 });
        var parts = await client.StreamAsync("count", stop: Stop).ToListAsync(Stop);
        Assert.Equal([.. Enumerable.Range(0, 1000).Select(i => $"{i}"), "end"], parts.Select(p => p.Frames.Text(0)));
        Assert.Equal([1000], parts.Index().Where(p => p.Item.IsFinal).Select(p => p.Index));
    }

    [Fact]
    public async Task A_broker_that_was_killed_is_served_again_as_soon_as_it_is_back()
    {
        await using var broker = await PythonBroker.StartAsync();
        await using var worker = new Serving(broker.Address, "echo");
        await using var client = new MdpClient(broker.Address);
        await using var persistent = new MdpClient(broker.Address, new() { Tries = 100, Deadline = TimeSpan.FromMinutes(1) });
        for (var round = 0; round < 3; round++)
        {
            Assert.Equal("x", (await client.CallAsync("echo", Frames.Of("x"), stop: Stop)).Text(0));
            // Nobody serves this name, so they are in flight when the broker goes.
            var cut = client.TryCallAsync("nobody", stop: Stop);
            var patient = persistent.CallAsync("later", Frames.Of("y"), stop: Stop);
            await client.HasServiceAsync("echo", stop: Stop);
            await broker.Process.KillAsync();
            Assert.Equal(MdpOutcome.ConnectionLost, (await cut).Outcome);
            await broker.StartAgainAsync();
            var back = Stopwatch.StartNew();
            await broker.WorkerAsync("echo");
            // It tries again every second at the latest, spread by a half; the rest is a loaded machine.
            Assert.InRange(back.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
            await using var later = new Serving(broker.Address, "later");
            Assert.Equal("y", (await patient).Text(0));
        }
    }

    [Fact]
    public async Task A_broker_that_stands_still_costs_deadlines_and_no_replies_are_mixed_up()
    {
        await using var broker = await PythonBroker.StartAsync();
        await using var worker = new Serving(broker.Address, "echo");
        await using var client = new MdpClient(broker.Address, new() { Lanes = 8 });
        await client.CallAsync("echo", Frames.Of("warm"), stop: Stop);
        await broker.Process.SignalAsync("STOP");
        var limit = TimeSpan.FromSeconds(1);
        var took = Stopwatch.StartNew();
        var outcomes = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(i => client.TryCallAsync("echo", Frames.Of($"lost {i}"), limit, Stop)));
        Assert.All(outcomes, o => Assert.Contains(o.Outcome, (MdpOutcome[])[MdpOutcome.Timeout, MdpOutcome.Unreachable]));
        Assert.InRange(took.Elapsed, limit, limit * 10);
        await broker.Process.SignalAsync("CONT");
        // The replies to what was given up come now, to connections that are gone.
        await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
            Assert.Equal($"{i}", (await client.CallAsync("echo", Frames.Of($"{i}"), TimeSpan.FromSeconds(30), Stop)).Text(0))));
    }

    [Fact]
    public async Task Late_replies_reach_nobody()
    {
        await using var broker = await PythonBroker.StartAsync("--late", "3:0.5");
        await using var worker = new Serving(broker.Address, "echo", new() { Concurrency = 4 });
        await using var client = new MdpClient(broker.Address, new() { Lanes = 4 });
        var late = 0;
        await Task.WhenAll(Enumerable.Range(0, 60).Select(async i =>
        {
            Assert.Equal($"{i}", (await client.CallAsync("echo", Frames.Of($"{i}"), TimeSpan.FromSeconds(30), Stop)).Text(0));
            var hasty = await client.TryCallAsync("echo", Frames.Of($"hasty {i}"), TimeSpan.FromSeconds(0.25), Stop);
            if (hasty.IsOk) Assert.Equal($"hasty {i}", hasty.Frames.Text(0));
            else Interlocked.Increment(ref late);
        }));
        Assert.InRange(late, 1, 60);
    }

    [Fact]
    public async Task Replies_that_come_twice_are_taken_once()
    {
        await using var broker = await PythonBroker.StartAsync("--double", "1");
        await using var first = new Serving(broker.Address, "first");
        await using var second = new Serving(broker.Address, "second");
        // One connection, and the services in turn: what is left of one is known by its name in the other.
        await using var client = new MdpClient(broker.Address, new() { Lanes = 1, Tries = 3, Deadline = TimeSpan.FromMinutes(1) });
        for (var i = 0; i < 100; i++)
        {
            var service = i % 2 == 0 ? "first" : "second";
            Assert.Equal($"{i}", (await client.CallAsync(service, Frames.Of($"{i}"), stop: Stop)).Text(0));
        }
        Assert.InRange(client.Strays, 90, 101);
    }

    [Fact]
    public async Task Replies_of_another_service_are_refused()
    {
        await using var broker = await PythonBroker.StartAsync("--wrong", "2");
        await using var worker = new Serving(broker.Address, "echo");
        await using var client = new MdpClient(broker.Address, new() { Lanes = 1 });
        Assert.Equal("1", (await client.CallAsync("echo", Frames.Of("1"), stop: Stop)).Text(0));
        var wrong = await Assert.ThrowsAsync<MdpReplyException>(async () => await client.CallAsync("echo", Frames.Of("2"), stop: Stop));
        Assert.Contains("answered for 'another' where 'echo' was asked", wrong.Message, StringComparison.Ordinal);
        Assert.Equal("3", (await client.CallAsync("echo", Frames.Of("3"), stop: Stop)).Text(0));
    }

    [Fact]
    public async Task A_name_that_the_broker_refuses_is_told()
    {
        await using var broker = await PythonBroker.StartAsync();
        var worker = new MdpWorker(broker.Address, "forbidden.name", (request, _) => new(request.Frames));
        var refused = await Assert.ThrowsAsync<MdpRefusedException>(() => worker.RunAsync(Stop));
        Assert.Equal("forbidden.name", refused.Service);
    }

    [Fact]
    public async Task Callbacks_work_at_a_broker_on_libzmq()
    {
        await using var broker = await PythonBroker.StartAsync();
        await using var worker = new Serving(broker.Address, "localhost.echo");
        await using var client = new RaspyClient(port: new Uri(broker.Address).Port);
        var told = new TaskCompletionSource<MdpResult>();
        client.Send(RaspyClient.RoutingKey("localhost", "echo"), Frames.Of("hello"), told.SetResult);
        Assert.Equal("hello", (await told.Task.WaitAsync(ChildProcess.Patience, TimeProvider.System, Stop)).Frames.Text(0));
    }

    /// <summary>A worker that serves until it is disposed of; what ends it before fails the test there.</summary>
    private sealed class Serving : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _run;
        private bool _isStopped;

        public Serving(
            string address, string service, MdpWorkerOptions? options = null, Func<MdpRequest, ValueTask<Frames>>? handler = null)
        {
            var worker = new MdpWorker(address, service, (request, _) => handler is null ? new(request.Frames) : handler(request), options);
            _run = worker.RunAsync(_stop.Token);
        }

        public async ValueTask DisposeAsync()
        {
            if (_isStopped) return;
            _isStopped = true;
            await _stop.CancelAsync();
            await _run;
            _stop.Dispose();
        }
    }
}
