using Microsoft.Playwright;

namespace Gatehouse.SystemTests.Support;

/// <summary>The distribution's Chromium, without a window, kept to this machine.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Browser(IPlaywright playwright, IBrowser browser) => (_playwright, _browser) = (playwright, browser);

    public static async Task<Browser> StartAsync()
    {
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = "/usr/bin/chromium",
            Headless = true,
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync",
            ],
        });
        return new Browser(playwright, browser);
    }

    /// <summary>Signs in at a hub, in a profile of its own.</summary>
    /// <inheritdoc cref="OpenAsync(Uri, List{string}?, ColorScheme, int, Contrast)"/>
    public async Task<IPage> OpenAsync(
        HubRunner hub, List<string>? errors = null, ColorScheme scheme = ColorScheme.Light, int width = 1280) =>
        await OpenAsync(await hub.NewLinkAsync(), errors, scheme, width);

    /// <summary>Opens a page in a profile of its own. What is not on this machine is not asked.</summary>
    /// <param name="errors">Takes what the page complains about.</param>
    /// <param name="scheme">What the user prefers.</param>
    /// <param name="width">Of the window, in pixels.</param>
    /// <param name="contrast">Whether he prefers more of it.</param>
    public async Task<IPage> OpenAsync(
        Uri address, List<string>? errors = null, ColorScheme scheme = ColorScheme.Light, int width = 1280,
        Contrast contrast = Contrast.NoPreference)
    {
        var context = await _browser.NewContextAsync(new()
        {
            ColorScheme = scheme,
            Contrast = contrast,
            ViewportSize = new() { Width = width, Height = 900 },
        });
        // What the page has made itself, to be saved, has an address of the scheme blob.
        await context.RouteAsync(
            "**/*",
            route => new Uri(route.Request.Url) is { IsLoopback: true } or { Scheme: "blob" } ? route.ContinueAsync() : route.AbortAsync());
        var page = await context.NewPageAsync();
        page.Console += (_, message) =>
        {
            if (message.Type == "error") errors?.Add(message.Text);
        };
        page.PageError += (_, error) => errors?.Add(error);
        await page.GotoAsync(address.ToString());
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
