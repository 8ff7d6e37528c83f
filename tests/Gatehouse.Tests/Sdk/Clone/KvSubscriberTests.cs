using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Gatehouse.Sdk;
using Gatehouse.Sdk.Clone;
using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp;
using Gatehouse.Tests.Sdk.Zmtp;

namespace Gatehouse.Tests.Sdk.Clone;

/// <summary>A subscriber at a server that says what the test wants, over real connections.</summary>
public sealed class KvSubscriberTests : IAsyncDisposable
{
    private readonly Sockets _sockets = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _sockets.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_has_what_the_server_has_and_follows(bool isFull)
    {
        var server = new KvServerSockets(_sockets, isFull);
        await using var client = Subscriber(new() { Servers = [server.Server], Form = isFull ? KvForm.Full : KvForm.Short });
        Assert.False(client.IsReady);
        await server.AnswerAsync(2, ("/a", "1"), ("/b", "text"));
        await client.WaitReadyAsync(Sockets.Patience, Stop);
        Assert.True(client.IsReady);
        Assert.Equal((2, Value.From(1), Value.From("text")), (client.Count, client.Get("/a"), client.Get("/b")));
        Assert.Null(client.Get("/c"));
        var watch = client.WatchAsync(stop: Stop).GetAsyncEnumerator(Stop);
        Assert.Equal(["/a=1", "/b=text"], new[] { await NextAsync(watch), await NextAsync(watch) }.Order(StringComparer.Ordinal));
        await server.PublishAsync("/a", 3, "2.50");
        Assert.Equal("/a=2.50", await NextAsync(watch));
        await server.PublishAsync("/b", 4, "");
        Assert.Equal("/b= deleted", await NextAsync(watch));
        await server.PublishAsync("/c", 5, """{"x": 1}""");
        Assert.Equal("""/c={"x": 1}""", await NextAsync(watch));
        Assert.Equal(["/a", "/c"], client.All().Select(e => e.Key));
        Assert.True(client.TryGet("/c", out var entry));
        Assert.Equal((5L, ValueKind.Json, 8), (entry.Sequence, entry.Value.Kind, entry.Body.Length));
        await watch.DisposeAsync();
        var counters = client.Counters;
        Assert.Equal((3L, 1L, 0L, 0L), (counters.Updates, counters.Snapshots, counters.Gaps + counters.Epochs, counters.Rejected));
    }

    [Fact]
    public async Task It_subscribes_to_its_part_and_to_heartbeats()
    {
        var server = new KvServerSockets(_sockets, isFull: true);
        await using var client = Subscriber(new() { Servers = [server.Server], Form = KvForm.Full, Subtree = "device" });
        Assert.Equal("/device/", client.Subtree);
        Assert.Equal(["\u0001/device/", "\u0001HUGZ"], [await server.SubscriptionAsync(), await server.SubscriptionAsync()]);
        Assert.Equal("/device/", (await server.AskedAsync()).Subtree);
    }

    [Fact]
    public async Task The_first_values_of_an_old_peer_without_pings_come_too()
    {
        await using var snapshots = _sockets.New(ZmtpSocketType.Router);
        var ask = snapshots.Bind("tcp://127.0.0.1:*");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var updates = $"tcp://{listener.LocalEndpoint}";
        await using var client = Subscriber(new() { Servers = [new KvServer(ask, updates, "tcp://127.0.0.1:1")] });
        using var peer = new RawPeer(await listener.AcceptSocketAsync(Stop));
        peer.Say(Wire.Hello("PUB", minor: 0));
        peer.Hear(64);
        peer.Hear(peer.Hear(2)[1]);
        // A peer of ZMTP 3.0 is told by a message.
        Assert.Equal([0, 1, 1], peer.Hear(3));
        var request = await Sockets.TakeAsync(snapshots);
        await Sockets.SendAsync(snapshots, Frames.Of([request[0].ToArray(), "KTHXBAI"u8.ToArray(), [0, 0, 0, 0], []]));
        peer.Say(Wire.Message("/a", "\0\0\0\x01", "1"));
        await foreach (var entry in client.WatchAsync(stop: Stop))
        {
            Assert.Equal(Value.From(1), entry.Value);
            break;
        }
    }

    [Fact]
    public async Task A_gap_is_told_and_healed()
    {
        var server = new KvServerSockets(_sockets);
        var notices = new ConcurrentQueue<KvNotice>();
        await using var client = Subscriber(new() { Servers = [server.Server] });
        client.Noticed += notices.Enqueue;
        await server.AnswerAsync(1, ("/a", "1"));
        await client.WaitReadyAsync(Sockets.Patience, Stop);
        await server.PublishAsync("/a", 3, "3");
        await server.AnswerAsync(3, ("/a", "3"), ("/b", "2"));
        await UntilAsync(() => client.Get("/b") is not null && notices.Count >= 3);
        Assert.Equal([KvNoticeKind.Ready, KvNoticeKind.Gap, KvNoticeKind.Ready], notices.Select(n => n.Kind));
        Assert.Equal($"{server.Server.Updates}: number 2 is missing", notices.ElementAt(1).Text);
        Assert.Equal(1, client.Counters.Gaps);
    }

    [Fact]
    public async Task A_publisher_that_was_restarted_is_followed_again_and_its_new_epoch_told()
    {
        var server = new KvServerSockets(_sockets);
        var notices = new ConcurrentQueue<KvNoticeKind>();
        await using var client = Subscriber(new() { Servers = [server.Server] });
        client.Noticed += notice => notices.Enqueue(notice.Kind);
        await server.AnswerAsync(7, ("/a", "1"), ("/b", "1"));
        await client.WaitReadyAsync(Sockets.Patience, Stop);
        await server.RestartUpdatesAsync();
        var (who, _) = await server.AskedAsync();
        Assert.False(client.IsReady);
        // What it had stays until the new snapshot is complete.
        Assert.Equal(2, client.Count);
        await server.ItemAsync(who, "/b", 1, "2");
        await server.ItemAsync(who, "KTHXBAI", 1, "");
        await client.WaitReadyAsync(Sockets.Patience, Stop);
        await UntilAsync(() => notices.Count == 4);
        Assert.Equal([KvNoticeKind.Ready, KvNoticeKind.Lost, KvNoticeKind.NewEpoch, KvNoticeKind.Ready], notices);
        Assert.Equal((1, Value.From(2)), (client.Count, client.Get("/b")));
        await server.PublishAsync("/b", 2, "3");
        await UntilAsync(() => client.Get("/b") == Value.From(3));
    }

    [Fact]
    public async Task The_second_server_takes_over_when_the_first_falls_silent_or_goes()
    {
        var (first, second) = (new KvServerSockets(_sockets, isFull: true), new KvServerSockets(_sockets, isFull: true));
        await using var client = Subscriber(new()
        {
            Servers = [first.Server, second.Server],
            Form = KvForm.Full,
            Silence = TimeSpan.FromMilliseconds(300),
        });
        await first.AnswerAsync(5, ("/a", "first"));
        // It says no more.
        await second.AnswerAsync(2, ("/a", "second"));
        await UntilAsync(() => client.Get("/a") == Value.From("second"));
        Assert.Equal(second.Server, client.Server);
        await second.Updates.DisposeAsync();
        await first.AnswerAsync(6, ("/a", "third"));
        await UntilAsync(() => client.Get("/a") == Value.From("third"));
        Assert.Equal((2L, 0L), (client.Counters.Failovers, client.Counters.Epochs));
    }

    [Fact]
    public async Task What_is_none_of_the_protocols_is_counted_and_harms_nobody()
    {
        var server = new KvServerSockets(_sockets);
        await using var client = Subscriber(new() { Servers = [server.Server] });
        var (who, _) = await server.AskedAsync();
        await Sockets.SendAsync(server.Snapshots, Frames.Of([who, "nonsense"u8.ToArray()]));
        await server.ItemAsync(who, "KTHXBAI", 0, "");
        await client.WaitReadyAsync(Sockets.Patience, Stop);
        await Sockets.SendAsync(server.Updates, Frames.Of("/a"));
        await Sockets.SendAsync(server.Updates, Frames.Of("/a", "12345", "1"));
        await server.PublishAsync("/a", 1, "1");
        await UntilAsync(() => client.Count == 1);
        Assert.Equal(3, client.Counters.Rejected);
    }

    [Fact]
    public async Task Where_nobody_listens_the_wait_ends_with_the_reason()
    {
        var server = new KvServerSockets(_sockets);
        await server.Updates.DisposeAsync();
        await using var client = Subscriber(new() { Servers = [server.Server] });
        var nobody = await Assert.ThrowsAsync<KvUnreachableException>(() => client.WaitReadyAsync(TimeSpan.FromMilliseconds(200), Stop));
        Assert.Equal((server.Server, "nobody listens there, or the name is not known"), (nobody.Server, nobody.Reason));
        var mute = new KvServerSockets(_sockets);
        await using var other = Subscriber(new() { Servers = [mute.Server] });
        await mute.AskedAsync();
        var silent = await Assert.ThrowsAsync<KvUnreachableException>(() => other.WaitReadyAsync(TimeSpan.FromMilliseconds(200), Stop));
        Assert.Contains("answers with no snapshot", silent.Message, StringComparison.Ordinal);
        var (wrong, address) = _sockets.Bound(ZmtpSocketType.Router);
        await using var third = Subscriber(new() { Servers = [new(address, address, address)] });
        await Sockets.UntilAsync(wrong, c => c.Faults.Count > 0);
        var router = await Assert.ThrowsAsync<KvUnreachableException>(() => third.WaitReadyAsync(TimeSpan.FromMilliseconds(500), Stop));
        Assert.Equal("what listens there does not publish", router.Reason);
    }

    [Fact]
    public async Task Disposing_ends_who_watches_and_who_waits()
    {
        var server = new KvServerSockets(_sockets);
        var client = Subscriber(new() { Servers = [server.Server] });
        var waiting = client.WaitReadyAsync(stop: Stop);
        var watching = client.WatchAsync(stop: Stop).ToListAsync(Stop).AsTask();
        var late = client.WatchAsync(stop: Stop);
        await client.DisposeAsync();
        await client.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
        Assert.Empty(await watching);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.WaitReadyAsync(stop: Stop));
        Assert.Throws<ObjectDisposedException>(() => client.WatchAsync(stop: Stop));
        Assert.Empty(await late.ToListAsync(Stop));
        using var gone = new CancellationTokenSource();
        await using var another = Subscriber(new() { Servers = [server.Server] });
        var stopped = another.WatchAsync(stop: gone.Token).ToListAsync(CancellationToken.None).AsTask();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stopped);
    }

    [Fact]
    public async Task What_a_listener_throws_comes_out_of_disposing()
    {
        var server = new KvServerSockets(_sockets);
        var client = Subscriber(new() { Servers = [server.Server] });
        var told = new TaskCompletionSource();
        client.Noticed += _ =>
        {
            told.SetResult();
            throw new InvalidOperationException("mine");
        };
        await server.AnswerAsync(1);
        await told.Task.WaitAsync(Sockets.Patience, TimeProvider.System, Stop);
        Assert.Equal("mine", (await Assert.ThrowsAsync<InvalidOperationException>(async () => await client.DisposeAsync())).Message);
    }

    [Fact]
    public void What_cannot_be_is_refused()
    {
        Assert.Throws<ZmtpException>(() => new KvSubscriberClient("tcp://127.0.0.1:65534"));
        Assert.Throws<ZmtpException>(() => new KvSubscriberClient("ipc:///tmp/x"));
        Assert.Throws<ZmtpException>(() => new KvSubscriberClient("here"));
        Assert.Throws<ArgumentException>(() => new KvSubscriberClient("tcp://127.0.0.1:5515", "a\0b"));
        Assert.Throws<ArgumentException>(() => new KvSubscriberClient(new KvSubscriberOptions { Servers = [] }));
        var server = KvServer.At("tcp://127.0.0.1:5515");
        Assert.Equal(new KvServer("tcp://127.0.0.1:5515", "tcp://127.0.0.1:5516", "tcp://127.0.0.1:5517"), server);
        Assert.Equal("tcp://[::1]:7", KvServer.At("tcp://[::1]:6").Updates);
        Assert.Throws<ArgumentException>(() => new KvSubscriberClient(new KvSubscriberOptions { Servers = [server, server, server] }));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new KvSubscriberClient(new KvSubscriberOptions { Servers = [server], Silence = TimeSpan.Zero }));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new KvSubscriberClient(new KvSubscriberOptions { Servers = [server], Form = (KvForm)9 }));
    }

    private static async Task<string> NextAsync(IAsyncEnumerator<KvEntry> watch)
    {
        Assert.True(await watch.MoveNextAsync().AsTask().WaitAsync(Sockets.Patience, TimeProvider.System, Stop));
        return $"{watch.Current.Key}={(watch.Current.IsDeleted ? " deleted" : watch.Current.Value)}";
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(Sockets.Patience, TimeProvider.System);
        while (!condition())
        {
            Assert.False(patience.IsCancellationRequested);
            await Task.Yield();
        }
    }

    private KvSubscriberClient Subscriber(KvSubscriberOptions options) => new(options with { Loop = _sockets.Loop });
}
