using Gatehouse.Sdk.Clone;
using Gatehouse.Sdk.Values;
using Gatehouse.Tests.Sdk.Zmtp;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Sdk.Clone;

/// <summary>What a publisher sends, byte by byte, and whom it waits for.</summary>
public sealed class KvPublisherTests : IAsyncDisposable
{
    private readonly Sockets _sockets = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _sockets.DisposeAsync();

    [Theory]
    [InlineData("", "/")]
    [InlineData("/", "/")]
    [InlineData("subtree", "/subtree/")]
    [InlineData("/a/b", "/a/b/")]
    [InlineData("a/", "/a/")]
    public async Task In_three_frames_it_sends_as_RasPys_client_does(string subtree, string normal)
    {
        var server = new KvServerSockets(_sockets);
        await using var client = Publisher(new() { Servers = [server.Server], Subtree = subtree });
        Assert.Equal(normal, client.Subtree);
        await client.SetAsync("key", 21.5, stop: Stop);
        await client.SetAsync("x/y", "text", stop: Stop);
        await client.SetBytesAsync("raw", new byte[] { 0, 255 }, stop: Stop);
        await client.DeleteAsync("key", Stop);
        Assert.Equal([normal + "key", "\0\0\0\0", "21.5"], await Sockets.ReceiveAsync(server.Collector));
        Assert.Equal([normal + "x/y", "\0\0\0\0", "text"], await Sockets.ReceiveAsync(server.Collector));
        Assert.Equal([0, 255], (await Sockets.TakeAsync(server.Collector))[2].ToArray());
        Assert.Equal([normal + "key", "\0\0\0\0", ""], await Sockets.ReceiveAsync(server.Collector));
        await Assert.ThrowsAsync<NotSupportedException>(async () => await client.SetAsync("key", 1, TimeSpan.FromSeconds(1), Stop));
    }

    [Fact]
    public async Task In_five_frames_each_message_has_a_uuid_and_may_live_for_a_time()
    {
        var server = new KvServerSockets(_sockets);
        await using var client = Publisher(new() { Servers = [server.Server], Subtree = "s", Form = KvForm.Full });
        await client.SetAsync("a", true, TimeSpan.FromSeconds(1.5), Stop);
        await client.SetAsync("a", Value.Null, stop: Stop);
        var first = await Sockets.TakeAsync(server.Collector);
        Assert.Equal(("/s/a", 8, 16, "ttl=1.5\n", "true"), (first.Text(0), first[1].Length, first[2].Length, first.Text(3), first.Text(4)));
        Assert.Equal(KvFault.None, KvMessage.TryRead(first, out var kv));
        Assert.Equal((KvForm.Full, 0L), (kv.Form, kv.Sequence));
        var second = await Sockets.TakeAsync(server.Collector);
        Assert.Equal(("", "null"), (second.Text(3), second.Text(4)));
        Assert.NotEqual(first[2].ToArray(), second[2].ToArray());
    }

    [Fact]
    public async Task Two_servers_are_both_told_from_the_first_value_on()
    {
        var (first, second) = (new KvServerSockets(_sockets, true, takesPub: true), new KvServerSockets(_sockets, true, takesPub: true));
        await using var client = Publisher(new()
        {
            Servers = [first.Server, second.Server],
            Form = KvForm.Full,
            JoinTimeout = TimeSpan.FromHours(1),
        });
        for (var i = 0; i < 100; i++) await client.SetAsync("a", i, stop: Stop);
        for (var i = 0; i < 100; i++)
        {
            var (one, two) = (await Sockets.TakeAsync(first.Collector), await Sockets.TakeAsync(second.Collector));
            Assert.Equal(($"{i}", $"{i}"), (one.Text(4), two.Text(4)));
            Assert.Equal(one[2].ToArray(), two[2].ToArray());
        }
        Assert.Equal(0, client.Missed);
        await client.WaitReadyAsync(Stop);
        await second.Collector.DisposeAsync();
        await Sockets.UntilAsync(first.Collector, _ => client.Missed > 0 || SetOne(client));
        Assert.Equal("more", (await Sockets.TakeAsync(first.Collector)).Text(4));
    }

    [Fact]
    public async Task The_second_server_is_not_waited_for_longer_than_the_first_value_may()
    {
        var time = new ManualTime();
        var first = new KvServerSockets(_sockets, true, takesPub: true);
        var absent = new KvServer("tcp://127.0.0.1:1", "tcp://127.0.0.1:1", "tcp://127.0.0.1:1");
        await using var client = Publisher(new() { Servers = [first.Server, absent], Form = KvForm.Full, Time = time });
        var set = client.SetAsync("a", 1, stop: Stop).AsTask();
        await Sockets.UntilAsync(first.Collector, _ => time.Waiting == 1);
        Assert.False(set.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        await set;
        Assert.Equal("1", (await Sockets.TakeAsync(first.Collector)).Text(4));
        Assert.Equal(1, client.Missed);
    }

    [Fact]
    public async Task While_no_server_is_there_it_waits_and_can_be_stopped()
    {
        var server = new KvServerSockets(_sockets, true, takesPub: true);
        await server.Collector.DisposeAsync();
        var client = Publisher(new() { Servers = [server.Server], UsesPub = true });
        using var stop = new CancellationTokenSource();
        var given = client.SetAsync("a", 1, stop: stop.Token).AsTask();
        var waiting = client.SetAsync("a", 1, stop: Stop).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        Assert.False(waiting.IsCompleted);
        await client.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
    }

    [Fact]
    public async Task What_cannot_be_a_name_or_a_value_is_refused()
    {
        var server = new KvServerSockets(_sockets);
        await using var client = Publisher(new() { Servers = [server.Server], Form = KvForm.Full });
        foreach (var name in (string[])["", "/a", "a\0b", new string('k', 1025)])
        {
            await Assert.ThrowsAsync<ArgumentException>(async () => await client.SetAsync(name, 1, stop: Stop));
            await Assert.ThrowsAsync<ArgumentException>(async () => await client.DeleteAsync(name, Stop));
        }
        await Assert.ThrowsAsync<ArgumentException>(async () => await client.SetAsync("a", "", stop: Stop));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await client.SetAsync("a", 1, TimeSpan.Zero, Stop));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new KvPublisherClient(new KvPublisherOptions { Servers = [server.Server], JoinTimeout = TimeSpan.FromSeconds(-1) }));
        Assert.Throws<ArgumentException>(() => new KvPublisherClient("tcp://127.0.0.1:5515", "a\nb"));
    }

    private static bool SetOne(KvPublisherClient client)
    {
        var set = client.SetAsync("a", "more", stop: Stop);
        Assert.True(set.IsCompletedSuccessfully);
        return false;
    }

    private KvPublisherClient Publisher(KvPublisherOptions options) => new(options with { Loop = _sockets.Loop });
}
