using System.Net.Http.Headers;
using System.Text;
using Gatehouse.Sdk.Values;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Web;

public sealed class StoreApiTests : IAsyncLifetime
{
    private TestHub _hub = null!;

    public async ValueTask InitializeAsync() =>
        _hub = await TestHub.StartAsync(settings: ["requests.store.maxValue=2000000", "requests.store.maxEntries=5"]);

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    [Theory]
    [InlineData("text/plain", "grün\n")]
    [InlineData("application/octet-stream", "")]
    [InlineData("application/json", """{"a": 1.50}""")]
    public async Task A_value_comes_back_as_it_was_sent(string type, string value)
    {
        var (status, tag) = await PutAsync("/api/store/svc/sec/Key1", Encoding.UTF8.GetBytes(value), type);
        Assert.Equal(204, status);
        var got = await _hub.SendAsync(HttpMethod.Get, "/api/store/svc/sec/Key1");
        Assert.Equal((200, value, "text/plain"), (got.Status, got.Body, got.MediaType));
        Assert.Equal(tag, got.Headers.ETag?.Tag);
        Assert.Equal("sandbox; default-src 'none'", got.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Equal(404, (await _hub.SendAsync(HttpMethod.Get, "/api/store/svc/sec/key1")).Status);
    }

    [Fact]
    public async Task Bytes_and_large_values_come_back_too()
    {
        var bytes = Enumerable.Range(0, 2_000_000).Select(i => (byte)i).ToArray();
        Assert.Equal(204, (await PutAsync("/api/store/a/b/%C3%BC%20%7C%25", bytes, "application/octet-stream")).Status);
        using var got = await _hub.Http.GetAsync("/api/store/a/b/%C3%BC%20%7C%25", TestContext.Current.CancellationToken);
        Assert.Equal("application/octet-stream", got.Content.Headers.ContentType?.MediaType);
        Assert.Equal(bytes, await got.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal(413, (await PutAsync("/api/store/a/b/c", new byte[2_000_001], "application/octet-stream")).Status);
        Assert.Equal("[\"ü |%\"]", (await _hub.SendAsync(HttpMethod.Get, "/api/store/a/b")).Body);
    }

    [Theory]
    [InlineData("/api/store/a/b/x%2Fy")]
    [InlineData("/api/store/a/b%2fc/x")]
    [InlineData("/api/store/a/b/x%5Cy")]
    public async Task A_name_with_a_slash_is_none(string path)
    {
        var put = await _hub.SendAsync(HttpMethod.Put, path, "{}");
        Assert.Equal(400, put.Status);
        Assert.Contains("no '/'", put.Body, StringComparison.Ordinal);
        Assert.Equal("[]", (await _hub.SendAsync(HttpMethod.Get, "/api/store")).Body);
    }

    [Fact]
    public async Task A_name_with_a_percent_sign_is_one()
    {
        Assert.Equal(204, (await PutAsync("/api/store/a/b/x%252Fy?from=%2F", "v"u8.ToArray())).Status);
        Assert.Equal("v", (await _hub.SendAsync(HttpMethod.Get, "/api/store/a/b/x%252Fy")).Body);
        Assert.Equal("[\"x%2Fy\"]", (await _hub.SendAsync(HttpMethod.Get, "/api/store/a/b")).Body);
    }

    [Fact]
    public async Task The_service_and_HTTP_see_the_same()
    {
        var reply = await _hub.Services.CallAsync(
            "titanic.store", Frames.Of("set", "S", "sec", "key", "v"), TimeSpan.FromSeconds(30), new Origin("test"),
            TestContext.Current.CancellationToken);
        Assert.Equal("200", reply.Frames.Text(3));
        Assert.Equal("v", (await _hub.SendAsync(HttpMethod.Get, "/api/store/S/sec/key")).Body);
        Assert.Equal(204, (await _hub.SendAsync(HttpMethod.Delete, "/api/store/S/sec/key")).Status);
        reply = await _hub.Services.CallAsync(
            "titanic.store", Frames.Of("get", "S", "sec", "key"), TimeSpan.FromSeconds(30), new Origin("test"),
            TestContext.Current.CancellationToken);
        Assert.Equal("404", reply.Frames.Text(3));
    }

    [Fact]
    public async Task A_value_is_set_only_while_it_is_what_the_tag_names()
    {
        const string Path = "/api/store/svc/sec/key";
        var (status, first) = await PutAsync(Path, "1"u8.ToArray(), headers: h => h.IfNoneMatch.Add(EntityTagHeaderValue.Any));
        Assert.Equal(204, status);
        Assert.Equal(412, (await PutAsync(Path, "2"u8.ToArray(), headers: h => h.IfNoneMatch.Add(EntityTagHeaderValue.Any))).Status);
        var (again, second) = await PutAsync(Path, "2"u8.ToArray(), headers: h => h.IfMatch.Add(new EntityTagHeaderValue(first!)));
        Assert.Equal(204, again);
        Assert.Equal(412, (await PutAsync(Path, "3"u8.ToArray(), headers: h => h.IfMatch.Add(new EntityTagHeaderValue(first!)))).Status);
        Assert.Equal(412, await DeleteAsync(Path, h => h.IfMatch.Add(new EntityTagHeaderValue(first!))));
        Assert.Equal(204, await DeleteAsync(Path, h => h.IfMatch.Add(new EntityTagHeaderValue(second!))));
        Assert.Equal(404, await DeleteAsync(Path, h => h.IfMatch.Add(EntityTagHeaderValue.Any)));
        Assert.Equal(412, (await PutAsync(Path, "4"u8.ToArray(), headers: h => h.IfMatch.Add(EntityTagHeaderValue.Any))).Status);
        var weak = new EntityTagHeaderValue(first!, isWeak: true);
        Assert.Equal(400, (await PutAsync(Path, "4"u8.ToArray(), headers: h => h.IfMatch.Add(weak))).Status);
        Assert.Equal(400, await DeleteAsync(Path, h =>
        {
            h.IfMatch.Add(EntityTagHeaderValue.Any);
            h.IfNoneMatch.Add(EntityTagHeaderValue.Any);
        }));
    }

    [Fact]
    public async Task Lists_are_in_order_and_go_on_where_they_ended()
    {
        foreach (var path in (string[])["b/x/1", "b/x/2", "a/y/1"]) await PutAsync($"/api/store/{path}", "v"u8.ToArray());
        Assert.Equal("""["a","b"]""", (await _hub.SendAsync(HttpMethod.Get, "/api/store")).Body);
        Assert.Equal("""["a"]""", (await _hub.SendAsync(HttpMethod.Get, "/api/store?limit=1")).Body);
        Assert.Equal("""["b"]""", (await _hub.SendAsync(HttpMethod.Get, "/api/store?after=a")).Body);
        Assert.Equal("""["x"]""", (await _hub.SendAsync(HttpMethod.Get, "/api/store/b")).Body);
        Assert.Equal("[]", (await _hub.SendAsync(HttpMethod.Get, "/api/store/b?after=x")).Body);
        Assert.Equal("""["2"]""", (await _hub.SendAsync(HttpMethod.Get, "/api/store/b/x?after=1")).Body);
        Assert.Equal(404, (await _hub.SendAsync(HttpMethod.Get, "/api/store/c")).Status);
        Assert.Equal(404, (await _hub.SendAsync(HttpMethod.Get, "/api/store/b/z")).Status);
        Assert.Equal(400, (await _hub.SendAsync(HttpMethod.Get, "/api/store?limit=0")).Status);
        Assert.Equal(400, (await _hub.SendAsync(HttpMethod.Get, "/api/store?limit=10001")).Status);
        Assert.Equal(507, (await PutAsync("/api/store/b/x/3", "v"u8.ToArray())).Status);
        Assert.Equal(204, (await _hub.SendAsync(HttpMethod.Delete, "/api/store/b/x")).Status);
        Assert.Equal(404, (await _hub.SendAsync(HttpMethod.Delete, "/api/store/b/x")).Status);
        Assert.Equal(204, (await _hub.SendAsync(HttpMethod.Delete, "/api/store/a")).Status);
        Assert.Equal("[]", (await _hub.SendAsync(HttpMethod.Get, "/api/store")).Body);
    }

    [Fact]
    public async Task What_makes_no_sense_is_refused_with_words()
    {
        Assert.Equal(400, (await PutAsync("/api/store/a..b/s/k", "v"u8.ToArray())).Status);
        Assert.Equal(415, (await PutAsync("/api/store/S/s/k", "v"u8.ToArray(), "application/x-www-form-urlencoded")).Status);
        Assert.Equal(401, (await _hub.SendAsStrangerAsync(HttpMethod.Get, "/api/store")).Status);
        Assert.Contains("gatehouse store list", (await _hub.SendAsync(HttpMethod.Get, "/api/store/a/b/c")).Body, StringComparison.Ordinal);
    }

    private async Task<(int Status, string? Tag)> PutAsync(
        string path, byte[] body, string type = "text/plain", Action<HttpRequestHeaders>? headers = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, path) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        headers?.Invoke(request.Headers);
        using var response = await _hub.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, response.Headers.ETag?.Tag);
    }

    private async Task<int> DeleteAsync(string path, Action<HttpRequestHeaders> headers) =>
        (await _hub.SendAsync(HttpMethod.Delete, path, headers: headers)).Status;
}
