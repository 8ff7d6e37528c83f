using System.Net.Http.Headers;
using System.Text.Json;
using Gatehouse.Security;
using Gatehouse.Tests.Support;
using Gatehouse.Web;

namespace Gatehouse.Tests.Web;

/// <summary>The door over HTTP: what is closed, and the three ways in.</summary>
public sealed class DoorApiTests
{
    [Theory]
    [InlineData("GET", "/api/values")]
    [InlineData("PUT", "/api/values/a")]
    [InlineData("GET", "/api/changes")]
    [InlineData("POST", "/api/services/hub.info")]
    [InlineData("GET", "/api/sessions")]
    [InlineData("POST", "/api/session/codes")]
    [InlineData("GET", "/api/nothing")]
    [InlineData("POST", "/api/nothing")]
    [InlineData("DELETE", "/api")]
    [InlineData("GET", "/API/values")]
    [InlineData("GET", "/api%2Fvalues")]
    [InlineData("GET", "/x/../api/values")]
    [InlineData("GET", "/openapi/v1.json")]
    [InlineData("GET", "/openapi/other.json")]
    [InlineData("OPTIONS", "/api/values")]
    public async Task Strangers_are_told_how_to_get_in_and_nothing_else(string method, string path)
    {
        await using var hub = await TestHub.StartAsync();
        var answer = await hub.SendAsStrangerAsync(new HttpMethod(method), path, method is "PUT" or "POST" ? "{}" : null);
        // What is no path of the API is the page's, which holds no secret.
        if (answer.Status is 200 or 404)
        {
            Assert.False(path.StartsWith("/api/", StringComparison.OrdinalIgnoreCase));
            Assert.False(path.StartsWith("/openapi", StringComparison.OrdinalIgnoreCase));
            Assert.NotEqual("application/json", answer.MediaType);
            return;
        }
        Assert.Equal((401, "application/problem+json"), (answer.Status, answer.MediaType));
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.ToString());
        Assert.Contains("gatehouse code", answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("/tmp", answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/healthz", 200)]
    [InlineData("/readyz", 200)]
    [InlineData("/api/session", 200)]
    [InlineData("/", 200)]
    [InlineData("/nothing.js", 404)]
    public async Task What_holds_no_secret_is_for_all(string path, int status)
    {
        await using var hub = await TestHub.StartAsync();
        Assert.Equal(status, (await hub.SendAsStrangerAsync(HttpMethod.Get, path)).Status);
    }

    [Fact]
    public async Task Strangers_learn_nothing_of_the_hub()
    {
        await using var hub = await TestHub.StartAsync(settings: ["hub.name=attic"]);
        var answer = await hub.SendAsStrangerAsync(HttpMethod.Get, "/api/session");
        Assert.Equal("""{"signedIn":false,"open":false,"insecure":false}""", answer.Body);
        Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
    }

    [Fact]
    public async Task A_code_opens_a_session_that_reads_and_with_its_antiforgery_token_writes()
    {
        await using var hub = await TestHub.StartAsync();
        using var browser = new BrowserClient(hub);
        var opened = await browser.SignInAsync();
        Assert.True(opened.GetProperty("signedIn").GetBoolean());
        Assert.Matches("^[0-9a-f]{12}$", opened.GetProperty("session").GetProperty("id").GetString());
        Assert.Matches("^gatehouse-[0-9a-f]{8}=[A-Za-z0-9_-]{43}; max-age=31536000; path=/; samesite=strict; httponly$", browser.SetCookie);

        Assert.Equal(200, (await browser.SendAsync(HttpMethod.Get, "/api/values")).Status);
        var refused = await browser.SendAsync(HttpMethod.Put, "/api/values/a", """{"value": 1}""");
        Assert.Equal(400, refused.Status);
        Assert.Contains("\"title\":\"Antiforgery\"", refused.Body, StringComparison.Ordinal);
        Assert.Null(hub.Tree.Get("/a"));
        foreach (var wrong in (string[])["", "x", (browser.Antiforgery![0] == 'A' ? "B" : "A") + browser.Antiforgery[1..], browser.Cookie!])
        {
            Assert.Equal(400, (await browser.SendAsync(HttpMethod.Put, "/api/values/a", """{"value": 1}""", wrong)).Status);
        }
        Assert.Equal(200, (await browser.SendAsync(HttpMethod.Put, "/api/values/a", """{"value": 1}""", browser.Antiforgery)).Status);
        Assert.NotNull(hub.Tree.Get("/a"));
        Assert.Equal(400, (await browser.SendAsync(HttpMethod.Delete, "/api/values/a")).Status);

        var told = await browser.SendAsync(HttpMethod.Get, "/api/session");
        Assert.Contains(browser.Antiforgery, told.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_and_used_codes_are_refused_and_soon_not_even_looked_at()
    {
        var time = new ManualTime();
        await using var hub = await TestHub.StartAsync(time);
        var code = hub.Get<OneTimeCodes>().Mint().Text;
        Assert.Equal(200, (await TryAsync(hub, code)).Status);
        Assert.Equal(403, (await TryAsync(hub, code)).Status);
        foreach (var body in (string[])["", "{", "null", "[]", "{}", """{"code":5}""", """{"code":null}""", """{"code":"1234"}"""])
        {
            Assert.Equal(400, (await hub.SendAsStrangerAsync(HttpMethod.Post, "/api/session", body)).Status);
        }
        Assert.Equal(400, (await TryAsync(hub, new string('0', 600 * 1024))).Status);
        for (var i = 1; i < CodeTries.Burst; i++) Assert.Equal(403, (await TryAsync(hub, "00000-00000")).Status);
        var limited = await TryAsync(hub, hub.Get<OneTimeCodes>().Mint().Text);
        Assert.Equal(429, limited.Status);
        Assert.Equal("6", limited.Headers.RetryAfter!.ToString());
        Assert.Contains("try again in 6 s", limited.Body, StringComparison.Ordinal);
        time.Advance(CodeTries.Period);
        Assert.Equal(200, (await TryAsync(hub, hub.Get<OneTimeCodes>().Mint().Text)).Status);
    }

    [Fact]
    public async Task Signing_out_ends_the_session_and_its_streams_at_once()
    {
        await using var hub = await TestHub.StartAsync();
        using var browser = new BrowserClient(hub);
        await browser.SignInAsync();
        using var request = browser.Request(HttpMethod.Get, "/api/changes");
        using var stream = await hub.Stranger.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal(200, (int)stream.StatusCode);
        using var reader = new StreamReader(await stream.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line && line != "event: snapshot") { }
        var left = await browser.SendAsync(HttpMethod.Delete, "/api/session");
        Assert.Equal(204, left.Status);
        Assert.Contains(left.Headers.GetValues("Set-Cookie"), c => c.Contains("expires=Thu, 01 Jan 1970", StringComparison.Ordinal));
        Assert.Equal("\"cache\"", Assert.Single(left.Headers.GetValues("Clear-Site-Data")));
        await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Equal(401, (await browser.SendAsync(HttpMethod.Get, "/api/values")).Status);
        Assert.Equal(204, (await browser.SendAsync(HttpMethod.Delete, "/api/session")).Status);
    }

    [Fact]
    public async Task Sessions_are_listed_and_ended_from_another_and_codes_minted_for_it()
    {
        await using var hub = await TestHub.StartAsync();
        using var desk = new BrowserClient(hub, "Desk/1");
        using var phone = new BrowserClient(hub, "Phone/1");
        await desk.SignInAsync();
        var minted = await desk.SendAsync(HttpMethod.Post, "/api/session/codes", "{}", desk.Antiforgery);
        Assert.Equal(200, minted.Status);
        using var code = JsonDocument.Parse(minted.Body);
        var expires = code.RootElement.GetProperty("expires").GetDateTimeOffset();
        Assert.InRange(expires, TimeProvider.System.GetUtcNow(), TimeProvider.System.GetUtcNow() + OneTimeCodes.Lifetime);
        await phone.SignInAsync(code.RootElement.GetProperty("code").GetString());

        using var list = JsonDocument.Parse((await desk.SendAsync(HttpMethod.Get, "/api/sessions")).Body);
        var sessions = list.RootElement.EnumerateArray().ToDictionary(s => s.GetProperty("agent").GetString()!);
        Assert.Equal(["Desk/1", "Phone/1"], sessions.Keys.Order());
        Assert.True(sessions["Desk/1"].GetProperty("current").GetBoolean());
        Assert.False(sessions["Phone/1"].GetProperty("current").GetBoolean());
        Assert.Equal("127.0.0.1", sessions["Phone/1"].GetProperty("address").GetString());

        var path = $"/api/sessions/{sessions["Phone/1"].GetProperty("id").GetString()}";
        Assert.Equal(400, (await desk.SendAsync(HttpMethod.Delete, path)).Status);
        Assert.Equal(204, (await desk.SendAsync(HttpMethod.Delete, path, antiforgery: desk.Antiforgery)).Status);
        Assert.Equal(404, (await desk.SendAsync(HttpMethod.Delete, path, antiforgery: desk.Antiforgery)).Status);
        Assert.Equal(401, (await phone.SendAsync(HttpMethod.Get, "/api/values")).Status);
        Assert.Equal(204, (await desk.SendAsync(
            HttpMethod.Delete, $"/api/sessions/{desk.Id}", antiforgery: desk.Antiforgery)).Status);
        Assert.Equal(401, (await desk.SendAsync(HttpMethod.Get, "/api/values")).Status);
    }

    [Fact]
    public async Task Whoever_signs_in_again_has_one_session()
    {
        await using var hub = await TestHub.StartAsync();
        using var browser = new BrowserClient(hub);
        await browser.SignInAsync();
        var before = browser.Id;
        await browser.SignInAsync();
        Assert.NotEqual(before, browser.Id);
        Assert.Equal(browser.Id, Assert.Single(hub.Get<Sessions>().List()).Id);
    }

    [Theory]
    [InlineData("gatehouse-00000000=AAAA")]
    [InlineData("{0}=")]
    [InlineData("{0}=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("{0}=%00%ff; {0}=x")]
    [InlineData(";;;=;{0}")]
    public async Task Strange_cookies_are_none(string cookie)
    {
        await using var hub = await TestHub.StartAsync();
        var name = hub.Get<Gatehouse.Web.Door.SessionCookie>().Name;
        var answer = await hub.SendAsStrangerAsync(
            HttpMethod.Get, "/api/values", headers: h => h.TryAddWithoutValidation("Cookie", string.Format(null, cookie, name)));
        Assert.Equal(401, answer.Status);
    }

    [Theory]
    [InlineData("Bearer nonsense", 401)]
    [InlineData("Bearer", 401)]
    [InlineData("Basic YTpi", 401)]
    [InlineData("Bearer a-token-for-scripts", 200)]
    [InlineData("bearer  a-token-for-scripts", 200)]
    [InlineData("Bearer a-token-for-script", 401)]
    public async Task Scripts_have_a_token_of_their_own(string authorization, int status)
    {
        await using var hub = await TestHub.StartAsync(settings: ["web.token=a-token-for-scripts"]);
        var answer = await hub.SendAsStrangerAsync(
            HttpMethod.Get, "/api/values", headers: h => h.TryAddWithoutValidation("Authorization", authorization));
        Assert.Equal(status, answer.Status);
    }

    [Fact]
    public async Task What_a_proxy_passes_on_is_not_from_this_machine()
    {
        await using var hub = await TestHub.StartAsync(settings: ["web.token=a-token-for-scripts", "web.open=true"]);
        void Forwarded(HttpRequestHeaders headers) => headers.Add("X-Forwarded-For", "192.168.1.7");
        Assert.Equal(200, (await hub.SendAsStrangerAsync(HttpMethod.Get, "/api/values")).Status);
        Assert.Equal(401, (await hub.SendAsStrangerAsync(HttpMethod.Get, "/api/values", headers: Forwarded)).Status);
        var token = await hub.SendAsStrangerAsync(HttpMethod.Get, "/api/values", headers: h =>
        {
            Forwarded(h);
            h.Authorization = new("Bearer", "a-token-for-scripts");
        });
        Assert.Equal(401, token.Status);
        Assert.Contains("web.token holds on the hub's own machine alone", token.Body, StringComparison.Ordinal);
        Assert.Equal(200, (await hub.SendAsync(HttpMethod.Get, "/api/values", headers: Forwarded)).Status);
        var state = await hub.SendAsStrangerAsync(HttpMethod.Get, "/api/session", headers: Forwarded);
        Assert.Contains("\"open\":false", state.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("web.open=true", """{"signedIn":false,"open":true,"insecure":false}""")]
    [InlineData("web.insecure=true", """{"signedIn":false,"open":true,"insecure":true}""")]
    public async Task The_door_can_be_left_open(string setting, string state)
    {
        await using var hub = await TestHub.StartAsync(settings: [setting]);
        Assert.Equal(200, (await hub.SendAsStrangerAsync(HttpMethod.Put, "/api/values/a", """{"value":1}""")).Status);
        Assert.Equal(state, (await hub.SendAsStrangerAsync(HttpMethod.Get, "/api/session")).Body);
        Assert.Equal(200, (await hub.SendAsStrangerAsync(
            HttpMethod.Get, "/api/values", headers: h => h.Authorization = new("Bearer", "old"))).Status);
    }

    [Fact]
    public async Task Behind_https_the_cookie_is_for_https()
    {
        await using var hub = await TestHub.StartAsync();
        using var browser = new BrowserClient(hub) { Scheme = "https" };
        await browser.SignInAsync();
        Assert.Contains("; secure;", browser.SetCookie, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_hubs_on_one_machine_have_cookies_of_their_own()
    {
        await using var one = await TestHub.StartAsync();
        await using var other = await TestHub.StartAsync();
        using var browser = new BrowserClient(one);
        await browser.SignInAsync();
        var own = browser.Cookie;
        using var second = new BrowserClient(other);
        await second.SignInAsync();
        browser.Cookie = $"{own}; {second.Cookie}";
        Assert.Equal(200, (await browser.SendAsync(HttpMethod.Get, "/api/values")).Status);
        Assert.NotEqual(own!.Split('=')[0], second.Cookie!.Split('=')[0]);
    }

    [Fact]
    public async Task The_interface_describes_how_to_get_in()
    {
        await using var hub = await TestHub.StartAsync();
        using var api = JsonDocument.Parse((await hub.SendAsync(HttpMethod.Get, "/openapi/v1.json")).Body);
        var schemes = api.RootElement.GetProperty("components").GetProperty("securitySchemes");
        Assert.Equal("bearer", schemes.GetProperty("token").GetProperty("scheme").GetString());
        Assert.Equal(
            hub.Get<Gatehouse.Web.Door.SessionCookie>().Name, schemes.GetProperty("session").GetProperty("name").GetString());
        Assert.Equal(
            ["token", "session"],
            api.RootElement.GetProperty("security").EnumerateArray().Select(s => s.EnumerateObject().Single().Name));
        var paths = api.RootElement.GetProperty("paths");
        Assert.Empty(paths.GetProperty("/api/session").GetProperty("post").GetProperty("security").EnumerateArray());
        Assert.False(paths.GetProperty("/api/values").GetProperty("get").TryGetProperty("security", out _));
    }

    [Fact]
    public void The_link_that_is_printed_leads_somewhere()
    {
        Assert.Equal(
            "OPEN http://127.0.0.1:8080/#code=4F7KQ-2M9XA\nThe link opens the page, once; 'gatehouse code' makes another.\n",
            Invitation.Write(new Uri("http://127.0.0.1:8080"), "4F7KQ-2M9XA"));
        Assert.StartsWith(
            "OPEN http://localhost:80/#code=4F7KQ-2M9XA\n".Replace(":80/", "/", StringComparison.Ordinal),
            Invitation.Write(new Uri("http://0.0.0.0:80"), "4F7KQ-2M9XA"), StringComparison.Ordinal);
        Assert.Contains(
            "From another machine put this one's name or address in place of localhost.",
            Invitation.Write(new Uri("http://[::]:8080"), "4F7KQ-2M9XA"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1:80", "192.168.1.5:80", false)]
    [InlineData("127.0.0.1:80", "attic.local", false)]
    [InlineData("0.0.0.0:80", "192.168.1.5:80", true)]
    [InlineData("[::]:80", "[fd00::5]:80", true)]
    [InlineData("192.168.1.5:80", "attic", true)]
    [InlineData("0.0.0.0:80", "ATTIC.local:80", true)]
    [InlineData("0.0.0.0:80", "attic.lan", true)]
    [InlineData("0.0.0.0:80", "attic.example", false)]
    [InlineData("0.0.0.0:80", "evil.example", false)]
    public void On_the_network_addresses_and_the_machines_name_are_names_too(string listen, string host, bool passes)
    {
        Assert.True(ListenAddress.TryParse(listen, out var address));
        var guard = RequestGuard.Of(address, [], "attic.lan");
        Assert.Equal(passes, guard.Refusal(new GuardedRequest("GET", "/api/values", host, null, null, null, null)) is null);
    }

    private static Task<Answer> TryAsync(TestHub hub, string code) =>
        hub.SendAsStrangerAsync(HttpMethod.Post, "/api/session", $$"""{"code":"{{code}}"}""");
}
