using Gatehouse.SystemTests.Support;
using Microsoft.Playwright;

namespace Gatehouse.SystemTests;

/// <summary>The made-up devices of a new hub, in a real browser: marked, and gone by one click.</summary>
public sealed class DemoTests() : PageTest("drivers.fake.interval=500ms")
{
    private static readonly LocatorWaitForOptions Shortly = new() { Timeout = 20_000 };
    private static readonly LocatorWaitForOptions Gone = new() { Timeout = 20_000, State = WaitForSelectorState.Detached };

    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 390)]
    public async Task They_are_marked_and_leave_by_one_click(ColorScheme scheme, int width)
    {
        var page = await Browser.OpenAsync(Hub, scheme: scheme, width: width);
        var garden = page.GetByRole(AriaRole.Article, new() { Name = "Garden temperature" });
        await garden.GetByText("Demo", new() { Exact = true }).WaitForAsync(Shortly);
        await ForEverybody.CheckAsync(page);

        await page.GetByRole(AriaRole.Button, new() { Name = "Remove demo devices" }).ClickAsync();
        await garden.WaitForAsync(Gone);
        await page.GetByText("Demo", new() { Exact = true }).First.WaitForAsync(Gone);
        await page.GetByText("Processor").WaitForAsync(Shortly);
        Assert.Equal(1, (await Hub.RunToEndAsync("get", "/device/localhost.fake.garden/temperature")).Code);
    }

    [Fact]
    public async Task A_lamp_is_set_by_command_and_a_wrong_value_is_refused_in_words()
    {
        Assert.Equal(new Ended(0, "", ""), await Hub.RunToEndAsync("set", "/device/localhost.fake.livingroom/brightness", "40"));
        Assert.Equal("40\n", (await Hub.RunToEndAsync("get", "/device/localhost.fake.livingroom/brightness")).Output);
        var refused = await Hub.RunToEndAsync("set", "/device/localhost.fake.livingroom/brightness", "400");
        Assert.NotEqual(0, refused.Code);
        Assert.Contains("brightness: a whole number from 0 to 100 %", refused.Error, StringComparison.Ordinal);
    }
}
