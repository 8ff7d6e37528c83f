using System.Net;
using System.Net.Http.Headers;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Web;

/// <summary>What holds for the interface as a whole: what is not there, what may be kept, and writes without a body.</summary>
public sealed class MannersApiTests : IAsyncLifetime
{
    private TestHub _hub = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _hub = await TestHub.StartAsync();

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    [Theory]
    [InlineData("GET", "/api/nosuch", 404)]
    [InlineData("POST", "/api/nosuch", 404)]
    [InlineData("PUT", "/api/nosuch/at/all", 404)]
    [InlineData("PATCH", "/api/nosuch", 404)]
    [InlineData("DELETE", "/api/nosuch", 404)]
    [InlineData("DELETE", "/api", 404)]
    [InlineData("POST", "/api/devices/a/b/c", 404)]
    [InlineData("POST", "/api/values/a", 405, "DELETE, GET, PUT")]
    [InlineData("PUT", "/api/session", 405, "DELETE, GET, POST")]
    [InlineData("PUT", "/api/sessions", 405, "GET")]
    public async Task What_is_not_there_is_not_found_and_what_is_there_says_what_it_takes(
        string method, string path, int status, string? allowed = null)
    {
        var body = method is "GET" or "DELETE" ? null : "{}";
        var answer = await _hub.SendAsync(new HttpMethod(method), path, body);
        Assert.Equal((status, "application/problem+json"), (answer.Status, answer.MediaType));
        Assert.Equal(401, (await _hub.SendAsStrangerAsync(new HttpMethod(method), path, body)).Status);
        if (allowed is null) return;
        using var request = new HttpRequestMessage(new HttpMethod(method), path)
        {
            Content = body is null ? null : new StringContent(body, MediaTypeHeaderValue.Parse("application/json")),
        };
        using var response = await _hub.Http.SendAsync(request, Stop);
        Assert.Equal(allowed, string.Join(", ", response.Content.Headers.Allow.Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task A_type_that_an_endpoint_does_not_take_is_told_as_that()
    {
        using var content = new StringContent("a,b", MediaTypeHeaderValue.Parse("text/csv"));
        using var answer = await _hub.Http.PostAsync("/api/devices", content, Stop);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
    }

    [Theory]
    [InlineData("/api/values")]
    [InlineData("/api/values/nothing")]
    [InlineData("/api/devices")]
    [InlineData("/api/services")]
    [InlineData("/api/sessions")]
    [InlineData("/api/session")]
    [InlineData("/api/log")]
    [InlineData("/api/nosuch")]
    [InlineData("/api/history?key=/hub/part/tree/state")]
    public async Task What_the_hub_tells_is_kept_by_nobody(string path)
    {
        Assert.Equal("no-store", (await _hub.SendAsync(HttpMethod.Get, path)).Headers.CacheControl?.ToString());
        Assert.Equal("no-store", (await _hub.SendAsStrangerAsync(HttpMethod.Get, path)).Headers.CacheControl?.ToString());
    }

    [Fact]
    public async Task What_is_not_of_the_interface_is_kept_as_it_says_itself()
    {
        Assert.NotEqual("no-store", (await _hub.SendAsStrangerAsync(HttpMethod.Get, "/")).Headers.CacheControl?.ToString());
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/changes");
        using var stream = await _hub.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
        Assert.True(stream.Headers.CacheControl is { NoStore: true, NoCache: true });
    }

    [Theory]
    [InlineData(null, null, null, 415)]
    [InlineData("Authorization", "Bearer TOKEN", null, 200)]
    [InlineData("Authorization", "Bearer wrong", null, 401)]
    [InlineData("Authorization", "Basic YTpi", null, 415)]
    [InlineData("Authorization", "Bearer TOKEN", "text/plain", 415)]
    public async Task A_write_without_a_body_needs_no_type_from_who_brings_a_token(string? header, string? value, string? type, int status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/session/codes");
        if (header is not null) request.Headers.Add(header, value!.Replace("TOKEN", _hub.Token, StringComparison.Ordinal));
        if (type is not null) request.Content = new ByteArrayContent([]) { Headers = { ContentType = MediaTypeHeaderValue.Parse(type) } };
        using var answer = await _hub.Stranger.SendAsync(request, Stop);
        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task A_body_needs_a_type_however_it_comes()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/session/codes") { Content = new ByteArrayContent([1]) };
        request.Headers.TransferEncodingChunked = true;
        using var chunked = await _hub.Http.SendAsync(request, Stop);
        using var whole = await _hub.Http.PostAsync("/api/session/codes", new ByteArrayContent([1]), Stop);
        Assert.Equal((415, 415), ((int)chunked.StatusCode, (int)whole.StatusCode));
    }

    [Fact]
    public async Task A_write_of_the_page_without_a_body_needs_no_type()
    {
        using var browser = new BrowserClient(_hub);
        await browser.SignInAsync();
        Assert.Equal(200, (await browser.SendAsync(HttpMethod.Post, "/api/session/codes", antiforgery: browser.Antiforgery)).Status);
        Assert.Equal(400, (await browser.SendAsync(HttpMethod.Post, "/api/session/codes", antiforgery: "wrong")).Status);
        Assert.Equal(415, (await browser.SendAsync(HttpMethod.Post, "/api/session/codes")).Status);
    }
}
