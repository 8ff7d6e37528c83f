using System.Net.WebSockets;
using System.Text.Json;
using Gatehouse.Runtime.Logs;
using Gatehouse.Tests.Support;
using Gatehouse.Web.Streams;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Tests.Web.Streams;

public sealed class StreamApiTests : IAsyncLifetime
{
    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;
    private TestHub _hub = null!;

    public async ValueTask InitializeAsync() => _hub = await TestHub.StartAsync();

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    [Fact]
    public async Task A_channel_begins_with_a_snapshot_and_goes_on_with_changes()
    {
        _hub.Tree.Set("/lab/a", 1);
        await using var peer = await StreamPeer.OpenAsync(_hub, """{"open": 7, "changes": {"prefixes": ["/lab/"]}}""");
        var snapshot = await peer.NextAsync();
        Assert.Equal((7, "snapshot", "/lab/a"), (Channel(snapshot), Event(snapshot), Assert.Single(Keys(snapshot))));
        _hub.Tree.Set("/other", 1);
        _hub.Tree.Set("/lab/b", 2);
        var change = await peer.NextAsync();
        Assert.Equal((7, "change", "/lab/b"), (Channel(change), Event(change), Assert.Single(Keys(change))));
        Assert.StartsWith($"{_hub.Tree.Epoch}-", change.GetProperty("id").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_comes_back_hears_what_it_missed_and_nothing_twice()
    {
        _hub.Tree.Set("/lab/a", 1);
        string place;
        await using (var peer = await StreamPeer.OpenAsync(_hub, """{"open": 1, "changes": {"prefixes": ["/lab/"]}}"""))
        {
            place = (await peer.NextAsync()).GetProperty("id").GetString()!;
        }
        _hub.Tree.Set("/lab/b", 2);
        await using var again = await StreamPeer.OpenAsync(
            _hub, $$$"""{"open": 1, "changes": {"prefixes": ["/lab/"], "after": "{{{place}}}"}}""");
        var change = await again.NextAsync();
        Assert.Equal(("change", "/lab/b"), (Event(change), Assert.Single(Keys(change))));
    }

    [Fact]
    public async Task A_channel_that_is_closed_says_no_more_and_its_number_is_free()
    {
        await using var peer = await StreamPeer.OpenAsync(
            _hub, """{"open": 1, "changes": {"prefixes": ["/a/"]}}""", """{"open": 2, "changes": {"prefixes": ["/b/"]}}""");
        Assert.Equal(1, Channel(await peer.NextAsync()));
        Assert.Equal(2, Channel(await peer.NextAsync()));
        await peer.SendAsync("""{"close": 1}""");
        await peer.SendAsync("""{"close": 9}""");
        await peer.SendAsync("""{"open": 1, "changes": {"prefixes": ["/c/"]}}""");
        Assert.Equal("snapshot", Event(await peer.NextAsync()));
        _hub.Tree.Set("/a/x", 1);
        _hub.Tree.Set("/c/x", 1);
        Assert.Equal("/c/x", Assert.Single(Keys(await peer.NextAsync())));
    }

    [Fact]
    public async Task The_log_is_followed_by_its_level_and_resumed_by_number()
    {
        var log = _hub.Get<LogTail>();
        log.Add(LogLevel.Information, "Lab", "quiet", null);
        log.Add(LogLevel.Error, "Lab", "loud", "at once");
        await using var peer = await StreamPeer.OpenAsync(_hub, """{"open": 1, "log": {"level": "warning"}}""");
        var kept = await peer.NextAsync();
        var record = Assert.Single(kept.GetProperty("data").EnumerateArray());
        Assert.Equal(
            ("records", "error", "Lab", "loud", "at once"),
            (Event(kept), Text(record, "level"), Text(record, "category"), Text(record, "message"), Text(record, "exception")));
        log.Add(LogLevel.Debug, "Lab", "still", null);
        log.Add(LogLevel.Warning, "Lab", "careful", null);
        var next = await peer.NextAsync();
        Assert.Equal("careful", Text(Assert.Single(next.GetProperty("data").EnumerateArray()), "message"));

        log.Add(LogLevel.Critical, "Lab", "fire", null);
        await peer.SendAsync($$$"""{"open": 2, "log": {"level": "trace", "after": {{{next.GetProperty("after").GetInt64()}}}}}""");
        var messages = new List<(int Channel, string?)>();
        while (messages.Count < 2)
        {
            var message = await peer.NextAsync();
            messages.AddRange(message.GetProperty("data").EnumerateArray().Select(r => (Channel(message), Text(r, "message"))));
        }
        Assert.Equal([(1, "fire"), (2, "fire")], messages.Order());
    }

    [Theory]
    [InlineData("""{"open": 3, "changes": {"prefix": "/"}}""", "there is no member 'prefix' here; there are prefixes and after")]
    [InlineData("""{"open": 3, "log": {"level": "loud"}}""", "level is one of trace, debug, information, warning, error, critical")]
    [InlineData("""{"open": 3}""", "say what to open: changes or log")]
    public async Task What_makes_no_sense_is_refused_on_its_channel_alone(string message, string reason)
    {
        await using var peer = await StreamPeer.OpenAsync(_hub, message, """{"open": 4, "changes": {"prefixes": ["/none/"]}}""");
        var refusal = await peer.NextAsync();
        Assert.Equal((3, "refused", reason), (Channel(refusal), Event(refusal), Text(refusal, "detail")));
        Assert.Equal((4, "snapshot"), (await peer.NextAsync()) is var next ? (Channel(next), Event(next)) : default);
    }

    [Fact]
    public async Task There_are_only_so_many_channels()
    {
        await using var peer = await StreamPeer.OpenAsync(_hub);
        for (var channel = 1; channel <= StreamConnection.MostChannels; channel++)
        {
            await peer.SendAsync($$$"""{"open": {{{channel}}}, "changes": {"prefixes": ["/none/"]}}""");
        }
        for (var channel = 1; channel <= StreamConnection.MostChannels; channel++) Assert.Equal("snapshot", Event(await peer.NextAsync()));
        await peer.SendAsync("""{"open": 99, "log": {}}""");
        var refusal = await peer.NextAsync();
        Assert.Equal((99, "refused"), (Channel(refusal), Event(refusal)));
    }

    [Theory]
    [InlineData("{", WebSocketMessageType.Text, 1007, "the message is not JSON")]
    [InlineData("[]", WebSocketMessageType.Text, 1008, "expected {\"open\": 1, …} or {\"close\": 1}")]
    [InlineData("{\"open\": 1, \"log\": {\"level\": \"\\ud800\"}}", WebSocketMessageType.Text, 1007,
        "the message holds text that is not valid Unicode")]
    [InlineData("{}", WebSocketMessageType.Binary, 1003, "messages are JSON texts")]
    public async Task Garbage_is_answered_by_the_reason_and_the_end(string message, WebSocketMessageType type, int status, string reason)
    {
        await using var peer = await StreamPeer.OpenAsync(_hub);
        await peer.Socket.SendAsync(System.Text.Encoding.UTF8.GetBytes(message), type, true, _stop);
        Assert.Equal((status, reason), await peer.ClosedAsync());
    }

    [Fact]
    public async Task A_channel_that_is_open_cannot_be_opened()
    {
        await using var peer = await StreamPeer.OpenAsync(_hub, """{"open": 1, "log": {}}""", """{"open": 1, "log": {}}""");
        Assert.Equal((1008, "channel 1 is open already"), await peer.ClosedAsync());
    }

    [Fact]
    public async Task A_message_that_is_too_long_ends_it()
    {
        await using var peer = await StreamPeer.OpenAsync(_hub, new string(' ', StreamConnection.MostMessageBytes + 1));
        Assert.Equal(1009, (await peer.ClosedAsync()).Status);
        await using var longest = await StreamPeer.OpenAsync(
            _hub, """{"open": 1, "log": {}}""".PadRight(StreamConnection.MostMessageBytes));
        Assert.Equal("records", Event(await longest.NextAsync()));
    }

    [Fact]
    public async Task A_connection_with_nothing_to_tell_shows_that_it_lives()
    {
        var time = new ManualTime();
        await using var hub = await TestHub.StartAsync(time);
        await using var peer = await StreamPeer.OpenAsync(hub);
        var beat = await time.RunUntilAsync(peer.TryNextAsync(withBeats: true));
        Assert.True(StreamPeer.IsBeat(beat!.Value));
    }

    [Fact]
    public async Task It_ends_with_the_hub()
    {
        var hub = await TestHub.StartAsync();
        await using var peer = await StreamPeer.OpenAsync(hub, """{"open": 1, "changes": {"prefixes": ["/"]}}""");
        await peer.NextAsync();
        var closed = peer.ClosedAsync();
        await hub.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(3), TimeProvider.System, _stop);
        Assert.Equal((1001, "the hub stops"), await closed);
    }

    [Fact]
    public async Task A_client_that_takes_nothing_does_not_hold_the_hub_up()
    {
        var hub = await TestHub.StartAsync();
        var text = new string('x', 50_000);
        for (var i = 0; i < 1000; i++) hub.Tree.Set($"/lab/{i}", text);
        await using var peer = await StreamPeer.OpenAsync(hub, """{"open": 1, "changes": {"prefixes": ["/"]}}""");
        await peer.Socket.ReceiveAsync(new byte[1], _stop); // the beginning of 50 MB
        await hub.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(4), TimeProvider.System, _stop);
    }

    [Fact]
    public async Task Watches_go_with_the_client()
    {
        const int Many = 20; // more than the hub itself has
        await using (var peer = await StreamPeer.OpenAsync(_hub))
        {
            for (var channel = 1; channel <= Many; channel++)
            {
                await peer.SendAsync($$$"""{"open": {{{channel}}}, "changes": {"prefixes": ["/none/"]}}""");
            }
            for (var channel = 1; channel <= Many; channel++) await peer.NextAsync();
            Assert.True(_hub.Tree.Instruments.Watches >= Many);
        }
        while (_hub.Tree.Instruments.Watches >= Many) await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, _stop);
    }

    [Fact]
    public async Task A_plain_request_is_told_what_this_is()
    {
        var answer = await _hub.SendAsync(HttpMethod.Get, "/api/stream");
        Assert.Equal((426, "application/problem+json", "websocket"), (answer.Status, answer.MediaType, answer.Headers.Upgrade.ToString()));
    }

    [Fact]
    public async Task A_page_of_another_origin_gets_no_connection()
    {
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {_hub.Token}");
        socket.Options.SetRequestHeader("Origin", "http://evil.example");
        socket.Options.CollectHttpResponseDetails = true;
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(StreamPeer.AddressOf(_hub), _stop));
        Assert.Equal(403, (int)socket.HttpStatusCode);
    }

    [Fact]
    public async Task A_stranger_gets_no_connection()
    {
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(StreamPeer.AddressOf(_hub), _stop));
        Assert.Equal(401, (int)socket.HttpStatusCode);
    }

    private static int Channel(JsonElement message) => message.GetProperty("channel").GetInt32();

    private static string? Event(JsonElement message) => Text(message, "event");

    private static string? Text(JsonElement json, string member) => json.GetProperty(member).GetString();

    private static IEnumerable<string?> Keys(JsonElement message) =>
        message.GetProperty("data").EnumerateArray().Select(e => Text(e, "key"));
}
