using Gatehouse.SystemTests.Support;
using Microsoft.Playwright;

namespace Gatehouse.SystemTests;

/// <summary>
/// Makes the pictures in the documents from the running program: <c>scripts/explicit-tests Gatehouse.SystemTests Picture 1</c>.
/// </summary>
public sealed class Pictures() : PageTest(
    "hub.name=attic", "drivers.system.room=Office", "drivers.system.interval=1s", "drivers.fake.interval=1s")
{
    /// <summary>Long enough for lines to have a shape.</summary>
    private static readonly TimeSpan Recorded = TimeSpan.FromSeconds(90);

    [Fact(Explicit = true)]
    [Trait("Run", "Picture")]
    public async Task Of_every_page()
    {
        await Task.Delay(Recorded, TimeProvider.System, TestContext.Current.CancellationToken);
        foreach (var (name, scheme) in (List<(string, ColorScheme)>)[("light", ColorScheme.Light), ("dark", ColorScheme.Dark)])
        {
            var stranger = await Browser.OpenAsync(Hub.Address, scheme: scheme, width: 390);
            await stranger.GetByLabel("One-time code").WaitForAsync();
            await ShootAsync(stranger, $"door-{name}", width: 390, height: 620);
            await stranger.Context.CloseAsync();

            var page = await Browser.OpenAsync(Hub, scheme: scheme);
            await page.GetByText("Processor").First.WaitForAsync();
            await TakeAsync(page, "", $"page-{name}", "Processor");
            await TakeAsync(page, "", $"phone-{name}", "Processor", width: 390);
            await TakeAsync(page, "device/attic.fake.livingroom", $"device-{name}", "History");
            await TakeAsync(
                page,
                "chart?key=%2Fdevice%2Fattic.system.cpu%2Fload&key=%2Fdevice%2Fattic.fake.garden%2Ftemperature&last=2m",
                $"chart-{name}",
                "Chart");
            await TakeAsync(page, "system", $"system-{name}", "Parts");
            await TakeAsync(page, "sessions", $"sessions-{name}", "Signed-in browsers");
            await page.Context.CloseAsync();
        }
    }

    private async Task TakeAsync(IPage page, string path, string name, string text, int width = 1280)
    {
        await page.GotoAsync(new Uri(Hub.Address, path).ToString());
        await page.GetByText(text, new() { Exact = true }).First.WaitForAsync();
        // Until the lines are there, which come behind the values.
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        await ShootAsync(page, name, width, width < 600 ? 844 : 800);
    }

    private static async Task ShootAsync(IPage page, string name, int width, int height)
    {
        await page.SetViewportSizeAsync(width, height);
        await page.ScreenshotAsync(new() { Path = Repository.PathOf($"docs/images/{name}.png") });
    }
}
