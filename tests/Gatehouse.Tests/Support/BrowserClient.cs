using System.Text.Json;
using Gatehouse.Security;

namespace Gatehouse.Tests.Support;

/// <summary>Keeps a hub's cookie and sends it, as a browser would.</summary>
internal sealed class BrowserClient(TestHub hub, string agent = "Test/1") : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = hub.Address };

    /// <summary>What the cookie header says: <c>name=value</c>.</summary>
    public string? Cookie { get; set; }

    /// <summary>The header that gave it.</summary>
    public string? SetCookie { get; private set; }

    public string? Antiforgery { get; private set; }

    public string? Id { get; private set; }

    /// <summary>What a proxy before the hub speaks; null for none.</summary>
    public string? Scheme { get; init; }

    /// <summary>Signs in, by a new code unless one is given; what the hub tells then.</summary>
    public async Task<JsonElement> SignInAsync(string? code = null)
    {
        var body = $$"""{"code":"{{code ?? hub.Get<OneTimeCodes>().Mint().Text}}"}""";
        var answer = await SendAsync(HttpMethod.Post, "/api/session", body);
        Assert.Equal(200, answer.Status);
        SetCookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        Cookie = SetCookie.Split(';')[0];
        var state = JsonDocument.Parse(answer.Body).RootElement;
        Antiforgery = state.GetProperty("antiforgery").GetString();
        Id = state.GetProperty("session").GetProperty("id").GetString();
        return state;
    }

    public HttpRequestMessage Request(HttpMethod method, string path, string? body = null, string? antiforgery = null)
    {
        var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        if (Cookie is not null) request.Headers.Add("Cookie", Cookie);
        if (antiforgery is not null) request.Headers.TryAddWithoutValidation("Gatehouse-Antiforgery", antiforgery);
        if (Scheme is not null) request.Headers.Add("X-Forwarded-Proto", Scheme);
        request.Headers.UserAgent.ParseAdd(agent);
        return request;
    }

    public async Task<Answer> SendAsync(HttpMethod method, string path, string? body = null, string? antiforgery = null)
    {
        using var request = Request(method, path, body, antiforgery);
        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new Answer((int)response.StatusCode, text, response.Content.Headers.ContentType?.MediaType, response.Headers);
    }

    public void Dispose() => _http.Dispose();
}
