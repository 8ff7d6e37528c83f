using System.Text.Json;
using Gatehouse.SystemTests.Support;
using Microsoft.Playwright;

namespace Gatehouse.SystemTests;

/// <summary>The page in a real browser, against a real hub that reads this machine.</summary>
public sealed class PageTests() : PageTest("drivers.system.interval=500ms")
{
    private static readonly LocatorWaitForOptions Shortly = new() { Timeout = 20_000 };

    [Fact]
    public async Task It_shows_this_machine_moving_and_goes_on_by_itself_after_the_hub_was_killed()
    {
        var errors = new List<string>();
        var page = await Browser.OpenAsync(Hub, errors);
        await page.GetByText("Processor").WaitForAsync(Shortly);
        await page.GetByText("Memory").First.WaitForAsync(Shortly);
        await page.GetByRole(AriaRole.Status).GetByText("Live", new() { Exact = true }).WaitForAsync(Shortly);
        await MovesAsync(page);
        Assert.Empty(errors);

        // What a reload would lose shows that there is none.
        await page.EvaluateAsync("window.sameDocument = true");
        await Hub.KillAsync();
        await page.GetByRole(AriaRole.Status).GetByText("Live", new() { Exact = true }).WaitForAsync(
            new() { State = WaitForSelectorState.Detached });
        await Hub.StartAgainAsync();
        await page.GetByRole(AriaRole.Status).GetByText("Live", new() { Exact = true }).WaitForAsync(Shortly);
        await MovesAsync(page);
        Assert.True(await page.EvaluateAsync<bool>("window.sameDocument"));
    }

    [Fact]
    public async Task What_is_set_by_command_is_seen_at_once_and_hostile_text_stays_text()
    {
        var page = await Browser.OpenAsync(Hub);
        await page.GetByText("Processor").WaitForAsync(Shortly);
        await Hub.RunToEndAsync("set", "/lab/<img src=x onerror=alert(1)>", "<script>window.hacked = true</script>");
        await page.GetByRole(AriaRole.Button, new() { Name = "lab" }).ClickAsync(new() { Timeout = 20_000 });
        await page.GetByText("<script>window.hacked = true</script>").WaitForAsync(Shortly);
        Assert.Equal(
            JsonValueKind.Undefined,
            (await page.EvaluateAsync("window.hacked ?? undefined"))?.ValueKind ?? JsonValueKind.Undefined);
    }

    [Fact]
    public async Task A_picture_that_was_stored_shows_and_what_is_none_does_not_get_into_an_image()
    {
        var picture = Repository.PathOf("src/web/public/icons/192.png");
        Assert.Equal(0, (await Hub.RunToEndAsync("set", "/device/my.front.camera/still", "--file", picture)).Code);
        Assert.Equal(0, (await Hub.RunToEndAsync("set", "/device/my.back.camera/still", "data:image/svg+xml,<svg/>")).Code);
        var page = await Browser.OpenAsync(Hub);
        var image = page.Locator("main img[src^='/api/blobs/']");
        await image.WaitForAsync();
        await Assertions.Expect(image).ToHaveJSPropertyAsync("naturalWidth", 192);
        Assert.Equal(0, await page.Locator("img[src*='svg']").CountAsync());
    }

    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 390)]
    public async Task It_can_be_used_by_everybody(ColorScheme scheme, int width)
    {
        var page = await Browser.OpenAsync(Hub, scheme: scheme, width: width);
        await page.GetByText("Processor").WaitForAsync(Shortly);
        await ForEverybody.CheckAsync(page);
    }

    /// <summary>A page of another origin tries everything that a browser lets it try.</summary>
    [Fact]
    public async Task A_page_of_another_origin_reads_nothing_and_sets_nothing()
    {
        await Hub.RunToEndAsync("set", "/lab/secret", "42");
        var hub = Hub.Address.ToString().TrimEnd('/');
        await using var site = new OtherSite($$"""
            <!doctype html><title>other</title><script>
            const text = async answer => (await answer).text();
            const attempts = {
              read: () => text(fetch('{{hub}}/api/values/lab/secret')),
              blindRead: () => text(fetch('{{hub}}/api/values/lab/secret', { mode: 'no-cors' })),
              write: () => text(fetch(
                '{{hub}}/api/values/lab/secret',
                { method: 'PUT', headers: { 'content-type': 'application/json' }, body: '{"value": 1}' })),
              simplePost: () => text(fetch('{{hub}}/api/services/hub.info', { method: 'POST', mode: 'no-cors', body: '[]' })),
              follow: () => new Promise((resolve, reject) => {
                const events = new EventSource('{{hub}}/api/changes');
                events.onerror = () => reject(new Error('refused'));
                events.addEventListener('snapshot', event => resolve(event.data));
              }),
              frame: () => new Promise((resolve, reject) => {
                const frame = document.createElement('iframe');
                frame.src = '{{hub}}/';
                frame.onload = () => {
                  try { resolve(frame.contentDocument.body.textContent || Promise.reject(new Error('empty'))); } catch (e) { reject(e); }
                };
                document.body.append(frame);
              }),
            };
            window.tryAll = async () => Object.fromEntries(await Promise.all(Object.entries(attempts).map(
              async ([name, attempt]) => [name, await attempt().then(got => `got: ${got}`, error => 'refused')])));
            </script><body></body>
            """);
        var page = await Browser.OpenAsync(site.Address);
        var answers = new List<(string Path, int Status)>();
        page.Response += (_, response) =>
        {
            if (response.Url.StartsWith(hub, StringComparison.Ordinal)) answers.Add((new Uri(response.Url).AbsolutePath, response.Status));
        };
        using var results = JsonDocument.Parse(await page.EvaluateAsync<string>("tryAll().then(JSON.stringify)"));
        Assert.Equal(6, results.RootElement.EnumerateObject().Count());
        Assert.All(
            results.RootElement.EnumerateObject(),
            r => Assert.True(r.Value.GetString() is "refused" or "got: ", $"{r.Name} {r.Value}"));
        Assert.NotEmpty(answers);
        Assert.All(answers, a => Assert.Equal(403, a.Status));
        Assert.Equal("42\n", (await Hub.RunToEndAsync("get", "/lab/secret")).Output);
    }

    /// <summary>A link to the page may stand anywhere.</summary>
    [Fact]
    public async Task A_link_on_another_site_opens_the_page()
    {
        await using var site = new OtherSite($"<!doctype html><title>wiki</title><a href='{Hub.Address}'>our house</a>");
        var page = await Browser.OpenAsync(Hub);
        await page.GetByText("Processor").WaitForAsync(Shortly);
        await page.GotoAsync(site.Address.ToString());
        await page.GetByText("our house").ClickAsync();
        await page.GetByText("Processor").WaitForAsync(Shortly);
    }

    // Some number of this machine changes between two looks.
    private static async Task MovesAsync(IPage page)
    {
        var before = await page.Locator("main").InnerTextAsync();
        await page.WaitForFunctionAsync(
            "before => document.querySelector('main').innerText !== before", before, new() { Timeout = 20_000 });
    }
}
