using System.ComponentModel;
using System.Diagnostics;
using System.Net.Sockets;
using Gatehouse.Sdk.Io;

namespace Gatehouse.Tests.Sdk.Io;

public sealed class PollerTests
{
    public static TheoryData<string> Pollers => LoopPairs.Pollers;

    [Fact]
    public void The_self_test_tells_how_the_kernel_lays_an_event_out()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "epoll is Linux's");
        using var right = EpollPoller.TryCreate();
        Assert.NotNull(right);
        var isPacked = EpollPoller.Layout.OfThisProcessor == EpollPoller.Layout.Packed;
        Assert.Null(EpollPoller.TryCreate(isPacked ? EpollPoller.Layout.Natural : EpollPoller.Layout.Packed));
    }

    [Theory]
    [MemberData(nameof(Pollers))]
    public async Task A_wait_lasts_as_long_as_asked_or_until_somebody_wakes_it(string name)
    {
        using var poller = LoopPairs.Poller(name);
        var ready = new Readiness[4];
        var watch = Stopwatch.StartNew();
        Assert.Equal(0, poller.Wait(ready, 0));
        Assert.Equal(0, poller.Wait(ready, 30));
        Assert.True(watch.ElapsedMilliseconds >= 29, "it did not wait");
        poller.Wake();
        poller.Wake();
        Assert.Equal(0, poller.Wait(ready, -1));
        var waker = Task.Run(poller.Wake, TestContext.Current.CancellationToken);
        Assert.Equal(0, poller.Wait(ready, -1));
        await waker;
    }

    [Theory]
    [MemberData(nameof(Pollers))]
    public void More_ready_sockets_than_there_is_room_for_come_with_the_next_waits(string name)
    {
        using var poller = LoopPairs.Poller(name);
        var pairs = Enumerable.Range(0, 10).Select(_ => LoopPairs.Connected()).ToList();
        for (var i = 0; i < pairs.Count; i++)
        {
            pairs[i].Far.Send("a"u8);
            poller.Add(pairs[i].Near, i, Interest.Read);
        }

        var seen = new HashSet<long>();
        var ready = new Readiness[3];
        while (seen.Count < pairs.Count)
        {
            var count = poller.Wait(ready, 20_000);
            Assert.InRange(count, 1, 3);
            foreach (var item in ready.AsSpan(0, count))
            {
                Assert.Equal(Interest.Read, item.Seen);
                if (seen.Add(item.Token)) poller.Remove(pairs[(int)item.Token].Near);
            }
        }

        foreach (var (near, far) in pairs)
        {
            near.Dispose();
            far.Dispose();
        }
    }

    [Fact]
    public void A_socket_cannot_be_added_twice()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "epoll is Linux's");
        using var loop = LoopPairs.Loop("epoll");
        var (near, far) = LoopPairs.Connected();
        using (near)
        using (far)
        {
            loop.On(() => loop.Register(near, new Handler(_ => { }), Interest.None));
            Assert.Throws<Win32Exception>(() => loop.On(() => loop.Register(near, new Handler(_ => { }), Interest.None)));
        }
    }

    [Theory]
    [MemberData(nameof(Pollers))]
    public void Waking_one_that_has_ended_does_nothing(string name)
    {
        var poller = LoopPairs.Poller(name);
        poller.Dispose();
        poller.Wake();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Sockets_say_what_is_the_matter_without_throwing(bool isPortable)
    {
        var (near, far) = LoopPairs.Connected();
        using var socket = new LoopSocket(near, isPortable);
        var buffer = new byte[16];
        Assert.Equal((0, SocketError.WouldBlock), (socket.Receive(buffer, out var error), error));
        far.Send("abc"u8);
        near.Poll(LoopPairs.Patience, SelectMode.SelectRead);
        Assert.Equal((3, SocketError.Success), (socket.Receive(buffer, out error), error));
        var much = new byte[1 << 20];
        long sent = 0;
        while (socket.Send(much, out error) is var count && error == SocketError.Success) sent += count;
        Assert.Equal(SocketError.WouldBlock, error);
        Assert.True(sent > 0);
        far.LingerState = new LingerOption(true, 0);
        far.Dispose();
        near.Poll(LoopPairs.Patience, SelectMode.SelectRead);
        Assert.Equal((0, SocketError.ConnectionReset), (socket.Receive(buffer, out error), error));
        socket.Send(much, out error);
        Assert.True(error is SocketError.ConnectionReset or SocketError.Shutdown, error.ToString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_peer_that_has_ended_is_nothing_with_success(bool isPortable)
    {
        var (near, far) = LoopPairs.Connected();
        using var socket = new LoopSocket(near, isPortable);
        far.Dispose();
        near.Poll(LoopPairs.Patience, SelectMode.SelectRead);
        Assert.Equal((0, SocketError.Success), (socket.Receive(new byte[1], out var error), error));
    }

    [Fact]
    public void Pooled_bytes_come_out_as_they_went_in()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            var expected = new List<byte>();
            var buffer = default(PooledBuffer);
            for (var step = 0; step < 200; step++)
            {
                var bytes = new byte[random.Next(random.Next(20) == 0 ? 300_000 : 2000)];
                random.NextBytes(bytes);
                buffer.Append(bytes);
                expected.AddRange(bytes);
                Assert.True(buffer.Span.SequenceEqual(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(expected)));
                var taken = random.Next(10) == 0 ? buffer.Count : random.Next(buffer.Count + 1);
                expected.RemoveRange(0, taken);
                buffer.Advance(taken);
                Assert.Equal(expected.Count, buffer.Count);
            }

            buffer.Release();
            Assert.Equal(0, buffer.Count);
        }
    }
}
