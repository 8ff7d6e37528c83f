using System.Text.Json;
using Gatehouse.SystemTests.Support;
using Microsoft.Playwright;

namespace Gatehouse.SystemTests;

/// <summary>What the page does while its hub is away, and what a browser needs to install it.</summary>
public sealed class OfflineTests() : PageTest()
{
    [Fact]
    public async Task It_opens_without_its_hub_says_so_and_goes_live_when_the_hub_is_back()
    {
        var page = await Browser.OpenAsync(Hub);
        var live = page.GetByRole(AriaRole.Status).GetByText("Live", new() { Exact = true });
        await live.WaitForAsync();
        await page.EvaluateAsync("navigator.serviceWorker.ready");
        await Hub.KillAsync();
        await page.ReloadAsync();
        await page.GetByText("Hub does not answer").WaitForAsync();
        await Hub.StartAgainAsync();
        await live.WaitForAsync();
        // No answer of the hub was kept for later.
        var kept = await page.EvaluateAsync<string[]>(
            "(async () => (await Promise.all((await caches.keys()).map(async name => (await (await caches.open(name)).keys()))))"
            + ".flat().map(request => new URL(request.url).pathname))()");
        Assert.Contains("/", kept);
        Assert.DoesNotContain(kept, path => path.StartsWith("/api", StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_can_be_installed()
    {
        var page = await Browser.OpenAsync(Hub);
        var tools = await page.Context.NewCDPSessionAsync(page);
        var manifest = await tools.SendAsync("Page.getAppManifest");
        Assert.Empty(manifest!.Value.GetProperty("errors").EnumerateArray());
        using var content = JsonDocument.Parse(manifest.Value.GetProperty("data").GetString()!);
        foreach (var icon in content.RootElement.GetProperty("icons").EnumerateArray())
        {
            var answer = await page.APIRequest.GetAsync(new Uri(Hub.Address, icon.GetProperty("src").GetString()).ToString());
            Assert.Equal(icon.GetProperty("type").GetString(), answer.Headers["content-type"]);
        }
        var obstacles = await tools.SendAsync("Page.getInstallabilityErrors");
        // The tests' own profile is a private one, and that is all there may be against it.
        Assert.All(
            obstacles!.Value.GetProperty("installabilityErrors").EnumerateArray(),
            obstacle => Assert.Equal("in-incognito", obstacle.GetProperty("errorId").GetString()));
    }
}
