using Gatehouse.SystemTests.Support;
using Microsoft.Playwright;

namespace Gatehouse.SystemTests;

/// <summary>
/// Makes the pictures in the documents from the running program: <c>scripts/explicit-tests Gatehouse.SystemTests Picture 1</c>.
/// </summary>
public sealed class Pictures : IAsyncLifetime
{
    /// <summary>Long enough for lines to have a shape.</summary>
    private static readonly TimeSpan Recorded = TimeSpan.FromSeconds(90);

    private HubRunner _hub = null!;
    private Browser _browser = null!;

    public async ValueTask InitializeAsync()
    {
        _hub = await HubRunner.StartAsync(
            ["hub.name=attic", "drivers.system.room=Office", "drivers.system.interval=1s", "drivers.fake.interval=1s"]);
        _browser = await Browser.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        await _hub.DisposeAsync();
    }

    [Fact(Explicit = true)]
    [Trait("Run", "Picture")]
    public async Task Of_every_page()
    {
        await Task.Delay(Recorded, TimeProvider.System, TestContext.Current.CancellationToken);
        foreach (var (name, scheme) in (List<(string, ColorScheme)>)[("light", ColorScheme.Light), ("dark", ColorScheme.Dark)])
        {
            await TakeAsync("", $"page-{name}", scheme, "Processor");
            await TakeAsync("", $"phone-{name}", scheme, "Processor", width: 390);
            await TakeAsync("device/attic.fake.livingroom", $"device-{name}", scheme, "History");
            await TakeAsync(
                "chart?key=%2Fdevice%2Fattic.system.cpu%2Fload&key=%2Fdevice%2Fattic.fake.garden%2Ftemperature&last=2m",
                $"chart-{name}", scheme, "Chart");
            await TakeAsync("system", $"system-{name}", scheme, "Parts");
            await TakeAsync("sessions", $"sessions-{name}", scheme, "Signed-in browsers");
            var stranger = await _browser.OpenAsync(_hub.Address, scheme: scheme, width: 390);
            await stranger.GetByLabel("One-time code").WaitForAsync();
            await ShootAsync(stranger, $"door-{name}", width: 390, height: 700);
        }
    }

    private async Task TakeAsync(string path, string name, ColorScheme scheme, string text, int width = 1280)
    {
        var page = await _browser.OpenAsync(await _hub.NewLinkAsync(path), scheme: scheme, width: width);
        await page.GetByText(text, new() { Exact = true }).First.WaitForAsync();
        // Until the lines are there, which come behind the values.
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        await ShootAsync(page, name, width, width < 600 ? 844 : 800);
    }

    private static async Task ShootAsync(IPage page, string name, int width, int height)
    {
        await page.SetViewportSizeAsync(width, height);
        await page.ScreenshotAsync(new() { Path = Repository.PathOf($"docs/images/{name}.png") });
        await page.Context.CloseAsync();
    }
}
