using System.Threading.Channels;
using Gatehouse.Sdk.Io;
using Gatehouse.Sdk.Majordomo;
using Gatehouse.Sdk.Values;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Sdk.Majordomo;

/// <summary>The client that answers to callbacks.</summary>
public sealed class RaspyClientTests
{
    private readonly Channel<MdpResult> _told = Channel.CreateUnbounded<MdpResult>();

    [Fact]
    public async Task What_is_sent_is_answered_to_its_callback()
    {
        await using var broker = new ScriptedBroker();
        await using var client = Client(broker);
        client.Send(RaspyClient.RoutingKey("localhost", "core"), Frames.Of("status"), Tell);
        var request = await broker.ReceiveAsync();
        Assert.Equal(["", "MDPC01", "localhost.core", "status"], request.Text);
        broker.Reply(request, "200");
        var result = await ToldAsync();
        Assert.True(result.IsOk);
        Assert.Equal(["200"], MdpClientTests.Texts(result.Frames));
    }

    [Fact]
    public async Task What_is_not_answered_is_told_too()
    {
        var time = new ManualTime();
        using var loop = new IoLoop("client-under-test", time);
        await using var broker = new ScriptedBroker();
        await using var client = Client(broker, new() { Loop = loop, Deadline = TimeSpan.FromMinutes(1) });
        client.Send("slow", Frames.None, Tell);
        await broker.ReceiveAsync();
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(MdpOutcome.Timeout, (await ToldAsync()).Outcome);
        client.Send("slow", Frames.None, Tell, TimeSpan.FromHours(1));
        await time.RunUntilAsync(broker.ReceiveAsync());
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(MdpOutcome.Timeout, (await ToldAsync()).Outcome);
    }

    [Fact]
    public async Task Callbacks_come_one_after_the_other()
    {
        await using var broker = Answering();
        await using var client = Client(broker);
        var (inside, most, told) = (0, 0, 0);
        var all = new TaskCompletionSource();
        for (var i = 0; i < 500; i++)
        {
            client.Send("x", Frames.None, result =>
            {
                most = Math.Max(most, Interlocked.Increment(ref inside));
                Assert.True(result.IsOk);
                Interlocked.Decrement(ref inside);
                if (++told == 500) all.SetResult();
            });
        }
        await all.Task;
        Assert.Equal((1, 0), (most, client.Failures));
        await client.DisposeAsync();
        Assert.Equal(0, client.Pending);
    }

    [Fact]
    public async Task A_callback_that_throws_is_told_and_the_next_one_comes()
    {
        await using var broker = Answering();
        await using var client = Client(broker);
        var failed = new TaskCompletionSource<Exception>();
        client.Failed += failed.SetResult;
        client.Send("x", Frames.None, _ => throw new FormatException("mine"));
        Assert.Equal("mine", (await failed.Task).Message);
        client.Send("x", Frames.None, Tell);
        Assert.True((await ToldAsync()).IsOk);
        Assert.Equal(1, client.Failures);
    }

    [Fact]
    public async Task What_is_told_of_a_failure_and_throws_comes_out_at_the_end()
    {
        await using var broker = Answering();
        var client = Client(broker);
        var failed = new TaskCompletionSource();
        client.Failed += _ =>
        {
            failed.SetResult();
            throw new NotFiniteNumberException();
        };
        client.Send("x", Frames.None, _ => throw new FormatException());
        await failed.Task;
        await Assert.ThrowsAsync<NotFiniteNumberException>(async () => await client.DisposeAsync());
        Assert.Throws<ObjectDisposedException>(() => client.Send("x", Frames.None, Tell));
    }

    [Fact]
    public async Task Disposing_tells_those_that_wait()
    {
        await using var broker = new ScriptedBroker();
        var client = Client(broker);
        client.Send("x", Frames.None, Tell);
        await broker.ReceiveAsync();
        Assert.Equal(1, client.Pending);
        await client.DisposeAsync();
        Assert.Equal(MdpOutcome.ConnectionLost, (await ToldAsync()).Outcome);
        Assert.Equal(0, client.Pending);
        Assert.Throws<ObjectDisposedException>(() => client.Send("x", Frames.None, Tell));
    }

    [Fact]
    public async Task Where_nothing_is_said_it_is_this_machine_and_the_usual_port()
    {
        await using var client = new RaspyClient();
        Assert.Equal("tcp://127.0.0.1:5514", client.Client.Address);
        await using var six = new RaspyClient("::1", 15514);
        Assert.Equal("tcp://[::1]:15514", six.Client.Address);
        Assert.Throws<ArgumentNullException>(() => client.Send("x", Frames.None, null!));
        Assert.Throws<ArgumentException>(() => client.Send("", Frames.None, Tell));
        Assert.Throws<ArgumentException>(() => client.Send("a\0", Frames.None, Tell));
    }

    private static ScriptedBroker Answering() =>
        new() { Answer = static (peer, _) => peer.Write(ScriptedBroker.Of("", "MDPC01", "x", "y")) };

    private static RaspyClient Client(ScriptedBroker broker, MdpClientOptions? options = null) =>
        new("127.0.0.1", new Uri(broker.Address).Port, options);

    private void Tell(MdpResult result) => _told.Writer.TryWrite(result);

    private Task<MdpResult> ToldAsync() => _told.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask()
        .WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);
}
