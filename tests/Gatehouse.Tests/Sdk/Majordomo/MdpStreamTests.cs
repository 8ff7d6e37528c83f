using Gatehouse.Sdk;
using Gatehouse.Sdk.Majordomo;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Tests.Sdk.Majordomo;

/// <summary>Replies that come in parts and are read one by one.</summary>
public sealed class MdpStreamTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Parts_come_as_they_are_sent_and_the_last_is_marked()
    {
        await using var broker = new ScriptedBroker();
        await using var client = Client(broker);
        await using var parts = client.StreamAsync("list", Frames.Of("all"), stop: Stop).GetAsyncEnumerator(Stop);
        var next = parts.MoveNextAsync();
        var request = await broker.ReceiveAsync();
        Assert.Equal(["MDPC02", "\u0001", "list", "all"], request.Text);
        Part(broker, request, "a");
        Assert.True(await next);
        Assert.Equal((false, "a"), (parts.Current.IsFinal, parts.Current.Frames.Text(0)));
        Part(broker, request, "b", final: true);
        Assert.True(await parts.MoveNextAsync());
        Assert.Equal((true, "b"), (parts.Current.IsFinal, parts.Current.Frames.Text(0)));
        Assert.False(await parts.MoveNextAsync());
    }

    [Fact]
    public async Task Of_MDP_01_there_is_one_part()
    {
        await using var broker = new ScriptedBroker();
        await using var client = new MdpClient(broker.Address);
        var reading = client.StreamAsync("list", stop: Stop).ToListAsync(Stop);
        broker.Reply(await broker.ReceiveAsync(), "all");
        Assert.True(Assert.Single(await reading).IsFinal);
    }

    [Fact]
    public async Task Nothing_is_asked_again_after_the_first_part()
    {
        await using var broker = new ScriptedBroker();
        await using var client = Client(broker, new() { Tries = 5 });
        var seen = new List<string>();
        var reading = ReadAsync(client, seen);
        var request = await broker.ReceiveAsync();
        Part(broker, request, "a");
        broker.Close(request.From);
        await Assert.ThrowsAsync<MdpConnectionLostException>(() => reading);
        Assert.Equal(["a"], seen);
        Assert.True(broker.IsQuiet);
    }

    [Fact]
    public async Task What_broke_before_the_first_part_is_asked_again()
    {
        await using var broker = new ScriptedBroker();
        await using var client = Client(broker, new() { Tries = 2 });
        var seen = new List<string>();
        var reading = ReadAsync(client, seen);
        broker.Close((await broker.ReceiveAsync()).From);
        Part(broker, await broker.ReceiveAsync(), "a", final: true);
        await reading;
        Assert.Equal(["a"], seen);
    }

    [Fact]
    public async Task Leaving_the_loop_gives_the_call_up()
    {
        await using var broker = new ScriptedBroker();
        await using var client = Client(broker);
        var reading = FirstAsync(client);
        var request = await broker.ReceiveAsync();
        Part(broker, request, "a");
        Part(broker, request, "b");
        Assert.Equal("a", await reading);
        Assert.Equal(request.From, await broker.ClosedAsync());
    }

    [Fact]
    public async Task A_slow_reader_holds_up_the_sender_and_loses_nothing()
    {
        const int Parts = 3000;
        await using var broker = new ScriptedBroker();
        await using var client = Client(broker);
        await using var parts = client.StreamAsync("list", stop: Stop).GetAsyncEnumerator(Stop);
        var next = parts.MoveNextAsync();
        var request = await broker.ReceiveAsync();
        for (var i = 0; i < Parts; i++) Part(broker, request, $"{i}:{new string('x', 1000)}", final: i == Parts - 1);
        for (var i = 0; i < Parts; i++)
        {
            Assert.True(await next);
            Assert.StartsWith($"{i}:", parts.Current.Frames.Text(0), StringComparison.Ordinal);
            next = parts.MoveNextAsync();
        }
        Assert.False(await next);
    }

    [Fact]
    public async Task Each_part_has_the_deadline_to_itself()
    {
        await using var broker = new ScriptedBroker();
        await using var client = Client(broker);
        var seen = new List<string>();
        var reading = ReadAsync(client, seen, TimeSpan.FromMilliseconds(300));
        Part(broker, await broker.ReceiveAsync(), "a");
        await Assert.ThrowsAsync<MdpTimeoutException>(() => reading);
        Assert.Equal(["a"], seen);
    }

    [Fact]
    public async Task Disposing_ends_a_stream()
    {
        await using var broker = new ScriptedBroker();
        var client = Client(broker);
        var reading = ReadAsync(client, []);
        await broker.ReceiveAsync();
        await client.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => reading);
    }

    private static MdpClient Client(ScriptedBroker broker, MdpClientOptions? options = null) =>
        new(broker.Address, (options ?? new()) with { Dialect = MdpDialect.Mdp02 });

    private static void Part(ScriptedBroker broker, Arrival to, string text, bool final = false) =>
        broker.Send(to.From, "MDPC02", final ? "\u0003" : "\u0002", to.Text[2], text);

    private static async Task ReadAsync(MdpClient client, List<string> seen, TimeSpan? deadline = null)
    {
        await foreach (var part in client.StreamAsync("list", deadline: deadline, stop: Stop)) seen.Add(part.Frames.Text(0));
    }

    private static async Task<string> FirstAsync(MdpClient client)
    {
        await foreach (var part in client.StreamAsync("list", stop: Stop)) return part.Frames.Text(0);
        return "";
    }
}
