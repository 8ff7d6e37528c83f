using System.Globalization;
using Gatehouse.SystemTests.Support;
using Microsoft.Playwright;

namespace Gatehouse.SystemTests;

/// <summary>
/// What somebody does in the first minutes, through every page, in each theme and at two widths: from the code to a saved chart, and a hub
/// that goes away under the page.
/// </summary>
public sealed class WalkTests() : PageTest("drivers.system.interval=500ms", "drivers.fake.interval=1s")
{
    private const string Lamp = "localhost.fake.livingroom";
    private const string Brightness = $"/device/{Lamp}/brightness";

    [Theory]
    [InlineData(ColorScheme.Light, Contrast.NoPreference, 1280)]
    [InlineData(ColorScheme.Light, Contrast.NoPreference, 390)]
    [InlineData(ColorScheme.Dark, Contrast.NoPreference, 1280)]
    [InlineData(ColorScheme.Dark, Contrast.NoPreference, 390)]
    [InlineData(ColorScheme.Light, Contrast.More, 1280)]
    [InlineData(ColorScheme.Dark, Contrast.More, 390)]
    public async Task From_the_code_through_every_page(ColorScheme scheme, Contrast contrast, int width)
    {
        var page = await Browser.OpenAsync(Hub.Address, scheme: scheme, width: width, contrast: contrast);
        await EnterAsync(page);
        await SetLampAsync(page);
        await SaveChartAsync(page);
        await LoseHubAsync(page);
        await SeeHubAsync(page);
        await LeaveAsync(page);
    }

    private static ILocator Live(IPage page) => page.GetByRole(AriaRole.Status).GetByText("Live", new() { Exact = true }).First;

    private static async Task GoAsync(IPage page, string name) =>
        await page.GetByRole(AriaRole.Navigation).GetByRole(AriaRole.Link, new() { Name = name, Exact = true }).ClickAsync();

    private async Task EnterAsync(IPage page)
    {
        var code = page.GetByLabel("One-time code");
        await code.WaitForAsync();
        await ForEverybody.CheckAsync(page);
        await code.FillAsync(Hub.Link.Fragment.Split('=')[1]);
        await code.PressAsync("Enter");
        await page.GetByText("Processor").First.WaitForAsync();
        await ForEverybody.CheckAsync(page);
    }

    // From the overview to the lamp, and its brightness through two values, a recorded second apart.
    private async Task SetLampAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Link, new() { Name = "Living room lamp", Exact = true }).ClickAsync();
        await page.WaitForURLAsync($"**/device/{Lamp}");
        foreach (var level in (string[])["40", "70"])
        {
            var input = page.GetByRole(AriaRole.Textbox, new() { Name = "Brightness (%)" });
            await input.FillAsync(level);
            await input.PressAsync("Enter");
            await page.GetByText("Set. The hub has confirmed it.").WaitForAsync();
            Assert.Equal($"{level}\n", (await Hub.RunToEndAsync("get", Brightness)).Output);
            await RecordedAsync(level);
        }
        await ForEverybody.CheckAsync(page);
    }

    private async Task RecordedAsync(string level)
    {
        while (!(await Hub.RunToEndAsync("history", Brightness, "--csv")).Output.Contains($",{level},", StringComparison.Ordinal))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    // Zoomed to a part, what is saved is what the hub exports of that part.
    private async Task SaveChartAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Link, new() { Name = "Open as a chart of its own" }).ClickAsync();
        await page.Locator(".plot canvas").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "15 min", Exact = true }).ClickAsync();
        var box = (await page.Locator(".over").BoundingBoxAsync())!;
        var middle = box.Y + (box.Height / 2);
        await page.Mouse.MoveAsync(box.X + 1, middle);
        await page.Mouse.DownAsync();
        // To the edge of the window, wherever that of the plot comes to lie: the last seconds are less than a pixel wide.
        await page.Mouse.MoveAsync(page.ViewportSize!.Width - 1, middle, new() { Steps = 5 });
        await page.Mouse.UpAsync();
        await page.WaitForURLAsync(url => url.Contains("from=", StringComparison.Ordinal));
        await ForEverybody.CheckAsync(page);

        var query = System.Web.HttpUtility.ParseQueryString(new Uri(page.Url).Query);
        using var http = Hub.Client();
        var exported = await http.GetStringAsync(
            new Uri(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"/api/history/export?prefix={Uri.EscapeDataString(Brightness)}&from={query["from"]}&to={query["to"]}"),
                UriKind.Relative),
            TestContext.Current.CancellationToken);
        Assert.Contains(",70,good", exported, StringComparison.Ordinal);
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        var saved = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "CSV" }).ClickAsync());
        Assert.Equal(exported, await File.ReadAllTextAsync(await saved.PathAsync(), TestContext.Current.CancellationToken));
    }

    private async Task LoseHubAsync(IPage page)
    {
        await page.EvaluateAsync("window.sameDocument = true");
        await Hub.KillAsync();
        await Live(page).WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await Hub.StartAgainAsync();
        await Live(page).WaitForAsync();
        Assert.True(await page.EvaluateAsync<bool>("window.sameDocument"));
    }

    private static async Task SeeHubAsync(IPage page)
    {
        await GoAsync(page, "System");
        await page.GetByRole(AriaRole.Region, new() { Name = "Parts" }).GetByText("running").First.WaitForAsync();
        var services = page.GetByRole(AriaRole.Region, new() { Name = "Services" });
        await services.GetByRole(AriaRole.Button, new() { Name = "hub.info" }).ClickAsync();
        await services.GetByRole(AriaRole.Button, new() { Name = "Call", Exact = true }).ClickAsync();
        await services.GetByRole(AriaRole.Log).GetByText("\"version\"").WaitForAsync();
        await ForEverybody.CheckAsync(page);
    }

    private static async Task LeaveAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Link, new() { Name = "Signed-in browsers" }).ClickAsync();
        await page.GetByText("this one").WaitForAsync();
        await ForEverybody.CheckAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out here" }).ClickAsync();
        await page.GetByLabel("One-time code").WaitForAsync();
    }
}
