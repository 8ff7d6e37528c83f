using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Gatehouse.Sdk.Hub;
using Gatehouse.Sdk.Values;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Web;

public sealed class BlobsApiTests : IAsyncLifetime
{
    private static readonly byte[] Picture = [0xFF, 0xD8, 0xFF, .. "<script>"u8];
    private static readonly byte[] Png = [0x89, .. "PNG\r\n\u001A\n and more"u8];

    private TestHub _hub = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _hub = await TestHub.StartAsync(settings: ["blobs.largest=1000"]);

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    [Fact]
    public async Task A_picture_comes_back_as_it_was_to_be_asked_for_again_and_to_run_nothing()
    {
        using var stored = await PostAsync(Picture, "image/jpeg");
        Assert.Equal(HttpStatusCode.Created, stored.StatusCode);
        var document = JsonDocument.Parse(await stored.Content.ReadAsStringAsync(Stop)).RootElement;
        Assert.Equal(["blob", "size", "type"], document.EnumerateObject().Select(m => m.Name).Order());
        Assert.Equal(stored.Headers.Location!.OriginalString, $"/api/blobs/{document.GetProperty("blob").GetString()}");

        using var got = await _hub.Http.GetAsync(stored.Headers.Location, Stop);
        Assert.Equal(Picture, await got.Content.ReadAsByteArrayAsync(Stop));
        Assert.Equal("image/jpeg", got.Content.Headers.ContentType!.MediaType);
        Assert.Equal("nosniff", got.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Contains("sandbox", got.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal("no-cache, private", got.Headers.CacheControl!.ToString());
        Assert.NotNull(got.Headers.ETag);
    }

    [Fact]
    public async Task Ranges_and_known_tags_are_honoured()
    {
        using var stored = await PostAsync(Picture, "image/jpeg");
        using var part = new HttpRequestMessage(HttpMethod.Get, stored.Headers.Location);
        part.Headers.Range = new RangeHeaderValue(1, 2);
        using var some = await _hub.Http.SendAsync(part, Stop);
        Assert.Equal((HttpStatusCode.PartialContent, 2), (some.StatusCode, some.Content.Headers.ContentLength));
        using var again = new HttpRequestMessage(HttpMethod.Get, stored.Headers.Location);
        again.Headers.IfNoneMatch.Add(some.Headers.ETag!);
        using var same = await _hub.Http.SendAsync(again, Stop);
        Assert.Equal((HttpStatusCode.NotModified, "no-cache, private"), (same.StatusCode, same.Headers.CacheControl?.ToString()));
        using var head = await _hub.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, stored.Headers.Location), Stop);
        Assert.Equal((HttpStatusCode.OK, Picture.Length), (head.StatusCode, head.Content.Headers.ContentLength));
    }

    [Fact]
    public async Task Other_bytes_are_handed_out_to_be_saved()
    {
        using var stored = await PostAsync("<svg onload='alert(1)'/>"u8.ToArray(), "application/octet-stream");
        using var got = await _hub.Http.GetAsync(stored.Headers.Location, Stop);
        Assert.Equal("attachment", got.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Equal("application/octet-stream", got.Content.Headers.ContentType!.MediaType);
    }

    [Theory]
    [InlineData("image/svg+xml")]
    [InlineData("text/plain")]
    [InlineData("multipart/form-data")]
    public async Task A_type_that_is_none_of_those_is_refused(string type)
    {
        using var answer = await PostAsync(Picture, type);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
    }

    [Fact]
    public async Task Json_is_no_blob_and_a_picture_is_no_body_of_another_request()
    {
        Assert.Equal(415, (await _hub.SendAsync(HttpMethod.Post, "/api/blobs", "{}")).Status);
        using var content = new ByteArrayContent(Picture) { Headers = { ContentType = new MediaTypeHeaderValue("image/jpeg") } };
        using var other = await _hub.Http.PostAsync("/api/services/hub.info", content, Stop);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, other.StatusCode);
    }

    [Theory]
    [InlineData("image/png", "the bytes are not a PNG")]
    [InlineData("image/avif", "the bytes are not an AVIF")]
    [InlineData("image/jpeg; charset=binary", null)]
    [InlineData("application/octet-stream", null)]
    public async Task Bytes_that_are_not_what_they_are_sent_as_are_refused(string type, string? words)
    {
        using var answer = await PostAsync(Picture, type);
        Assert.Equal(words is null ? HttpStatusCode.Created : HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
        if (words is not null) Assert.Contains(words, await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        using var right = await PostAsync(Png, "image/png");
        Assert.Equal(HttpStatusCode.Created, right.StatusCode);
    }

    [Theory]
    [InlineData("image/png")]
    [InlineData("application/octet-stream")]
    public async Task No_bytes_are_no_blob(string type)
    {
        using var answer = await PostAsync([], type);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("the body is empty", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_is_too_large_is_told_how_much_is_allowed()
    {
        using var answer = await PostAsync([.. Png, .. new byte[1001]], "image/png");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Contains("1000 bytes", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/blobs/aaaa")]
    [InlineData("/api/blobs/..%2F..%2Fhub.json")]
    [InlineData("/api/blobs/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task What_is_not_there_is_not_found(string path) =>
        Assert.Equal(404, (await _hub.SendAsync(HttpMethod.Get, path)).Status);

    [Fact]
    public async Task The_client_stores_names_and_reads_them()
    {
        using var client = new HubClient(_hub.Address, _hub.Http);
        var blob = await client.Blobs.StoreAsync(new MemoryStream(Picture), "image/jpeg", Stop);
        await client.SetAsync(Key.Parse("/door/still"), blob.ToValue(), stop: Stop);
        using var named = JsonDocument.Parse(_hub.Tree.Get("/door/still")!.Value.Payload);
        Assert.Equal(blob.Blob, named.RootElement.GetProperty("blob").GetString());
        await using var content = await client.Blobs.OpenAsync(blob.Blob, Stop);
        using var copy = new MemoryStream();
        await content!.CopyToAsync(copy, Stop);
        Assert.Equal(Picture, copy.ToArray());
        Assert.Null(await client.Blobs.OpenAsync(new string('0', 64), Stop));
    }

    private Task<HttpResponseMessage> PostAsync(byte[] bytes, string type) => _hub.Http.PostAsync(
        "/api/blobs", new ByteArrayContent(bytes) { Headers = { ContentType = MediaTypeHeaderValue.Parse(type) } }, Stop);
}
