using System.Net.Http.Headers;
using System.Text;
using Gatehouse.Devices;
using Gatehouse.Parts;
using Gatehouse.Runtime;
using Gatehouse.Runtime.Configuration;
using Gatehouse.Sdk.Hub;
using Gatehouse.Services;
using Gatehouse.Tree;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Support;

/// <summary>
/// The whole hub in this process, on a free port, with its data in a folder that goes with it. No driver and no connector runs.
/// </summary>
internal sealed class TestHub : IAsyncDisposable
{
    private static readonly string[] Always =
    [
        "web.listen=127.0.0.1:0", "log.level=none",
        "drivers.system.enabled=false", "drivers.oneWire.enabled=false", "drivers.fake.enabled=false",
        "majordomo.enabled=false", "clone.enabled=false",
    ];

    private readonly DataDirectory _data;
    private readonly WebApplication _app;

    private TestHub(DataDirectory data, WebApplication app)
    {
        (_data, _app) = (data, app);
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        Token = HubFolder.ReadToken(data.Path)!;
        Http = new HttpClient { BaseAddress = Address, DefaultRequestHeaders = { Authorization = new("Bearer", Token) } };
        Stranger = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = Address };
    }

    public Uri Address { get; }

    /// <summary>The data directory; a place for a test's own files, too. It goes with the hub.</summary>
    public string Folder => _data.Path;

    /// <summary>What commands on this machine show the hub.</summary>
    public string Token { get; }

    /// <summary>Shows the token with every request.</summary>
    public HttpClient Http { get; }

    /// <summary>Shows nothing, and keeps no cookie.</summary>
    public HttpClient Stranger { get; }

    public ValueTree Tree => Get<ValueTree>();

    public ServiceDirectory Services => Get<ServiceDirectory>();

    public DeviceRegistry Devices => Get<DeviceRegistry>();

    public HubLife Life => Get<HubLife>();

    /// <param name="prepare">Puts into the data directory what is to be there already.</param>
    public static async Task<TestHub> StartAsync(TimeProvider? time = null, string[]? settings = null, Action<string>? prepare = null)
    {
        var data = DataDirectory.Take(Directory.CreateTempSubdirectory("gatehouse").FullName);
        prepare?.Invoke(data.Path);
        var source = new SettingsSource("gatehouse.json", IsOptional: true, [.. Always, .. settings ?? []]);
        var load = source.Load(SettingsCatalog.Layout);
        Assert.Empty(load.Problems);
        var app = HubApp.Build(data, load.Settings!, source, time);
        try
        {
            await app.StartAsync();
        }
        catch
        {
            await app.DisposeAsync();
            data.Dispose();
            Directory.Delete(data.Path, recursive: true);
            throw;
        }
        app.Services.GetRequiredService<Readiness>().BecomeReady();
        return new TestHub(data, app);
    }

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    /// <summary>Sends a request; a body goes as JSON.</summary>
    public Task<Answer> SendAsync(HttpMethod method, string path, string? body = null, Action<HttpRequestHeaders>? headers = null) =>
        SendAsync(Http, method, path, body, headers);

    /// <summary>Sends a request without the token.</summary>
    public Task<Answer> SendAsStrangerAsync(
        HttpMethod method, string path, string? body = null, Action<HttpRequestHeaders>? headers = null) =>
        SendAsync(Stranger, method, path, body, headers);

    private static async Task<Answer> SendAsync(
        HttpClient http, HttpMethod method, string path, string? body, Action<HttpRequestHeaders>? headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        headers?.Invoke(request.Headers);
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new Answer((int)response.StatusCode, text, response.Content.Headers.ContentType?.MediaType, response.Headers);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        Stranger.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _data.Dispose();
        Directory.Delete(_data.Path, recursive: true);
    }
}

/// <summary>What a request came to.</summary>
internal sealed record Answer(int Status, string Body, string? MediaType, HttpResponseHeaders Headers);
