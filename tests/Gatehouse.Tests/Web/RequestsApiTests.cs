using System.Text.Json;
using Gatehouse.Sdk.Values;
using Gatehouse.Services;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Web;

public sealed class RequestsApiTests : IAsyncLifetime
{
    private TestHub _hub = null!;

    public async ValueTask InitializeAsync()
    {
        _hub = await TestHub.StartAsync(settings: ["requests.maxPending=4"]);
        _hub.Services.Offer(
            ServiceName.Parse("shout"), new InlineOwner("test", call => Reply.Ok(call.Frames)), new ServiceInfo { Summary = "Says it." });
    }

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    [Fact]
    public async Task A_request_is_kept_answered_shown_and_closed()
    {
        var posted = await _hub.SendAsync(
            HttpMethod.Post, "/api/requests", """{"service": "shout", "frames": ["a", 1.50, {"b": null}], "id": "order-1"}""");
        Assert.Equal((202, """{"id":"order-1"}"""), (posted.Status, posted.Body));
        Assert.Equal("/api/requests/order-1", posted.Headers.Location?.ToString());
        var request = await GetAsync("/api/requests/order-1?wait=30");
        Assert.Equal("answered", request.GetProperty("state").GetString());
        Assert.Equal("""["a",1.50,{"b":null}]""", request.GetProperty("frames").GetRawText().Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal("shout", request.GetProperty("service").GetString());
        Assert.Equal(1, request.GetProperty("attempts").GetInt32());
        Assert.Equal(204, (await _hub.SendAsync(HttpMethod.Delete, "/api/requests/order-1")).Status);
        Assert.Equal(404, (await _hub.SendAsync(HttpMethod.Delete, "/api/requests/order-1")).Status);
        Assert.Equal(404, (await _hub.SendAsync(HttpMethod.Get, "/api/requests/order-1")).Status);
    }

    [Fact]
    public async Task Who_waits_gets_the_answer_at_once()
    {
        var posted = await _hub.SendAsync(HttpMethod.Post, "/api/requests?wait=30", """{"service": "shout", "frames": "hello"}""");
        Assert.Equal(200, posted.Status);
        var request = JsonDocument.Parse(posted.Body).RootElement;
        Assert.Equal(32, request.GetProperty("id").GetString()!.Length);
        Assert.Equal("""["hello"]""", request.GetProperty("frames").GetRawText());
        Assert.Equal("""["hello"]""", request.GetProperty("request").GetRawText());
    }

    [Fact]
    public async Task Who_waits_in_vain_is_told_the_id()
    {
        var posted = await _hub.SendAsync(HttpMethod.Post, "/api/requests?wait=0.01", """{"service": "nobody", "id": "n"}""");
        Assert.Equal((202, """{"id":"n"}"""), (posted.Status, posted.Body));
        Assert.Equal("pending", (await GetAsync("/api/requests/n?wait=0.01")).GetProperty("state").GetString());
        var waiting = GetAsync("/api/requests/n?wait=30");
        _hub.Services.Offer(
            ServiceName.Parse("nobody"), new InlineOwner("test", _ => Reply.Ok(Frames.Of("here"))), new ServiceInfo { Summary = "Late." });
        Assert.Equal("""["here"]""", (await waiting).GetProperty("frames").GetRawText());
    }

    [Fact]
    public async Task The_same_id_is_the_same_request()
    {
        const string Body = """{"service": "nobody", "frames": ["x"], "id": "once"}""";
        Assert.Equal(202, (await _hub.SendAsync(HttpMethod.Post, "/api/requests", Body)).Status);
        var again = await _hub.SendAsync(HttpMethod.Post, "/api/requests", Body);
        Assert.Equal((200, """{"id":"once"}"""), (again.Status, again.Body));
        var other = await _hub.SendAsync(HttpMethod.Post, "/api/requests", Body.Replace("\"x\"", "\"y\"", StringComparison.Ordinal));
        Assert.Equal(409, other.Status);
        Assert.Contains("once", other.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_are_listed_newest_first_and_by_what_they_are()
    {
        foreach (var (id, service) in ((string, string)[])[("1", "shout"), ("2", "a.b"), ("3", "a.c")])
        {
            await _hub.SendAsync(HttpMethod.Post, "/api/requests", $$"""{"service": "{{service}}", "id": "{{id}}"}""");
        }
        await GetAsync("/api/requests/1?wait=30");
        Assert.Equal("321", await IdsAsync(""));
        Assert.Equal("32", await IdsAsync("?state=pending"));
        Assert.Equal("1", await IdsAsync("?state=answered"));
        Assert.Equal("32", await IdsAsync("?service=a."));
        Assert.Equal("2", await IdsAsync("?service=a.b"));
        Assert.Equal("3", await IdsAsync("?limit=1"));
        Assert.Equal("21", await IdsAsync("?after=3"));
        var first = (await GetAsync("/api/requests"))[2];
        Assert.False(first.TryGetProperty("frames", out _));
        Assert.Equal(400, (await _hub.SendAsync(HttpMethod.Get, "/api/requests?state=gone")).Status);
        Assert.Equal(400, (await _hub.SendAsync(HttpMethod.Get, "/api/requests?limit=1001")).Status);
    }

    [Fact]
    public async Task All_requests_for_a_service_are_closed_at_once()
    {
        foreach (var service in (string[])["a.b", "a.c", "ab"])
        {
            await _hub.SendAsync(HttpMethod.Post, "/api/requests", $$"""{"service": "{{service}}", "id": "{{service}}"}""");
        }
        foreach (var bad in (string[])["", "?service=", "?service=a.&state=gone"])
        {
            Assert.Equal(400, (await _hub.SendAsync(HttpMethod.Delete, "/api/requests" + bad)).Status);
        }
        Assert.Equal("""{"closed":0}""", (await _hub.SendAsync(HttpMethod.Delete, "/api/requests?service=a.&state=answered")).Body);
        Assert.Equal("""{"closed":2}""", (await _hub.SendAsync(HttpMethod.Delete, "/api/requests?service=a.&state=pending")).Body);
        Assert.Equal("ab", await IdsAsync(""));
        Assert.Equal("""{"closed":1}""", (await _hub.SendAsync(HttpMethod.Delete, "/api/requests?service=ab")).Body);
    }

    [Theory]
    [InlineData("""{"frames": []}""", "service is missing")]
    [InlineData("""{"service": "x."}""", "dot")]
    [InlineData("""{"service": "x", "id": "a b"}""", "id has 1 to 128")]
    [InlineData("""{"service": "x", "id": "../x"}""", "id has 1 to 128")]
    [InlineData("""{"service": "x", "id": 5}""", "id: expected a string")]
    [InlineData("""{"service": "x", "who": "me"}""", "only the members")]
    [InlineData("""["x"]""", "not a JSON object")]
    [InlineData("", "not a JSON object")]
    [InlineData("{", "not JSON")]
    [InlineData("""{"service": "x", "frames": ["\ud800"]}""", "Unicode")]
    [InlineData("""{"service": "x", "callback": "http://10.0.0.1/"}""", "requests.callbackHosts")]
    [InlineData("""{"service": "x", "callback": "file:///etc/passwd"}""", "expected an address")]
    [InlineData("""{"service": "x", "callback": "http://u:p@localhost/"}""", "user name")]
    public async Task What_makes_no_sense_is_refused_with_words(string body, string words)
    {
        var answer = await _hub.SendAsync(HttpMethod.Post, "/api/requests", body);
        Assert.Equal(400, answer.Status);
        Assert.Contains(words, answer.Body, StringComparison.Ordinal);
        Assert.Equal("", await IdsAsync(""));
    }

    [Fact]
    public async Task A_wait_that_is_none_is_refused()
    {
        Assert.Equal(400, (await _hub.SendAsync(HttpMethod.Post, "/api/requests?wait=61", """{"service": "x"}""")).Status);
        Assert.Equal(400, (await _hub.SendAsync(HttpMethod.Get, "/api/requests/x?wait=-1")).Status);
        Assert.Equal(401, (await _hub.SendAsStrangerAsync(HttpMethod.Get, "/api/requests")).Status);
        Assert.Equal(401, (await _hub.SendAsStrangerAsync(HttpMethod.Post, "/api/requests", """{"service": "x"}""")).Status);
    }

    [Fact]
    public async Task When_so_many_wait_as_may_no_more_are_taken()
    {
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(202, (await _hub.SendAsync(HttpMethod.Post, "/api/requests", """{"service": "nobody"}""")).Status);
        }
        var refused = await _hub.SendAsync(HttpMethod.Post, "/api/requests", """{"service": "nobody"}""");
        Assert.Equal(503, refused.Status);
        Assert.Contains("try again later", refused.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Frames_of_megabytes_are_taken_as_far_as_the_option_says()
    {
        var frame = new string('x', 3_000_000);
        var answer = await _hub.SendAsync(HttpMethod.Post, "/api/requests?wait=30", $$"""{"service": "shout", "frames": "{{frame}}"}""");
        Assert.Equal(200, answer.Status);
        var tooMuch = await _hub.SendAsync(
            HttpMethod.Post, "/api/requests", $$"""{"service": "shout", "frames": "{{new string('x', 17_000_000)}}"}""");
        Assert.Equal(400, tooMuch.Status);
        Assert.Contains("requests.maxMessage", tooMuch.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_disk_it_is_told()
    {
        _hub.Get<Gatehouse.Storage.HubDatabase>().Dispose();
        Assert.Equal(503, (await _hub.SendAsync(HttpMethod.Post, "/api/requests", """{"service": "shout"}""")).Status);
    }

    private async Task<JsonElement> GetAsync(string path)
    {
        var answer = await _hub.SendAsync(HttpMethod.Get, path);
        Assert.Equal(200, answer.Status);
        return JsonDocument.Parse(answer.Body).RootElement;
    }

    private async Task<string> IdsAsync(string query) =>
        string.Concat((await GetAsync("/api/requests" + query)).EnumerateArray().Select(r => r.GetProperty("id").GetString()));
}
