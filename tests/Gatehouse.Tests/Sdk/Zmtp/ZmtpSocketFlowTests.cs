using Gatehouse.Sdk;
using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp;
using static Gatehouse.Tests.Sdk.Zmtp.Sockets;

namespace Gatehouse.Tests.Sdk.Zmtp;

/// <summary>What waits, for how much, who goes without, and what survives: marks, cancellation, lost peers, the end.</summary>
public sealed class ZmtpSocketFlowTests
{
    private static readonly byte[] Block = new byte[64 * 1024];

    // So many blocks are more than the system keeps between two sockets.
    private const int Many = 1000;

    [Fact]
    public async Task A_send_waits_for_the_first_peer()
    {
        await using var sockets = new Sockets();
        var push = sockets.New(ZmtpSocketType.Push);
        Task[] sends = [.. Enumerable.Range(0, 5).Select(i => SendAsync(push, Frames.Of($"{i}")))];
        Assert.All(sends, send => Assert.False(send.IsCompleted));
        Assert.False(push.TrySend(Frames.Of("overtaking")));
        var (pull, address) = sockets.Bound(ZmtpSocketType.Pull);
        push.Connect(address);
        foreach (var send in sends) await send;
        for (var i = 0; i < 5; i++) Assert.Equal([$"{i}"], await ReceiveAsync(pull));
    }

    [Fact]
    public async Task A_sender_waits_at_the_mark_and_goes_on_without_loss()
    {
        await using var sockets = new Sockets();
        var (pull, address) = sockets.Bound(ZmtpSocketType.Pull, o => o with { ReceiveMessages = 4 });
        var push = sockets.Connected(ZmtpSocketType.Push, address, o => o with { SendLimit = 256 * 1024 });
        await UntilAsync(push, c => c.Peers == 1);
        Task[] sends = [.. Enumerable.Range(0, Many).Select(i => SendAsync(push, Numbered(i)))];
        await UntilAsync(pull, c => c.WaitingMessages == 4);
        Assert.InRange(push.Counters.WaitingBytes, 1, 256 * 1024);
        Assert.False(sends[^1].IsCompleted);
        for (var i = 0; i < Many; i++)
        {
            using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
            Assert.Equal(i, BitConverter.ToInt32((await pull.ReceiveAsync(patience.Token).AsTask())[0].Span));
        }

        await Task.WhenAll(sends);
        await UntilAsync(push, c => c.WaitingBytes == 0);
    }

    [Fact]
    public async Task A_cancelled_wait_takes_nothing_along()
    {
        await using var sockets = new Sockets();
        var (pull, address) = sockets.Bound(ZmtpSocketType.Pull);
        var push = sockets.New(ZmtpSocketType.Push);
        using var stop = new CancellationTokenSource();
        var first = SendAsync(push, Frames.Of("1"));
        Task[] sends = [first, push.SendAsync(Frames.Of("2"), stop.Token).AsTask(), SendAsync(push, Frames.Of("3"))];
        var receives = new[] { pull.ReceiveAsync(stop.Token).AsTask(), TakeAsync(pull), pull.ReceiveAsync(stop.Token).AsTask() };
        await stop.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await sends[1]);
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await receives[0]);
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await receives[2]);
        await Assert.ThrowsAsync<TaskCanceledException>(async () => await push.SendAsync(Frames.Of("4"), stop.Token).AsTask());
        await Assert.ThrowsAsync<TaskCanceledException>(async () => await pull.ReceiveAsync(stop.Token).AsTask());
        push.Connect(address);
        await sends[0];
        await sends[2];
        Assert.Equal(["1"], Texts(await receives[1]));
        Assert.Equal(["3"], await ReceiveAsync(pull));
    }

    [Fact]
    public async Task Cancelling_at_any_moment_loses_no_message()
    {
        await using var sockets = new Sockets();
        var (pull, address) = sockets.Bound(ZmtpSocketType.Pull);
        var push = sockets.Connected(ZmtpSocketType.Push, address);
        const int Count = 20_000;
        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < Count; i++) await SendAsync(push, Frames.Of(BitConverter.GetBytes(i)));
        }, CancellationToken.None);
        var cancelled = 0;
        for (var next = 0; next < Count;)
        {
            using var stop = new CancellationTokenSource();
            var receive = pull.ReceiveAsync(stop.Token).AsTask();
            var cancelling = receive.IsCompleted ? Task.CompletedTask : Task.Run(stop.Cancel, CancellationToken.None);
            try
            {
                Assert.Equal(next, BitConverter.ToInt32((await receive)[0].Span));
                next++;
            }
            catch (OperationCanceledException)
            {
                cancelled++;
            }

            await cancelling;
        }

        await sending;
        Assert.True(cancelled > 0);
        Assert.False(pull.TryReceive(out _));
    }

    [Fact]
    public async Task A_slow_subscriber_goes_without_whole_messages_and_others_get_all()
    {
        await using var sockets = new Sockets();
        var (pub, address) = sockets.Bound(ZmtpSocketType.XPub, o => o with { SendLimit = 512 * 1024 });
        var slow = sockets.New(ZmtpSocketType.Sub, o => o with { ReceiveMessages = 2 });
        slow.Subscribe("");
        slow.Connect(address);
        Assert.Equal(["\u0001"], await ReceiveAsync(pub));
        var quick = sockets.New(ZmtpSocketType.Sub);
        quick.Subscribe("");
        // A topic of its own, told behind the other one.
        quick.Subscribe("quick");
        quick.Connect(address);
        Assert.Equal(["\u0001quick"], await ReceiveAsync(pub));
        var (sent, before) = (0, pub.Counters.PeerFull);
        for (; pub.Counters.PeerFull == before || sent < 200; sent++)
        {
            await SendAsync(pub, Numbered(sent));
            Assert.Equal(sent, Number(await TakeAsync(quick)));
        }

        var (last, lost) = (-1, 0);
        await SendAsync(pub, Numbered(sent));
        while (last < sent)
        {
            Frames message;
            while (!slow.TryReceive(out message))
            {
                // The very last one may have been dropped as well: send until it gets one.
                if (pub.Counters.WaitingBytes == 0 && slow.Counters.WaitingMessages == 0) await SendAsync(pub, Numbered(++sent));
                await Task.Yield();
            }

            Assert.Equal(4 + Block.Length, message.Size);
            var number = Number(message);
            lost += number - last - 1;
            last = number;
        }

        Assert.True(lost > 0);
        Assert.Equal(lost, pub.Counters.PeerFull - before);
    }

    [Fact]
    public async Task A_router_drops_what_nobody_can_take_unless_routing_is_mandatory()
    {
        await using var sockets = new Sockets();
        var (router, _) = sockets.Bound(ZmtpSocketType.Router);
        await SendAsync(router, Frames.Of("nobody", "x"));
        Assert.Equal(1, router.Counters.NoPeer);

        var (strict, address) = sockets.Bound(ZmtpSocketType.Router, o => o with { MandatoryRouting = true, SendLimit = 256 * 1024 });
        var error = await Assert.ThrowsAsync<ZmtpPeerException>(async () => await SendAsync(strict, Frames.Of("nobody", "x")));
        Assert.Contains("'nobody'", error.Message);
        Assert.Contains("'00FF'", Assert.Throws<ZmtpPeerException>(() => strict.TrySend(Frames.Of([[0, 255], []]))).Message);

        var full = sockets.Connected(ZmtpSocketType.Dealer, address, o => o with { Identity = "full"u8.ToArray(), ReceiveMessages = 1 });
        var free = sockets.Connected(ZmtpSocketType.Dealer, address, o => o with { Identity = "free"u8.ToArray() });
        await UntilAsync(strict, c => c.Peers == 2);
        var waiting = SendMany(strict);
        var behind = SendAsync(strict, Frames.Of("full", "behind"));
        Assert.False(behind.IsCompleted);
        Assert.False(strict.TrySend(Frames.Of("full", "overtaking")));
        await SendAsync(strict, Frames.Of("free", "passes"));
        Assert.Equal(["passes"], await ReceiveAsync(free));
        for (var i = 0; i < Many; i++) Assert.Equal(Block.Length, (await TakeAsync(full)).Size);
        await waiting;
        await behind;
        Assert.Equal(["behind"], await ReceiveAsync(full));
    }

    [Fact]
    public async Task Who_waits_for_a_peer_that_goes_is_told()
    {
        await using var sockets = new Sockets();
        var (router, address) = sockets.Bound(ZmtpSocketType.Router, o => o with { MandatoryRouting = true, SendLimit = 256 * 1024 });
        var full = sockets.Connected(ZmtpSocketType.Dealer, address, o => o with { Identity = "full"u8.ToArray(), ReceiveMessages = 1 });
        await UntilAsync(router, c => c.Peers == 1);
        var waiting = SendMany(router);
        await full.DisposeAsync();
        await Assert.ThrowsAsync<ZmtpPeerException>(async () => await waiting);
    }

    [Fact]
    public async Task What_a_lost_peer_was_not_given_goes_to_the_next()
    {
        await using var sockets = new Sockets();
        var push = sockets.New(ZmtpSocketType.Push);
        var (first, address) = sockets.Bound(ZmtpSocketType.Pull);
        push.Connect(address);
        await UntilAsync(push, c => c.Peers == 1);
        using var standstill = new ManualResetEventSlim();
        sockets.Loop.Post(standstill.Wait);
        sockets.Loop.Post(() => push.Endpoint.Peers[0].Close(ZmtpFault.Dropped));
        // The loop stands still: it finds the connection closed when it comes to give it these.
        for (var i = 0; i < 10; i++) Assert.True(push.TrySend(Frames.Of($"{i}")));
        standstill.Set();
        for (var i = 0; i < 10; i++) Assert.Equal([$"{i}"], await ReceiveAsync(first));
        Assert.Equal(0, push.Counters.PeerGone);
    }

    [Fact]
    public async Task Disposing_sends_what_waits()
    {
        await using var sockets = new Sockets();
        var (pull, address) = sockets.Bound(ZmtpSocketType.Pull);
        var push = sockets.Connected(ZmtpSocketType.Push, address, o => o with { Linger = Patience });
        await UntilAsync(push, c => c.Peers == 1);
        for (var i = 0; i < 200; i++) Assert.True(push.TrySend(Numbered(i)));
        var end = push.DisposeAsync();
        for (var i = 0; i < 200; i++) Assert.Equal(i, Number(await TakeAsync(pull)));
        await end;
        await push.DisposeAsync();
    }

    [Fact]
    public async Task Disposing_ends_all_that_waits()
    {
        await using var sockets = new Sockets();
        var dealer = sockets.New(ZmtpSocketType.Dealer);
        var (send, receive) = (SendAsync(dealer, Frames.Of("x")), TakeAsync(dealer));
        var reading = Task.Run(async () =>
        {
            await foreach (var _ in dealer.ReadAllAsync(CancellationToken.None)) { }
        }, CancellationToken.None);
        await dealer.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => send);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => receive);
        await reading.WaitAsync(Patience, TimeProvider.System, CancellationToken.None);
    }

    [Fact]
    public async Task Peers_are_received_from_in_turn_and_a_flood_stops_at_its_own_mark()
    {
        await using var sockets = new Sockets();
        var (pull, address) = sockets.Bound(ZmtpSocketType.Pull, o => o with { ReceiveMessages = 100 });
        var flood = sockets.Connected(ZmtpSocketType.Push, address);
        await UntilAsync(flood, c => c.Peers == 1);
        for (var i = 0; i < 10_000; i++) Assert.True(flood.TrySend(Frames.Of("flood")));
        await UntilAsync(pull, c => c.WaitingMessages == 100);
        var calm = sockets.Connected(ZmtpSocketType.Push, address);
        await SendAsync(calm, Frames.Of("calm"));
        await UntilAsync(pull, c => c.WaitingMessages == 101);
        Assert.Contains("calm", new[] { (await ReceiveAsync(pull))[0], (await ReceiveAsync(pull))[0] });
        for (var i = 1; i < 10_000; i++) Assert.Equal(["flood"], await ReceiveAsync(pull));
    }

    [Fact]
    public async Task Bytes_that_wait_to_be_received_are_bounded_too()
    {
        await using var sockets = new Sockets();
        var (pull, address) = sockets.Bound(ZmtpSocketType.Pull, o => o with { ReceiveLimit = 5 * Block.Length });
        var push = sockets.Connected(ZmtpSocketType.Push, address);
        await UntilAsync(push, c => c.Peers == 1);
        for (var i = 0; i < 200; i++) Assert.True(push.TrySend(Numbered(i)));
        await UntilAsync(pull, c => c.WaitingMessages == 5);
        for (var i = 0; i < 200; i++) Assert.Equal(i, Number(await TakeAsync(pull)));
    }

    [Fact]
    public async Task A_peer_with_too_many_subscriptions_is_dropped()
    {
        await using var sockets = new Sockets();
        var (pub, address) = sockets.Bound(ZmtpSocketType.Pub, o => o with { SubscriptionLimit = 128 * 100 });
        var sub = sockets.New(ZmtpSocketType.Sub, o => o with { ReconnectDelay = TimeSpan.FromMinutes(1) });
        for (var i = 0; i < 100; i++) sub.Subscribe($"{i}");
        sub.Connect(address);
        await UntilAsync(pub, c => c.Faults.ContainsKey("Dropped"));
        await UntilAsync(pub, c => c.Peers == 0);
    }

    [Fact]
    public async Task A_socket_whose_program_does_not_receive_is_not_taken_for_silent()
    {
        await using var sockets = new Sockets();
        var beat = TimeSpan.FromMilliseconds(50);
        var (pull, address) = sockets.Bound(
            ZmtpSocketType.Pull, o => o with { ReceiveMessages = 1, HeartbeatInterval = beat, HeartbeatTimeout = beat });
        var push = sockets.Connected(ZmtpSocketType.Push, address);
        await UntilAsync(push, c => c.Peers == 1);
        for (var i = 0; i < 3; i++) Assert.True(push.TrySend(Frames.Of($"{i}")));
        await UntilAsync(pull, c => c.WaitingMessages == 1);
        await UntilAsync(pull, c => c.BytesOut > 64 + 40 + (8 * 9));
        Assert.Equal(1, pull.Counters.Peers);
        for (var i = 0; i < 3; i++) Assert.Equal([$"{i}"], await ReceiveAsync(pull));
        Assert.Equal(1, pull.Counters.Accepted);
    }

    [Fact]
    public async Task The_program_s_side_of_a_message_allocates_nothing()
    {
        await using var sockets = new Sockets();
        var (pull, address) = sockets.Bound(ZmtpSocketType.Pull);
        var push = sockets.Connected(ZmtpSocketType.Push, address);
        await UntilAsync(push, c => c.Peers == 1);
        var message = Frames.Of("x");
        var allocated = long.MaxValue;
        // The first rounds let queues grow and code be compiled.
        for (var round = 0; round < 20 && allocated > 0; round++)
        {
            allocated = Send(push, message);
            await UntilAsync(pull, c => c.WaitingMessages == 1000);
            allocated += Receive(pull);
        }

        Assert.Equal(0, allocated);

        static long Send(ZmtpSocket push, in Frames message)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 1000; i++)
            {
                if (!push.TrySend(message)) return long.MaxValue / 2;
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        static long Receive(ZmtpSocket pull)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            while (pull.TryReceive(out _)) { }
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Fact]
    public async Task An_address_is_listened_at_and_connected_to_until_told_otherwise()
    {
        await using var sockets = new Sockets();
        var path = Path.Combine(Path.GetTempPath(), $"gatehouse-{Guid.NewGuid():n}.sock");
        var pull = sockets.New(ZmtpSocketType.Pull);
        Assert.Equal($"ipc://{path}", pull.Bind($"ipc://{path}"));
        var push = sockets.Connected(ZmtpSocketType.Push, $"ipc://{path}");
        await SendAsync(push, Frames.Of("by file"));
        Assert.Equal(["by file"], await ReceiveAsync(pull));
        Assert.True(await pull.UnbindAsync($"ipc://{path}"));
        Assert.False(await pull.UnbindAsync($"ipc://{path}"));
        Assert.False(File.Exists(path));
        Assert.Equal(1, pull.Counters.Peers);
        Assert.True(await push.DisconnectAsync($"ipc://{path}"));
        Assert.False(await push.DisconnectAsync($"ipc://{path}"));
        await UntilAsync(pull, c => c.Peers == 0);
    }

    private static Frames Numbered(int number) => Frames.Of([BitConverter.GetBytes(number), Block]);

    private static int Number(in Frames message) => BitConverter.ToInt32(message[0].Span);

    private static Task SendMany(ZmtpSocket router) =>
        Task.WhenAll(Enumerable.Range(0, Many).Select(_ => SendAsync(router, Frames.Of(["full"u8.ToArray(), Block]))));
}
