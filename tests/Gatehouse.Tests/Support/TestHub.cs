using System.Net.Http.Headers;
using System.Text;
using Gatehouse.Devices;
using Gatehouse.Parts;
using Gatehouse.Runtime;
using Gatehouse.Runtime.Configuration;
using Gatehouse.Services;
using Gatehouse.Tree;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Support;

/// <summary>The whole hub in this process, on a free port, with its data in a folder that goes with it. No driver runs.</summary>
internal sealed class TestHub : IAsyncDisposable
{
    private static readonly string[] Always =
    [
        "web.listen=127.0.0.1:0", "log.level=none",
        "drivers.system.enabled=false", "drivers.oneWire.enabled=false", "drivers.fake.enabled=false",
    ];

    private readonly DataDirectory _data;
    private readonly WebApplication _app;

    private TestHub(DataDirectory data, WebApplication app)
    {
        (_data, _app) = (data, app);
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        Http = new HttpClient { BaseAddress = Address };
    }

    public Uri Address { get; }

    /// <summary>The data directory; a place for a test's own files, too. It goes with the hub.</summary>
    public string Folder => _data.Path;

    public HttpClient Http { get; }

    public ValueTree Tree => Get<ValueTree>();

    public ServiceDirectory Services => Get<ServiceDirectory>();

    public DeviceRegistry Devices => Get<DeviceRegistry>();

    public HubLife Life => Get<HubLife>();

    public static async Task<TestHub> StartAsync(TimeProvider? time = null, string[]? settings = null)
    {
        var data = DataDirectory.Take(Directory.CreateTempSubdirectory("gatehouse").FullName);
        var source = new SettingsSource("gatehouse.json", IsOptional: true, [.. Always, .. settings ?? []]);
        var load = source.Load(SettingsCatalog.Layout);
        Assert.Empty(load.Problems);
        var app = HubApp.Build(data, load.Settings!, source, time);
        await app.StartAsync();
        app.Services.GetRequiredService<Readiness>().BecomeReady();
        return new TestHub(data, app);
    }

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    /// <summary>Sends a request; a body goes as JSON.</summary>
    public async Task<Answer> SendAsync(HttpMethod method, string path, string? body = null, Action<HttpRequestHeaders>? headers = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        headers?.Invoke(request.Headers);
        using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new Answer((int)response.StatusCode, text, response.Content.Headers.ContentType?.MediaType, response.Headers);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _data.Dispose();
        Directory.Delete(_data.Path, recursive: true);
    }
}

/// <summary>What a request came to.</summary>
internal sealed record Answer(int Status, string Body, string? MediaType, HttpResponseHeaders Headers);
