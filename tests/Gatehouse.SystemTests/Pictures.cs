using Gatehouse.SystemTests.Support;
using Microsoft.Playwright;

namespace Gatehouse.SystemTests;

/// <summary>
/// Makes the pictures in the documents from the running program: <c>scripts/explicit-tests Gatehouse.SystemTests Picture 1</c>.
/// </summary>
public sealed class Pictures
{
    [Theory(Explicit = true)]
    [Trait("Run", "Picture")]
    [InlineData(ColorScheme.Light, "light")]
    [InlineData(ColorScheme.Dark, "dark")]
    public async Task Of_the_page(ColorScheme scheme, string name)
    {
        await using var hub = await HubRunner.StartAsync(["hub.name=attic", "drivers.system.room=Attic"]);
        await using var browser = await Browser.StartAsync();
        var page = await browser.OpenAsync(hub, scheme: scheme, width: 1280);
        await page.GetByText("Processor").WaitForAsync();
        await page.GetByText("Disk /", new() { Exact = true }).WaitForAsync();
        await page.SetViewportSizeAsync(1280, 800);
        await page.ScreenshotAsync(new() { Path = Repository.PathOf($"docs/images/page-{name}.png") });
    }
}
