using Gatehouse.Tests.Support;
using Gatehouse.Web;

namespace Gatehouse.Tests.Web;

public sealed class RequestGuardTests
{
    private readonly RequestGuard _guard = new(["gate.lan"]);

    [Theory]
    [InlineData("localhost")]
    [InlineData("LOCALHOST:8080")]
    [InlineData("127.0.0.1:8080")]
    [InlineData("127.9.9.9")]
    [InlineData("[::1]:8080")]
    [InlineData("gate.lan:80")]
    public void Its_own_names_pass(string host) => Assert.Null(_guard.Refusal(From(host)));

    [Theory]
    [InlineData("evil.example")]
    [InlineData("localhost.evil.example:8080")]
    [InlineData("192.168.1.5:8080")]
    [InlineData("")]
    [InlineData("[")]
    public void Other_names_do_not(string host) =>
        Assert.Contains("does not go by the name", _guard.Refusal(From(host)), StringComparison.Ordinal);

    [Theory]
    [InlineData("http://localhost:8080", true)]
    [InlineData("https://LOCALHOST:8080", true)]
    [InlineData("http://localhost:3000", false)]
    [InlineData("http://localhost", false)]
    [InlineData("http://evil.example", false)]
    [InlineData("null", false)]
    [InlineData("", false)]
    public void Only_its_own_origin_passes(string origin, bool passes) =>
        Assert.Equal(passes, _guard.Refusal(From("localhost:8080") with { Origin = origin }) is null);

    [Theory]
    [InlineData("same-origin", "cors", "empty", "/api/values", true)]
    [InlineData("none", "navigate", "document", "/", true)]
    [InlineData("cross-site", "no-cors", "image", "/api/values", false)]
    [InlineData("same-site", "cors", "empty", "/api/values", false)]
    [InlineData("cross-site", "navigate", "document", "/", true)]
    [InlineData("cross-site", "navigate", "iframe", "/", false)]
    [InlineData("cross-site", "navigate", "document", "/api/values", false)]
    [InlineData("new-word", "navigate", "embed", "/", false)]
    public void Requests_of_other_sites_do_not_pass_but_a_link_to_the_page_does(
        string site, string mode, string destination, string path, bool passes) =>
        Assert.Equal(passes, _guard.Refusal(new GuardedRequest("GET", path, "localhost:8080", null, site, mode, destination)) is null);

    [Fact]
    public async Task The_hub_asks_the_guard_first()
    {
        await using var hub = await TestHub.StartAsync(settings: ["web.names=[\"gate.lan\"]"]);
        Assert.Equal(200, (await hub.SendAsync(HttpMethod.Get, "/readyz", headers: h => h.Host = "gate.lan")).Status);
        Assert.Equal(403, (await hub.SendAsync(HttpMethod.Get, "/readyz", headers: h => h.Host = "evil.example")).Status);
        var foreign = await hub.SendAsync(
            HttpMethod.Put, "/api/values/a", """{"value":1}""", h => h.Add("Origin", "http://evil.example"));
        Assert.Equal(403, foreign.Status);
        using var form = new FormUrlEncodedContent([new("value", "1")]);
        using var response = await hub.Http.PutAsync("/api/values/a", form, TestContext.Current.CancellationToken);
        Assert.Equal(415, (int)response.StatusCode);
        Assert.Null(hub.Tree.Get("/a"));
    }

    private static GuardedRequest From(string host) => new("GET", "/api/values", host, null, null, null, null);
}
