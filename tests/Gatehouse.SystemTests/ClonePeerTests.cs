using System.Globalization;
using Gatehouse.Sdk.Clone;
using Gatehouse.Sdk.Values;
using Gatehouse.SystemTests.Support;

namespace Gatehouse.SystemTests;

/// <summary>Our clients at servers that are not ours: on libzmq, of the guide's models 4 to 6, killed and started again.</summary>
public sealed class ClonePeerTests : IAsyncLifetime
{
    private readonly List<CloneServer> _servers = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers) await server.DisposeAsync();
    }

    [Theory]
    [InlineData("4")]
    [InlineData("8")]
    public async Task Values_are_set_and_followed_in_three_frames(string width)
    {
        var server = await StartAsync("--width", width);
        await using var publisher = new KvPublisherClient(server.Address, "test");
        await using var subscriber = new KvSubscriberClient(server.Address);
        await publisher.SetAsync("key1", 21.5, stop: Stop);
        await publisher.SetAsync("key2", "warm", stop: Stop);
        await subscriber.WaitReadyAsync(ChildProcess.Patience, Stop);
        await Clones.UntilAsync(subscriber, "/test/key2", "warm");
        Assert.Equal(Value.From(21.5), subscriber.Get("/test/key1"));
        await publisher.DeleteAsync("key1", Stop);
        await publisher.SetAsync("key3", 1, stop: Stop);
        await Clones.UntilAsync(subscriber, "/test/key3", "1");
        Assert.Equal(["/test/key2", "/test/key3"], subscriber.All().Select(e => e.Key));
    }

    [Fact]
    public async Task A_large_snapshot_comes_whole_and_a_part_of_it_too()
    {
        var server = await StartAsync("--keys", "50000");
        await using var all = new KvSubscriberClient(server.Address);
        await using var part = new KvSubscriberClient(server.Address, "/other/");
        await all.WaitReadyAsync(ChildProcess.Patience, Stop);
        await part.WaitReadyAsync(ChildProcess.Patience, Stop);
        Assert.Equal((50000, 0), (all.Count, part.Count));
        Assert.Equal(Value.From(49999), all.Get("/many/49999"));
    }

    [Fact]
    public async Task Numbers_that_are_lost_on_the_way_are_healed()
    {
        var server = await StartAsync("--skip", "3");
        await using var publisher = new KvPublisherClient(server.Address);
        await using var subscriber = new KvSubscriberClient(server.Address);
        await subscriber.WaitReadyAsync(ChildProcess.Patience, Stop);
        for (var i = 1; i <= 7; i++) await publisher.SetAsync($"k{i}", i, stop: Stop);
        await Clones.UntilAsync(subscriber, "/k3", "3");
        await Clones.UntilAsync(subscriber, "/k6", "6");
        Assert.InRange(subscriber.Counters.Gaps, 1, 7);
    }

    [Fact]
    public async Task A_server_that_was_killed_is_followed_again_with_what_it_has_now()
    {
        var server = await StartAsync("--keys", "3");
        await using var publisher = new KvPublisherClient(server.Address);
        await using var subscriber = new KvSubscriberClient(server.Address);
        await subscriber.WaitReadyAsync(ChildProcess.Patience, Stop);
        await publisher.SetAsync("mine", 1, stop: Stop);
        await Clones.UntilAsync(subscriber, "/mine", "1");
        await server.RestartAsync();
        // It remembers nothing: what was set is gone there, and so here.
        await Clones.UntilAsync(subscriber, "/mine", null);
        Assert.Equal((3, 1L), (subscriber.Count, subscriber.Counters.Epochs));
        await publisher.SetAsync("mine", 2, stop: Stop);
        await Clones.UntilAsync(subscriber, "/mine", "2");
    }

    [Fact]
    public async Task Values_live_as_long_as_they_are_to()
    {
        var server = await StartAsync("--frames", "5", "--width", "8");
        await using var publisher = new KvPublisherClient(server.Address, "client", KvForm.Full);
        await using var subscriber = new KvSubscriberClient(server.Address, "client", KvForm.Full);
        await publisher.SetAsync("short", 1, TimeSpan.FromSeconds(0.5), Stop);
        await publisher.SetAsync("long", 2, TimeSpan.FromHours(1), Stop);
        await Clones.UntilAsync(subscriber, "/client/short", "1");
        await server.Process.OutputLineAsync(line => line == "EXPIRED /client/short");
        await Clones.UntilAsync(subscriber, "/client/short", null);
        Assert.Equal(Value.From(2), subscriber.Get("/client/long"));
    }

    [Fact]
    public async Task Two_servers_are_told_and_the_second_takes_over()
    {
        string[] model6 = ["--frames", "5", "--width", "8", "--sub", "--heartbeat", "0.2"];
        var (first, second) = (await StartAsync(model6), await StartAsync(model6));
        await using var publisher = new KvPublisherClient(
            new KvPublisherOptions { Servers = [first.Server, second.Server], Form = KvForm.Full, Subtree = "client" });
        await using var subscriber = new KvSubscriberClient(new KvSubscriberOptions
        {
            Servers = [first.Server, second.Server],
            Form = KvForm.Full,
            Subtree = "client",
            Silence = TimeSpan.FromSeconds(1.5),
        });
        await publisher.SetAsync("a", 1, stop: Stop);
        foreach (var server in (CloneServer[])[first, second]) await server.Process.OutputLineAsync(line => line == "SET /client/a 1");
        await Clones.UntilAsync(subscriber, "/client/a", "1");
        Assert.Equal(first.Server, subscriber.Server);
        // One that stands still is as gone as one that was killed.
        await first.Process.SignalAsync("STOP");
        await publisher.SetAsync("a", 2, stop: Stop);
        await Clones.UntilAsync(subscriber, "/client/a", "2");
        Assert.Equal(second.Server, subscriber.Server);
        await first.Process.SignalAsync("CONT");
        await first.Process.OutputLineAsync(line => line == "SET /client/a 2");
        await second.Process.KillAsync();
        await publisher.SetAsync("b", 3, stop: Stop);
        await Clones.UntilAsync(subscriber, "/client/b", "3");
        Assert.Equal((first.Server, 2L), (subscriber.Server, subscriber.Counters.Failovers));
    }

    [Fact]
    public async Task One_that_answers_no_snapshot_is_asked_twice_and_left()
    {
        var mute = await StartAsync("--frames", "5", "--width", "8", "--mute", "--heartbeat", "0.1");
        var good = await StartAsync("--frames", "5", "--width", "8", "--keys", "2", "--heartbeat", "0.1");
        await using var subscriber = new KvSubscriberClient(new KvSubscriberOptions
        {
            Servers = [mute.Server, good.Server],
            Form = KvForm.Full,
            Silence = TimeSpan.FromSeconds(0.5),
        });
        await subscriber.WaitReadyAsync(ChildProcess.Patience, Stop);
        Assert.Equal((2, good.Server), (subscriber.Count, subscriber.Server));
        Assert.Equal(2, mute.Process.Output.Split("ASKED").Length - 1);
    }

    private async Task<CloneServer> StartAsync(params string[] options)
    {
        var server = new CloneServer(options);
        _servers.Add(server);
        await server.RestartAsync();
        return server;
    }

    /// <summary>A server on libzmq, at ports that it keeps over restarts.</summary>
    private sealed class CloneServer(string[] options) : IAsyncDisposable
    {
        private readonly int _port = HubRunner.FreePorts();

        public ChildProcess Process { get; private set; } = null!;

        public string Address => string.Create(CultureInfo.InvariantCulture, $"tcp://127.0.0.1:{_port}");

        public KvServer Server => KvServer.At(Address);

        public async Task RestartAsync()
        {
            if (Process is not null) await Process.KillAsync();
            if (Process is not null) await Process.DisposeAsync();
            Process = Peers.Start("clone_server.py", [_port.ToString(CultureInfo.InvariantCulture), .. options]);
            await Process.OutputLineAsync(line => line == "READY");
        }

        public ValueTask DisposeAsync() => Process.DisposeAsync();
    }
}
