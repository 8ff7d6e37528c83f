using System.Net.ServerSentEvents;
using Gatehouse.Sdk.Values;
using Gatehouse.Tests.Support;
using Gatehouse.Tree;

namespace Gatehouse.Tests.Web;

public sealed class ChangesApiTests : IAsyncLifetime
{
    private readonly CancellationToken _stop = TestContext.Current.CancellationToken;
    private TestHub _hub = null!;

    public async ValueTask InitializeAsync() => _hub = await TestHub.StartAsync();

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    [Fact]
    public async Task A_stream_begins_with_a_snapshot_and_goes_on_with_changes()
    {
        _hub.Tree.Set("/lab/a", 1);
        await using var stream = await OpenAsync("/api/changes?prefix=/lab/");
        var snapshot = await stream.NextAsync();
        Assert.Equal(("snapshot", "/lab/a"), (snapshot.EventType, Assert.Single(Entries(snapshot)).Key.Text));

        _hub.Tree.Set("/other", 1);
        _hub.Tree.Set("/lab/text", Value.FromText("{\"a\":\r\n 1}"));
        var change = await stream.NextAsync();
        Assert.Equal("change", change.EventType);
        var entry = Assert.Single(Entries(change));
        Assert.Equal("/lab/text", entry.Key.Text);
        // Others of the hub may have set something since: the place is behind the entry, and before what comes next.
        Assert.True(ChangeId.TryParse(change.EventId!, out var place));
        Assert.Equal((_hub.Tree.Epoch, true), (place.Epoch, place.Sequence >= entry.Sequence && place.Sequence <= _hub.Tree.Sequence));

        _hub.Tree.Set(new Change(_hub.Tree.Intern("/lab/a"), default, Removed: true), Trees.Tester);
        Assert.True(Assert.Single(Entries(await stream.NextAsync())).Removed);
    }

    [Fact]
    public async Task A_client_that_comes_back_hears_what_it_missed_and_nothing_twice()
    {
        _hub.Tree.Set("/lab/a", 1);
        string place;
        await using (var stream = await OpenAsync("/api/changes?prefix=/lab/")) place = (await stream.NextAsync()).EventId!;
        _hub.Tree.Set("/lab/b", 2);
        foreach (var resume in new[] { true, false })
        {
            await using var stream = resume
                ? await OpenAsync("/api/changes?prefix=/lab/", place)
                : await OpenAsync($"/api/changes?prefix=/lab/&after={place}");
            var change = await stream.NextAsync();
            Assert.Equal(("change", "/lab/b"), (change.EventType, Assert.Single(Entries(change)).Key.Text));
        }
    }

    [Theory]
    [InlineData("1-1")]
    [InlineData("99999999999-5")]
    public async Task A_place_in_another_run_of_the_hub_gets_a_snapshot(string place)
    {
        await using var stream = await OpenAsync("/api/changes?prefix=/none/", place);
        var snapshot = await stream.NextAsync();
        Assert.Equal(("snapshot", "[]"), (snapshot.EventType, snapshot.Data));
    }

    [Fact]
    public async Task A_client_that_missed_nothing_is_connected_at_once()
    {
        string place;
        await using (var stream = await OpenAsync("/api/changes?prefix=/none/")) place = (await stream.NextAsync()).EventId!;
        await using var again = await OpenAsync("/api/changes?prefix=/none/", place); // returns when the headers are there
    }

    [Fact]
    public async Task Lost_events_are_told_by_a_gap()
    {
        await using var hub = await TestHub.StartAsync(settings: ["tree.ringSize=1024"]);
        string place;
        await using (var stream = await OpenAsync("/api/changes", hub: hub)) place = (await stream.NextAsync()).EventId!;
        for (var i = 0; i < 3000; i++) hub.Tree.Set("/event/door/rang", i);
        hub.Tree.Set("/lab/a", 5);
        await using var again = await OpenAsync("/api/changes", place, hub);
        Assert.Equal("gap", (await again.NextAsync()).EventType);
    }

    [Fact]
    public async Task Streams_end_with_the_hub()
    {
        var hub = await TestHub.StartAsync();
        await using var stream = await OpenAsync("/api/changes", hub: hub);
        await stream.NextAsync();
        await hub.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(3), TimeProvider.System, _stop);
        while (await stream.TryNextAsync() is not null) { }
    }

    [Fact]
    public async Task A_stream_with_nothing_to_tell_shows_that_it_lives()
    {
        var time = new ManualTime();
        await using var hub = await TestHub.StartAsync(time);
        using var response = await hub.Http.GetAsync("/api/changes?prefix=/none/", HttpCompletionOption.ResponseHeadersRead, _stop);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(_stop));
        var comment = Task.Run(async () =>
        {
            while (await reader.ReadLineAsync(_stop) is { } line) if (line.StartsWith(':')) return line;
            return null;
        }, _stop);
        while (!comment.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        Assert.Equal(":", await comment);
    }

    private static Entry[] Entries(SseItem<string> item) => EntryJson.ReadArray(System.Text.Encoding.UTF8.GetBytes(item.Data));

    private async Task<EventReader> OpenAsync(string path, string? lastEventId = null, TestHub? hub = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (lastEventId is not null) request.Headers.Add("Last-Event-ID", lastEventId);
        var response = await (hub ?? _hub).Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, _stop);
        Assert.Equal("text/event-stream", response.EnsureSuccessStatusCode().Content.Headers.ContentType?.MediaType);
        var events = SseParser.Create(await response.Content.ReadAsStreamAsync(_stop)).EnumerateAsync(_stop);
        return new EventReader(response, events.GetAsyncEnumerator(_stop));
    }

    private sealed class EventReader(HttpResponseMessage response, IAsyncEnumerator<SseItem<string>> events) : IAsyncDisposable
    {
        public async Task<SseItem<string>> NextAsync() => await TryNextAsync() ?? throw new EndOfStreamException();

        public async Task<SseItem<string>?> TryNextAsync() => await events.MoveNextAsync() ? events.Current : null;

        public async ValueTask DisposeAsync()
        {
            await events.DisposeAsync();
            response.Dispose();
        }
    }
}
