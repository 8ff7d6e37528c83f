using Gatehouse.SystemTests.Support;
using Microsoft.Playwright;

namespace Gatehouse.SystemTests;

/// <summary>The page of the hub itself in a real browser.</summary>
public sealed class SystemPageTests : IAsyncLifetime
{
    private HubRunner _hub = null!;
    private Browser _browser = null!;

    public async ValueTask InitializeAsync()
    {
        _hub = await HubRunner.StartAsync(["drivers.system.interval=500ms"]);
        _browser = await Browser.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        await _hub.DisposeAsync();
    }

    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 390)]
    public async Task It_shows_parts_calls_a_service_and_has_the_log(ColorScheme scheme, int width)
    {
        var errors = new List<string>();
        var page = await _browser.OpenAsync(await _hub.NewLinkAsync("system"), errors, scheme, width);
        await page.GetByRole(AriaRole.Region, new() { Name = "Parts" }).GetByText("running").First.WaitForAsync();
        await page.GetByRole(AriaRole.Region, new() { Name = "Statistics" }).GetByText("process · memory").WaitForAsync();
        var services = page.GetByRole(AriaRole.Region, new() { Name = "Services" });
        await services.GetByRole(AriaRole.Button, new() { Name = "hub.info" }).PressAsync("Enter");
        await services.GetByRole(AriaRole.Button, new() { Name = "Call", Exact = true }).PressAsync("Enter");
        await services.GetByRole(AriaRole.Log).GetByText("\"version\"").WaitForAsync();
        await page.GetByRole(AriaRole.Region, new() { Name = "Log" }).GetByRole(AriaRole.Combobox).SelectOptionAsync("trace");
        Assert.Empty(errors);

        await ForEverybody.CheckAsync(page);
    }
}
