using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using Gatehouse.Tests.Support;
using Gatehouse.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Web;

/// <summary>The page's files as browsers get them: from a folder of the test's own, and those that the build has made.</summary>
public sealed partial class PageFilesTests : IAsyncLifetime
{
    private const string Script = "/assets/index-abc.js";

    private readonly string _folder = Directory.CreateTempSubdirectory("gatehouse").FullName;
    private readonly string _code = string.Concat(Enumerable.Repeat("const a = 'ü';\n", 200));
    private WebApplication _app = null!;
    private HttpClient _http = null!;

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "assets"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "index.html"), "<!doctype html><title>page</title>");
        await File.WriteAllTextAsync(Path.Combine(_folder, "favicon.svg"), "<svg/>");
        await File.WriteAllTextAsync(Path.Combine(_folder, "assets/index-abc.js"), _code);
        await using (var file = File.Create(Path.Combine(_folder, "assets/index-abc.js.br")))
        await using (var brotli = new BrotliStream(file, CompressionLevel.Optimal)) await brotli.WriteAsync(Encoding.UTF8.GetBytes(_code));
        await using (var file = File.Create(Path.Combine(_folder, "assets/index-abc.js.gz")))
        await using (var gzip = new GZipStream(file, CompressionLevel.Optimal)) await gzip.WriteAsync(Encoding.UTF8.GetBytes(_code));

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { WebRootPath = _folder });
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRouting();
        _app = builder.Build();
        _app.MapPages();
        await _app.StartAsync();
        var address = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        _http = new HttpClient { BaseAddress = new Uri(address) };
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("gzip, deflate, br, zstd", "br")]
    [InlineData("gzip", "gzip")]
    [InlineData("br;q=0, gzip;q=0.1", "gzip")]
    [InlineData("*", "br")]
    [InlineData("br;q=0, *", "gzip")]
    [InlineData("identity", null)]
    [InlineData("br;q=0, gzip;q=0", null)]
    [InlineData("", null)]
    public async Task A_file_comes_as_the_browser_takes_it(string accepted, string? coding)
    {
        using var answer = await AskAsync(Script, accepted);
        Assert.Equal((HttpStatusCode.OK, "text/javascript", coding), Facts(answer));
        Assert.Equal("Accept-Encoding", Assert.Single(answer.Headers.Vary));
        Assert.Equal("public, max-age=31536000, immutable", answer.Headers.CacheControl?.ToString());
        await using var body = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        Assert.Equal(_code, await TextAsync(body, coding));
    }

    [Fact]
    public async Task The_head_alone_says_the_same()
    {
        using var whole = await AskAsync(Script, "br");
        using var head = await AskAsync(Script, "br", HttpMethod.Head);
        Assert.Equal(Facts(whole), Facts(head));
        Assert.Equal(whole.Content.Headers.ContentLength, head.Content.Headers.ContentLength);
        Assert.Equal(whole.Headers.ETag, head.Headers.ETag);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_the_browser_has_is_not_sent_again_and_each_form_has_a_tag_of_its_own()
    {
        var tags = new HashSet<string>();
        foreach (var coding in (string[])["br", "gzip", "identity"])
        {
            using var first = await AskAsync(Script, coding);
            Assert.True(tags.Add(first.Headers.ETag!.Tag));
            using var again = await AskAsync(Script, coding, headers: h => h.IfNoneMatch.Add(first.Headers.ETag));
            Assert.Equal((HttpStatusCode.NotModified, 1), (again.StatusCode, again.Headers.Vary.Count));
        }
        using var other = await AskAsync(Script, "br", headers: h => h.IfNoneMatch.Add(new EntityTagHeaderValue("\"x\"")));
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    public async Task A_range_is_of_the_file_itself()
    {
        using var part = await AskAsync(Script, "br, gzip", headers: h => h.Range = new RangeHeaderValue(6, 12));
        Assert.Equal((HttpStatusCode.PartialContent, "text/javascript", null), Facts(part));
        Assert.Equal("a = 'ü", await part.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        using var beyond = await AskAsync(Script, "br", headers: h => h.Range = new RangeHeaderValue(1_000_000, null));
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, beyond.StatusCode);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/chart?key=/a.b")]
    [InlineData("/system")]
    [InlineData("/sessions")]
    [InlineData("/device/localhost.system.cpu")]
    [InlineData("/device/a%2Fb.c")]
    [InlineData("/nobody/knows")]
    public async Task Places_in_the_page_are_the_page(string path)
    {
        using var answer = await AskAsync(path, "br");
        Assert.Equal((HttpStatusCode.OK, "text/html", null), Facts(answer));
        Assert.Equal("no-cache", answer.Headers.CacheControl?.ToString());
    }

    [Theory]
    [InlineData("/missing.js")]
    [InlineData("/assets/old-123.js")]
    [InlineData("/assets/nothing")]
    [InlineData("/assets/index-abc.js.br")]
    [InlineData("/assets/index-abc.js.gz")]
    [InlineData("/../index.html.bak")]
    [InlineData("/%2e%2e/secret.txt")]
    public async Task A_file_that_is_not_there_is_not_found(string path)
    {
        using var answer = await AskAsync(path, "br");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    /// <summary>What a browser loads before it draws the overview: the page, what it names, and what the scripts import at once.</summary>
    [Fact]
    public async Task The_first_load_fits_its_budget()
    {
        const int Budget = 150_000;
        await using var hub = await TestHub.StartAsync();
        foreach (var coding in (string[])["br", "gzip"])
        {
            var (waiting, seen, bytes) = (new Queue<string>(["/"]), new HashSet<string> { "/" }, 0L);
            while (waiting.TryDequeue(out var path))
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(hub.Address, path));
                request.Headers.TryAddWithoutValidation("Accept-Encoding", coding);
                using var answer = await _http.SendAsync(request, TestContext.Current.CancellationToken);
                var body = await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
                bytes += body.Length;
                var text = await TextAsync(new MemoryStream(body), answer.Content.Headers.ContentEncoding.FirstOrDefault());
                foreach (Match match in Loaded.Matches(text))
                {
                    var next = new Uri(new Uri(hub.Address, path), match.Groups[1].Value).AbsolutePath;
                    if (seen.Add(next)) waiting.Enqueue(next);
                }
            }
            TestContext.Current.TestOutputHelper?.WriteLine($"first load, {coding}: {bytes} bytes in {seen.Count} files");
            Assert.True(seen.Count > 2, "The page names no script.");
            Assert.InRange(bytes, 10_000, Budget);
        }
    }

    private static (HttpStatusCode Status, string? Type, string? Coding) Facts(HttpResponseMessage answer) =>
        (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType, answer.Content.Headers.ContentEncoding.FirstOrDefault());

    private static async Task<string> TextAsync(Stream body, string? coding)
    {
        await using var plain = coding switch
        {
            "br" => new BrotliStream(body, CompressionMode.Decompress),
            "gzip" => new GZipStream(body, CompressionMode.Decompress),
            _ => body,
        };
        using var reader = new StreamReader(plain);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    private async Task<HttpResponseMessage> AskAsync(
        string path, string accepted, HttpMethod? method = null, Action<HttpRequestHeaders>? headers = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, path);
        if (accepted.Length > 0) request.Headers.TryAddWithoutValidation("Accept-Encoding", accepted);
        headers?.Invoke(request.Headers);
        return await _http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    // In the page: scripts, modules loaded ahead and styles. In scripts: static imports. Nobody waits for icons and what import() fetches.
    [GeneratedRegex(
        """(?:<script[^>]* src=|<link rel="(?:modulepreload|stylesheet)"[^>]* href="""
        + """|(?:^|[;\s}])import\s*(?:[\w{][^"'();]*from\s*)?)["']([^"']+)["']""")]
    private static partial Regex Loaded { get; }
}
