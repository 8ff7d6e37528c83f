using System.IO.Pipelines;
using System.Net;
using System.Text;
using Gatehouse.Sdk;
using Gatehouse.Sdk.Hub;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Sdk.Hub;

public sealed class HubWatchTests
{
    private const string Entries =
        """[{"key":"/a","value":1,"time":"2026-01-31","received":"2026-01-31","quality":"good","source":"x","sequence":5}]""";

    private readonly ManualTime _time = new();
    private readonly List<HubLink> _links = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_come_with_their_kind_place_and_entries()
    {
        var http = new ScriptedHttp((_, _) => ScriptedHttp.Events(
            $": hello\n\nid: 1-5\nevent: snapshot\ndata: {Entries}\n\nid: 1-6\nevent: weather\ndata: rain\n\n"
            + $"id: 1-7\nevent: change\ndata: []\n\nid: 1-8\nevent: gap\ndata: {Entries}\n\nid: 1-9\nevent: change\ndata: [cut off"));
        var events = await TakeAsync(http, 3);
        Assert.Equal(
            [(HubEventKind.Snapshot, "1-5", 1), (HubEventKind.Change, "1-7", 0), (HubEventKind.Gap, "1-8", 1)],
            events.Select(e => (e.Kind, e.Id, e.Entries.Count)));
        Assert.Equal(["GET /api/changes?prefix=%2Fa%2F&prefix=%2Fb%20c [1-4]"], http.Asked);
    }

    [Fact]
    public async Task A_broken_connection_is_made_again_and_resumed()
    {
        var http = new ScriptedHttp((_, count) => count switch
        {
            1 => ScriptedHttp.Events($"id: 1-5\nevent: snapshot\ndata: {Entries}\n\n"),
            2 => throw ScriptedHttp.Refused(),
            3 => ScriptedHttp.Problem(HttpStatusCode.ServiceUnavailable, "Starting"),
            4 => ScriptedHttp.Events(new BrokenStream()),
            _ => ScriptedHttp.Events("id: 1-6\nevent: change\ndata: []\n\n"),
        });
        var events = await TakeAsync(http, 2);
        Assert.Equal(["1-5", "1-6"], events.Select(e => e.Id));
        Assert.Equal(["[1-4]", "[1-5]", "[1-5]", "[1-5]", "[1-5]"], http.Asked.Select(a => a.Split(' ')[^1]));
        Assert.Equal([true, false, false, false, true, false, true], _links.Select(l => l.IsUp));
        Assert.Equal(
            ["it ended the connection", "Connection refused", null, "torn"],
            _links.Where(l => !l.IsUp).Select(l => (l.Failure as HubUnreachableException)?.Reason));
        Assert.All(_links.Where(l => !l.IsUp), l => Assert.InRange(l.RetryIn.TotalSeconds, 0.125, 2));
    }

    [Theory]
    [InlineData(0, 0, 0.125)]
    [InlineData(0, 1, 0.25)]
    [InlineData(3, 1, 2)]
    [InlineData(6, 0, 5)]
    [InlineData(1_000_000, 1, 10)]
    public void Pauses_grow_to_ten_seconds_and_differ_by_chance(int failures, double chance, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), HubWatch.Pause(failures, chance));

    [Theory]
    [InlineData(HttpStatusCode.BadRequest)]
    [InlineData(HttpStatusCode.Forbidden)]
    public async Task A_refusal_that_stays_ends_the_watch(HttpStatusCode status)
    {
        var http = new ScriptedHttp((_, _) => ScriptedHttp.Problem(status, "No", "never"));
        var e = await Assert.ThrowsAsync<HubRefusedException>(() => TakeAsync(http, 1));
        Assert.Equal(((int)status, "No: never"), (e.Status, e.Message));
        Assert.Single(http.Asked);
    }

    [Fact]
    public async Task A_refusal_that_breaks_off_is_a_broken_connection()
    {
        var http = new ScriptedHttp((_, count) => count switch
        {
            1 => new HttpResponseMessage(HttpStatusCode.BadRequest) { Content = new StreamContent(new BrokenStream()) },
            _ => ScriptedHttp.Events("id: 1-6\nevent: change\ndata: []\n\n"),
        });
        Assert.Equal("1-6", Assert.Single(await TakeAsync(http, 1)).Id);
        Assert.IsType<HubUnreachableException>(_links[0].Failure);
    }

    [Theory]
    [InlineData("text/html", "<html>")]
    [InlineData("text/event-stream", "event: change\ndata: <html>\n\n")]
    [InlineData("text/event-stream", "event: change\ndata: {}\n\n")]
    [InlineData("text/event-stream", "event: change\ndata: [{\"key\":1}]\n\n")]
    public async Task What_a_hub_would_not_send_ends_the_watch(string type, string body)
    {
        var http = new ScriptedHttp((_, _) => ScriptedHttp.Json(body, type: type));
        await Assert.ThrowsAsync<HubAnswerException>(() => TakeAsync(http, 1));
    }

    [Fact]
    public async Task A_hub_that_falls_silent_is_left()
    {
        var mute = new Pipe();
        var again = Text("id: 1-6\nevent: change\ndata: []\n\n");
        var http = new ScriptedHttp((_, count) => ScriptedHttp.Events(count == 1 ? mute.Reader.AsStream() : again));
        await mute.Writer.WriteAsync(Encoding.UTF8.GetBytes($"id: 1-5\nevent: snapshot\ndata: {Entries}\n\n"), Stop);
        using var client = Client(http);
        await using var watch = client.WatchAsync([], linkChanged: _links.Add, stop: Stop).GetAsyncEnumerator(Stop);
        Assert.True(await watch.MoveNextAsync());
        var next = watch.MoveNextAsync();
        _time.Advance(PatientStream.LongestSilence - TimeSpan.FromSeconds(1));
        Assert.False(next.IsCompleted);
        Assert.True(await _time.RunUntilAsync(next.AsTask()));
        Assert.Equal("1-6", watch.Current.Id);
        Assert.Equal("it has fallen silent", Assert.IsType<HubUnreachableException>(_links[1].Failure).Reason);
    }

    [Fact]
    public async Task The_token_ends_a_watch_that_waits()
    {
        using var ending = new CancellationTokenSource();
        var http = new ScriptedHttp((_, _) => ScriptedHttp.Events(new Pipe().Reader.AsStream()));
        using var client = Client(http);
        await using var watch = client.WatchAsync([], stop: ending.Token).GetAsyncEnumerator(Stop);
        var next = watch.MoveNextAsync().AsTask();
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    [Fact]
    public void A_prefix_is_checked_before_anything_is_sent()
    {
        using var client = Client(new ScriptedHttp((_, _) => throw new HttpRequestException()));
        Assert.Throws<KeyFormatException>(() => client.WatchAsync(["a"], stop: Stop));
    }

    private static MemoryStream Text(string text) => new(Encoding.UTF8.GetBytes(text));

    private HubClient Client(ScriptedHttp http) => new(new Uri("http://hub.test"), new HttpClient(http), _time);

    private async Task<List<HubEvent>> TakeAsync(ScriptedHttp http, int count)
    {
        using var client = Client(http);
        return await _time.RunUntilAsync(CollectAsync());

        async Task<List<HubEvent>> CollectAsync()
        {
            var events = new List<HubEvent>();
            await foreach (var news in client.WatchAsync(["/a/", "/b c"], "1-4", _links.Add, Stop))
            {
                events.Add(news);
                if (events.Count == count) break;
            }
            return events;
        }
    }

    private sealed class BrokenStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new IOException("torn");
    }
}
