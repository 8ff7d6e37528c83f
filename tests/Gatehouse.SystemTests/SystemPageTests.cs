using Gatehouse.SystemTests.Support;
using Microsoft.Playwright;

namespace Gatehouse.SystemTests;

/// <summary>The page of the hub itself in a real browser.</summary>
public sealed class SystemPageTests() : PageTest("drivers.system.interval=500ms")
{
    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 390)]
    public async Task It_shows_parts_calls_a_service_and_has_the_log(ColorScheme scheme, int width)
    {
        var errors = new List<string>();
        var page = await Browser.OpenAsync(await Hub.NewLinkAsync("system"), errors, scheme, width);
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
