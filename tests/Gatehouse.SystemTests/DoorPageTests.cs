using Gatehouse.SystemTests.Support;
using Microsoft.Playwright;

namespace Gatehouse.SystemTests;

/// <summary>Signing in and out in a real browser.</summary>
public sealed class DoorPageTests() : PageTest("drivers.system.interval=500ms")
{
    private static readonly LocatorWaitForOptions Shortly = new() { Timeout = 20_000 };

    [Fact]
    public async Task The_printed_link_opens_the_page_and_its_code_is_gone_from_the_address()
    {
        var errors = new List<string>();
        var page = await Browser.OpenAsync(Hub.Link, errors);
        await page.GetByText("Processor").WaitForAsync(Shortly);
        Assert.Equal(Hub.Address.ToString(), page.Url);
        Assert.Empty(errors);
        await page.ReloadAsync();
        await page.GetByText("Processor").WaitForAsync(Shortly);
    }

    [Fact]
    public async Task A_stranger_stays_outside_until_a_code_is_pasted_and_comes_to_where_he_wanted()
    {
        var page = await Browser.OpenAsync(new Uri(Hub.Address, "system"));
        var field = page.GetByLabel("One-time code");
        await field.FillAsync("AAAAA-AAAAA");
        await page.GetByRole(AriaRole.Button, new() { Name = "Open" }).ClickAsync();
        await page.GetByText("This code is wrong").WaitForAsync(Shortly);
        Assert.Equal(0, await page.GetByText("Processor").CountAsync());
        await field.FillAsync((await Hub.NewLinkAsync()).ToString());
        await field.PressAsync("Enter");
        await page.GetByRole(AriaRole.Navigation).WaitForAsync(Shortly);
        Assert.EndsWith("/system", page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signing_out_in_one_tab_closes_the_other_and_another_hub_on_this_machine_does_not()
    {
        var page = await Browser.OpenAsync(Hub);
        await page.GetByText("Processor").WaitForAsync(Shortly);
        await using (var other = await HubRunner.StartAsync())
        {
            var second = await page.Context.NewPageAsync();
            await second.GotoAsync(other.Link.ToString());
            await second.GetByText("Processor").WaitForAsync(Shortly);
            await page.ReloadAsync();
            await page.GetByText("Processor").WaitForAsync(Shortly);
            await second.CloseAsync();
        }
        var tab = await page.Context.NewPageAsync();
        await tab.GotoAsync(new Uri(Hub.Address, "sessions").ToString());
        await tab.GetByText("this one").WaitForAsync(Shortly);
        await tab.GetByRole(AriaRole.Button, new() { Name = "Sign out here" }).ClickAsync();
        await tab.GetByLabel("One-time code").WaitForAsync(Shortly);
        await page.GetByLabel("One-time code").WaitForAsync(Shortly);
        Assert.Equal(0, await page.GetByText("Processor").CountAsync());
    }

    [Fact]
    public async Task Another_device_is_signed_in_and_out_from_this_one()
    {
        var page = await Browser.OpenAsync(await Hub.NewLinkAsync("sessions"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in another device" }).ClickAsync();
        var link = await page.Locator("a[href*='#code=']").GetAttributeAsync("href");
        var phone = await Browser.OpenAsync(new Uri(link!), width: 390);
        await phone.GetByText("Processor").WaitForAsync(Shortly);
        await page.ReloadAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out Chrome on Linux" }).ClickAsync();
        await phone.GetByLabel("One-time code").WaitForAsync(Shortly);
        await page.GetByText("this one").WaitForAsync(Shortly);
    }

    /// <summary>A page of another site with the session's cookie in the same browser.</summary>
    [Fact]
    public async Task Another_site_cannot_ride_on_the_session()
    {
        var page = await Browser.OpenAsync(Hub);
        await page.GetByText("Processor").WaitForAsync(Shortly);
        var hub = Hub.Address.ToString().TrimEnd('/');
        await using var site = new OtherSite($$"""
            <!doctype html><title>other</title>
            <form method="post" action="{{hub}}/api/session/codes" enctype="text/plain"><input name='{"a":"' value='"}'></form>
            <script>
            window.tryAll = async () => {
              const send = (path, method, body) => fetch(`{{hub}}${path}`, {
                method, credentials: 'include', ...(body ? { body } : {}),
              }).then(answer => `status ${answer.status}`, () => 'refused');
              return (await Promise.all([
                send('/api/values/ridden', 'POST', '{"value": 1}'),
                send('/api/session/codes', 'POST', '{}'),
                send('/api/sessions', 'GET'),
              ])).join();
            };
            </script>
            """);
        var tab = await page.Context.NewPageAsync();
        await tab.GotoAsync(site.Address.ToString());
        Assert.Equal("refused,refused,refused", await tab.EvaluateAsync<string>("tryAll()"));
        var answer = await tab.RunAndWaitForResponseAsync(
            () => tab.EvaluateAsync("document.forms[0].submit()"), r => r.Url.EndsWith("/codes", StringComparison.Ordinal));
        Assert.Equal(403, answer.Status);
        Assert.Equal(1, (await Hub.RunToEndAsync("get", "/ridden")).Code);
        await page.ReloadAsync();
        await page.GetByText("Processor").WaitForAsync(Shortly);
    }

    [Theory]
    [InlineData("system", ColorScheme.Light, 1280, false)]
    [InlineData("system", ColorScheme.Dark, 360, false)]
    [InlineData("sessions", ColorScheme.Light, 360, true)]
    [InlineData("sessions", ColorScheme.Dark, 1280, true)]
    public async Task Its_pages_can_be_used_by_everybody(string path, ColorScheme scheme, int width, bool isSignedIn)
    {
        var address = isSignedIn ? await Hub.NewLinkAsync(path) : new Uri(Hub.Address, path);
        var page = await Browser.OpenAsync(address, scheme: scheme, width: width);
        if (isSignedIn) await page.GetByRole(AriaRole.Button, new() { Name = "Sign in another device" }).ClickAsync();
        await (isSignedIn ? page.GetByText("It works once") : page.GetByLabel("One-time code")).WaitForAsync(Shortly);
        await ForEverybody.CheckAsync(page);
        if (Environment.GetEnvironmentVariable("GATEHOUSE_PICTURES") is { Length: > 0 } folder)
        {
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{path}-{width}.png") });
        }
    }
}
