using System.Net;
using System.Net.Sockets;
using Gatehouse.Connectors;
using Gatehouse.Connectors.Clone;
using Gatehouse.Parts;
using Gatehouse.Runtime;
using Gatehouse.Runtime.Configuration;
using Gatehouse.Sdk.Clone;
using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp;
using Gatehouse.Security;
using Gatehouse.Tests.Devices;
using Gatehouse.Tests.Support;
using Gatehouse.Tree;

namespace Gatehouse.Tests.Connectors.Clone;

/// <summary>The clone server as a part of a hub in this process, with real sockets.</summary>
public sealed class CloneConnectorTests
{
    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(KvForm.Short, false)]
    [InlineData(KvForm.Full, false)]
    [InlineData(KvForm.Full, true)]
    public async Task Programs_and_the_tree_see_each_other(KvForm form, bool usesPub)
    {
        await using var hub = await StartAsync();
        hub.Tree.Set("/lab/before", 1);
        var server = ServerOf(hub, form);
        await using var subscriber = new KvSubscriberClient(new KvSubscriberOptions { Servers = [server], Subtree = "/lab/", Form = form });
        await subscriber.WaitReadyAsync(TimeSpan.FromSeconds(20), _stop);
        Assert.Equal(1L, subscriber.Get("/lab/before"));
        await using var publisher = new KvPublisherClient(
            new KvPublisherOptions { Servers = [server], Subtree = "/lab/", Form = form, UsesPub = usesPub });
        await publisher.WaitReadyAsync(_stop);
        await publisher.SetAsync("colour", "red", stop: _stop);
        await UntilAsync(() => hub.Tree.Get("/lab/colour")?.Value.ToString() == "red" && subscriber.Get("/lab/colour") == "red");
        Assert.StartsWith("clone tcp://127.0.0.1:", hub.Tree.Get("/lab/colour")!.Origin.Text, StringComparison.Ordinal);
        await publisher.DeleteAsync("colour", _stop);
        await UntilAsync(() => hub.Tree.Get("/lab/colour") is null && subscriber.Get("/lab/colour") is null);
        hub.Tree.Set("/lab/after", 2);
        await UntilAsync(() => subscriber.Get("/lab/after") == 2L);
        Assert.Equal(0, subscriber.Counters.Gaps);
    }

    [Fact]
    public async Task Every_reader_of_a_large_tree_gets_all_of_it_while_it_changes()
    {
        await using var hub = await StartAsync();
        for (var i = 0; i < 30_000; i++) hub.Tree.Set($"/lab/{i}", new string('x', 20));
        var subscribers = new List<KvSubscriberClient>();
        using var ending = new CancellationTokenSource();
        var changing = Task.Run(
            () =>
            {
                for (var i = 0; !ending.IsCancellationRequested; i++)
                {
                    var key = hub.Tree.Intern($"/lab/{i % 40_000}");
                    hub.Tree.Set(new Change(key, Value.From(i), Removed: i % 7 == 0), Trees.Tester);
                    if (i % 100 == 0) Thread.Yield();
                }
            },
            _stop);
        for (var i = 0; i < 4; i++)
        {
            var form = i % 2 == 0 ? KvForm.Short : KvForm.Full;
            subscribers.Add(new KvSubscriberClient(new KvSubscriberOptions { Servers = [ServerOf(hub, form)], Form = form }));
        }
        foreach (var subscriber in subscribers) await subscriber.WaitReadyAsync(TimeSpan.FromSeconds(30), _stop);
        await ending.CancelAsync();
        await changing;
        var expected = hub.Tree.Snapshot(new KeyFilter("/lab/"), Trees.Tester).Entries.ToDictionary(e => e.Key.Text, e => e.Value);
        foreach (var subscriber in subscribers)
        {
            await UntilAsync(() =>
                subscriber.Count == expected.Count && subscriber.All().All(e => expected.GetValueOrDefault(e.Key) == e.Value));
            await subscriber.DisposeAsync();
        }
    }

    [Fact]
    public async Task What_changes_is_shown_and_a_server_at_rest_sets_nothing()
    {
        await using var hub = await StartAsync();
        var addresses = hub.Get<CloneConnector>().Addresses;
        await using var push = new ZmtpSocket(ZmtpSocketType.Push);
        push.Connect(addresses[2]);
        await push.SendAsync(Frames.Of("/lab/a", "\0\0\0\0", "1"), _stop);
        await push.SendAsync(Frames.Of("/lab/a", "\0\0\0", "1"), _stop);
        await push.SendAsync(Frames.Of("/hub/name", "\0\0\0\0", "1"), _stop);
        await UntilAsync(() => Number(hub, "rejected") == 2);
        Assert.Equal("""{"sequenceWidth":1,"writeFailed":1}""", hub.Tree.Get("/hub/clone/reasons")!.Value.ToString());
        Assert.Equal((2, 1, 0), (Number(hub, "collected"), Number(hub, "publishers"), Number(hub, "subscribers")));
        using (var stranger = new TcpClient())
        {
            await stranger.ConnectAsync(IPEndPoint.Parse(addresses[0]["tcp://".Length..]), _stop);
            await stranger.GetStream().WriteAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray(), _stop);
            await UntilAsync(() => Number(hub, "lost") == 1);
        }
        string[] all = [.. addresses, .. hub.Get<CloneConnector>().ChpAddresses];
        Assert.Equal(string.Join(", ", all), hub.Tree.Get("/hub/clone/address")!.Value.ToString());
        Assert.Equal(0, Number(hub, "slow"));
    }

    [Fact]
    public async Task Who_follows_is_told_each_second_that_the_server_is_there()
    {
        await using var hub = await StartAsync();
        await using var subscriber = new ZmtpSocket(ZmtpSocketType.Sub);
        subscriber.Subscribe("HUGZ");
        subscriber.Connect(hub.Get<CloneConnector>().ChpAddresses[1]);
        for (var i = 0; i < 2; i++)
        {
            var beat = await subscriber.ReceiveAsync(_stop);
            Assert.Equal((5, "HUGZ", 8), (beat.Count, beat.Text(0), beat[1].Length));
        }
    }

    [Fact]
    public async Task Writes_that_owners_do_not_finish_end_with_the_hub()
    {
        var owner = new SlowOwner();
        await using (var hub = await StartAsync())
        {
            using var owned = hub.Tree.Own(new KeyFilter("/slow/"), owner);
            await using var push = new ZmtpSocket(ZmtpSocketType.Push);
            push.Connect(hub.Get<CloneConnector>().Addresses[2]);
            for (var i = 0; i < OwnedWrites.Most + 5; i++)
            {
                await push.SendAsync(Frames.Of("/slow/a", "\0\0\0\0", "1"), _stop);
            }
            await UntilAsync(() => hub.Tree.Get("/hub/clone/reasons")?.Value.ToString() == """{"tooManyWrites":5}""");
            Assert.Equal(OwnedWrites.Most, owner.Waiting);
        }
        Assert.Equal(0, owner.Waiting);
    }

    [Fact]
    public async Task Default_ports_that_are_taken_are_told_and_tried_again_while_the_hub_is_ready()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        using var fixture = new DriverFixture();
        var (readiness, log) = (new Readiness(), new LogLines<CloneConnector>());
        readiness.BecomeReady();
        var options = new CloneOptions { Port = port, Chp = new CloneChpOptions { Port = 0 } };
        var connector = new CloneConnector(options, AllowAll.Instance, new Troubles(fixture.Hub, readiness), fixture.Time, log)
        {
            Defaults = (port, CloneChpOptions.DefaultPort),
            FileLimit = 512,
        };
        using var ending = new CancellationTokenSource();
        var running = connector.RunAsync(fixture.Hub, ending.Token);
        await connector.Opened.WaitAsync(_stop);
        Assert.Equal((0, 3), (connector.Addresses.Count, connector.ChpAddresses.Count));
        Assert.Null(readiness.NotYet);
        Assert.Equal(
            $"Some ZeroMQ programs cannot follow the hub's values: 'tcp://127.0.0.1:{port}' cannot be used: another program listens there. "
            + "Free the port, or set clone.port or clone.enabled.",
            fixture.Text("/hub/trouble/clone"));
        taken.Stop();
        while (connector.Addresses.Count == 0)
        {
            fixture.Steps.Advance(CloneConnector.Pause);
            await Task.Yield();
        }
        await UntilAsync(() => fixture.Text("/hub/trouble/clone") is null);
        Assert.Equal((1, 2, 0, 1), (log.Count(12003), log.Count(12001), log.Count(12002), log.Count(12004)));
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Empty(connector.Addresses);
    }

    [Fact]
    public async Task A_configured_port_that_is_taken_keeps_the_hub_from_starting()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        string[] settings = ["clone.enabled=true", $"clone.port={((IPEndPoint)taken.LocalEndpoint).Port}", "clone.chp.enabled=false"];
        var refused = await Assert.ThrowsAsync<ListenException>(() => TestHub.StartAsync(settings: settings));
        Assert.Equal($"clone.port: 'tcp://{taken.LocalEndpoint}' cannot be used: another program listens there.", refused.Message);
    }

    [Fact]
    public async Task Snapshots_asked_for_in_one_go_come_one_after_the_other()
    {
        await using var hub = await StartAsync();
        await using var dealer = new ZmtpSocket(ZmtpSocketType.Dealer);
        dealer.Connect(hub.Get<CloneConnector>().Addresses[0]);
        for (var i = 0; i < 12; i++) await dealer.SendAsync(Frames.Of("ICANHAZ?", "/none/"), _stop);
        for (var i = 0; i < 12; i++) Assert.Equal("KTHXBAI", (await dealer.ReceiveAsync(_stop)).Text(0));
    }

    [Fact]
    public async Task A_program_too_many_is_told_and_not_each_time()
    {
        using var fixture = new DriverFixture();
        var log = new LogLines<CloneConnector>();
        var none = new CloneChpOptions { Enabled = false };
        var options = new CloneOptions { Listen = "tcp://127.0.0.1", Port = 0, MaxPeers = 1, Chp = none };
        var time = new ManualTime();
        var connector = new CloneConnector(options, AllowAll.Instance, new Troubles(fixture.Hub, new Readiness()), time, log);
        using var ending = new CancellationTokenSource();
        var running = connector.RunAsync(fixture.Hub, ending.Token);
        await connector.Opened.WaitAsync(_stop);
        var port = new Uri(connector.Addresses[0]).Port;
        using var first = new TcpClient();
        await first.ConnectAsync(IPAddress.Loopback, port, _stop);
        for (var i = 0; i < 5; i++) await CrowdAsync();
        Assert.Equal(1, log.Count(12014));
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        async Task CrowdAsync()
        {
            using var other = new TcpClient();
            await other.ConnectAsync(IPAddress.Loopback, port, _stop);
            Assert.Equal(0, await other.GetStream().ReadAsync(new byte[64], _stop));
            // The end of the connection comes before the line.
            await UntilAsync(() => log.Count(12014) == 1);
        }
    }

    [Fact]
    public async Task An_address_open_to_the_network_is_told()
    {
        using var fixture = new DriverFixture();
        var log = new LogLines<CloneConnector>();
        var options = new CloneOptions { Listen = "tcp://*", Port = 0, Chp = new CloneChpOptions { Enabled = false } };
        var troubles = new Troubles(fixture.Hub, new Readiness());
        var connector = new CloneConnector(options, AllowAll.Instance, troubles, TimeProvider.System, log);
        using var ending = new CancellationTokenSource();
        var running = connector.RunAsync(fixture.Hub, ending.Token);
        await connector.Opened.WaitAsync(_stop);
        Assert.Equal((1, 3, 0), (log.Count(12002), connector.Addresses.Count, connector.ChpAddresses.Count));
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task A_server_that_fails_is_started_again()
    {
        using var fixture = new DriverFixture(TimeProvider.System);
        var options = new CloneOptions { Port = 0, Chp = new CloneChpOptions { Port = 0 }, Listen = "tcp://127.0.0.1" };
        var connector = new CloneConnector(
            options, new Broken(), new Troubles(fixture.Hub, new Readiness()), fixture.Time, new LogLines<CloneConnector>());
        for (var run = 1; run <= 2; run++)
        {
            var running = connector.RunAsync(fixture.Hub, _stop);
            while (connector.Addresses.Count == 0) await Task.Yield();
            await using var push = new ZmtpSocket(ZmtpSocketType.Push);
            push.Connect(connector.Addresses[2]);
            await push.SendAsync(Frames.Of("/a", "\0\0\0\0", "1"), _stop);
            Assert.Equal("the rights are gone", (await Assert.ThrowsAsync<IOException>(() => running)).Message);
        }
    }

    [Theory]
    [InlineData("clone.listen=udp://127.0.0.1", "addresses without a port")]
    [InlineData("clone.listen=tcp://127.0.0.1:5515", "addresses without a port")]
    [InlineData("clone.listen=", "with commas between them")]
    [InlineData("clone.width=5", "expected 4 or 8")]
    [InlineData("clone.port=5557", "overlap")]
    [InlineData("clone.chp.port=70000", "70000")]
    [InlineData("clone.hide=[\"hub\"]", "expected beginnings of keys")]
    public void Settings_that_make_no_sense_are_told(string setting, string words)
    {
        var load = new SettingsSource("gatehouse.json", IsOptional: true, [setting]).Load(SettingsCatalog.Layout);
        Assert.Contains(words, Assert.Single(load.Problems).ToString(), StringComparison.Ordinal);
    }

    private static Task<TestHub> StartAsync() => TestHub.StartAsync(
        settings: ["clone.enabled=true", "clone.listen=tcp://127.0.0.1", "clone.port=0", "clone.chp.port=0", "history.enabled=false"]);

    private static KvServer ServerOf(TestHub hub, KvForm form)
    {
        var connector = hub.Get<CloneConnector>();
        var addresses = form == KvForm.Short ? connector.Addresses : connector.ChpAddresses;
        return new KvServer(addresses[0], addresses[1], addresses[2]);
    }

    private static long? Number(TestHub hub, string what) =>
        hub.Tree.Get($"/hub/clone/{what}") is { } entry && entry.Value.TryGetNumber(out var number) ? (long)number : null;

    private static async Task UntilAsync(Func<bool> wanted)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (!wanted())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begun) < TimeSpan.FromSeconds(60), "It does not come about.");
            // The tree wakes its watches on the pool, which looks that do nothing but yield would keep busy.
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }
    }

    /// <summary>Never confirms.</summary>
    private sealed class SlowOwner : IKeyOwner
    {
        private int _waiting;

        public string Name => "slow";

        public int Waiting => Volatile.Read(ref _waiting);

        public async ValueTask<WriteResult> WriteAsync(Change change, Origin origin, CancellationToken stop)
        {
            Interlocked.Increment(ref _waiting);
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
            }
            finally
            {
                Interlocked.Decrement(ref _waiting);
            }
            return default;
        }
    }

    /// <summary>Fails when it is asked whether somebody may write.</summary>
    private sealed class Broken : IAccess
    {
        public bool MayRead(Origin reader, Key key) => true;

        public bool MayWrite(Origin writer, Key key) => throw new IOException("the rights are gone");

        public bool MayCall(Origin caller, string service) => true;
    }
}
