using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Gatehouse.SystemTests.Support;
using Microsoft.Playwright;

namespace Gatehouse.SystemTests;

/// <summary>The chart in a real browser, against a real hub with a past.</summary>
public sealed partial class ChartTests() : PageTest("drivers.fake.enabled=false")
{
    private const string Hostile = "/lab/<img src=x onerror=hacked=1>\",b";

    private static readonly LocatorWaitForOptions Shortly = new() { Timeout = 20_000 };
    private static readonly DateTime Noon = new(2026, 1, 31, 12, 0, 0, DateTimeKind.Utc);

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        var past = new StringBuilder("key,time,value,quality\n");
        for (var i = 0; i < 600; i++)
        {
            Add("/lab/oven", i, string.Create(CultureInfo.InvariantCulture, $"{20 + Math.Sin(i / 40.0):0.000}"));
            if (i % 60 == 0) Add("/lab/mode", i, i % 120 == 0 ? "heating" : "<b>idle</b>");
        }
        // More in ten minutes than a chart has pixels.
        for (var i = 0; i < 12_000; i++)
        {
            var value = string.Create(CultureInfo.InvariantCulture, $"{Math.Cos(i / 900.0):0.00}");
            past.Append(CultureInfo.InvariantCulture, $"/lab/fast,{Noon.AddMilliseconds(i * 50):O},{value},good\n");
        }
        string[] values =
        [
            "1.50", "\"\"\"12\"\"\"", "plain", "\"a, \"\"b\"\"\"", "12345678901234567890", "true", "\"{\"\"a\"\": [1, 2]}\"", "47.0",
            "ä€😀",
        ];
        var quoted = "\"" + Hostile.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";
        for (var i = 0; i < values.Length; i++) Add(quoted, i * 60, values[i]);
        var file = Path.Combine(Hub.Folder, "past.csv");
        await File.WriteAllTextAsync(file, past.ToString(), TestContext.Current.CancellationToken);
        var imported = await Hub.RunToEndAsync("history", "import", file);
        Assert.True(imported.Code == 0, imported.Error + imported.Output);

        void Add(string key, int second, string value) =>
            past.Append(CultureInfo.InvariantCulture, $"{key},{Noon.AddSeconds(second).AddTicks(1234567):O},{value},good\n");
    }

    [Fact]
    public async Task It_is_zoomed_moved_and_reset_by_mouse_wheel_and_keys_and_its_address_says_where_it_is()
    {
        var errors = new List<string>();
        var page = await OpenAsync(["/lab/oven", "/lab/mode"], "&from=2026-01-31T12:00:00.000Z&to=2026-01-31T12:10:00.000Z", errors);
        var plot = page.GetByRole(AriaRole.Application);
        var box = await PointAsync(page, page.GetByText("12:05:00").Or(page.GetByText(":05:00")).First);
        var (left, middle) = (box.X, box.Y + (box.Height / 2));
        await page.Mouse.MoveAsync(left + (box.Width * 0.25f), middle);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(left + (box.Width * 0.75f), middle, new() { Steps = 5 });
        await page.Mouse.UpAsync();
        await InViewAsync(page, 150, 450);

        await page.Mouse.MoveAsync(left + (box.Width / 2), middle);
        await page.Mouse.WheelAsync(0, -200);
        var (from, to) = await InViewAsync(page, 191, 409, 10);
        await page.Keyboard.DownAsync("Shift");
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(left + (box.Width / 4), middle, new() { Steps = 5 });
        await page.Mouse.UpAsync();
        await page.Keyboard.UpAsync("Shift");
        await InViewAsync(page, from + ((to - from) / 4), to + ((to - from) / 4), 5);

        // Keys zoom around the middle, unless something points elsewhere.
        await page.Mouse.MoveAsync(0, 0);
        await plot.FocusAsync();
        await page.Keyboard.PressAsync("0");
        await InViewAsync(page, 0, 600);
        await page.Keyboard.PressAsync("ArrowRight");
        await InViewAsync(page, 60, 660);
        await page.Keyboard.PressAsync("+");
        await InViewAsync(page, 150, 570);
        await page.Keyboard.PressAsync("Alt+ArrowLeft");
        await page.Locator(".hair:not([hidden])").WaitForAsync(Shortly);
        await page.Mouse.DblClickAsync(left + (box.Width / 2), middle);
        await InViewAsync(page, 0, 600);

        await page.ReloadAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "/lab/oven", Exact = true }).WaitForAsync(Shortly);
        Assert.Empty(errors);
    }

    [Fact]
    public async Task What_is_saved_is_what_the_hub_exports_of_that_range_byte_for_byte()
    {
        foreach (var key in (string[])[Hostile, "/lab/oven"])
        {
            var page = await OpenAsync([key], "&from=2026-01-31T12:01:00.000Z&to=2026-01-31T12:08:00.500Z");
            foreach (var (format, button) in (List<(string, string)>)[("csv", "CSV"), ("jsonl", "JSON Lines")])
            {
                var exported = await page.EvaluateAsync<string>(
                    """
                    ([key, format]) => fetch(`/api/history/export?prefix=${encodeURIComponent(key)}&format=${format}`
                      + '&from=2026-01-31T12:01:00.000Z&to=2026-01-31T12:08:00.500Z').then(answer => answer.text())
                    """,
                    new[] { key, format });
                Assert.True(exported.Count(c => c == '\n') >= 7, exported);
                var saved = await SaveAsync(page, button);
                Assert.Equal(exported, await File.ReadAllTextAsync(await saved.PathAsync(), TestContext.Current.CancellationToken));
                Assert.Matches(@"^localhost_lab-[\w+.-]+_2026-01-31T120100Z_2026-01-31T120800Z\." + format + "$", saved.SuggestedFilename);
            }
            var picture = await File.ReadAllBytesAsync(
                await (await SaveAsync(page, "Picture (PNG)")).PathAsync(), TestContext.Current.CancellationToken);
            Assert.Equal("PNG"u8.ToArray(), picture[1..4]);
            await page.Context.CloseAsync();
        }
    }

    [Fact]
    public async Task Buckets_are_saved_as_the_command_prints_them_byte_for_byte()
    {
        const string From = "2026-01-31T12:01:00.000Z";
        const string To = "2026-01-31T12:08:00.000Z";
        var page = await OpenAsync(["/lab/fast"], $"&from={From}&to={To}");
        foreach (var (option, button) in (List<(string, string)>)[("--csv", "CSV"), ("--jsonl", "JSON Lines")])
        {
            var path = await (await SaveAsync(page, button)).PathAsync();
            var saved = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
            var count = saved.Count(c => c == '\n') - (option == "--csv" ? 1 : 0);
            Assert.InRange(count, 100, 3000);
            var buckets = count.ToString(CultureInfo.InvariantCulture);
            var file = Path.Combine(Hub.Folder, "printed");
            await using var command = Hub.RunShell(
                $"gatehouse history /lab/fast --from {From} --to {To} --buckets {buckets} {option} > '{file}'");
            var printed = await command.EndAsync();
            Assert.True(printed.Code == 0, printed.Error);
            Assert.Equal(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), saved);
        }
    }

    [Fact]
    public async Task Values_come_in_live_and_go_on_coming_after_the_hub_was_killed_nothing_twice_and_nothing_lost()
    {
        await Hub.RunToEndAsync("set", "/lab/live", "1");
        var errors = new List<string>();
        var page = await OpenAsync(["/lab/live"], "&last=5m");
        await page.EvaluateAsync("window.sameDocument = true");
        await page.GetByRole(AriaRole.Button, new() { Name = "Table" }).ClickAsync();
        await RowsAsync(page, "1");
        await Hub.RunToEndAsync("set", "/lab/live", "2");
        await RowsAsync(page, "1", "2");
        await Hub.KillAsync();
        await page.GetByRole(AriaRole.Status).GetByText("Live", new() { Exact = true }).WaitForAsync(
            new() { State = WaitForSelectorState.Detached });
        await Hub.StartAgainAsync();
        await page.GetByRole(AriaRole.Status).GetByText("Live", new() { Exact = true }).WaitForAsync(Shortly);
        await Hub.RunToEndAsync("set", "/lab/live", "3");
        await page.Locator("tbody tr td.number").GetByText("3", new() { Exact = true }).WaitForAsync(Shortly);
        var recorded = (await Hub.RunToEndAsync("history", "/lab/live", "--csv")).Output;
        await RowsAsync(page, [.. recorded.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.Split(',')[2])]);
        Assert.True(await page.EvaluateAsync<bool>("window.sameDocument"));
        Assert.Empty(errors);
    }

    [Fact]
    public async Task Hostile_names_and_values_are_text()
    {
        var page = await OpenAsync([Hostile], "&from=2026-01-31T12:00:00Z&to=2026-01-31T12:10:00Z");
        await page.GetByRole(AriaRole.Button, new() { Name = Hostile }).First.WaitForAsync(Shortly);
        Assert.Equal(0, await page.Locator("main img").CountAsync());
        Assert.True(await page.EvaluateAsync<bool>("window.hacked === undefined"));
    }

    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 390)]
    public async Task It_can_be_used_by_everybody(ColorScheme scheme, int width)
    {
        var page = await OpenAsync(
            ["/lab/oven", "/lab/mode", Hostile], "&from=2026-01-31T12:00:00Z&to=2026-01-31T12:10:00Z", scheme: scheme, width: width);
        await page.GetByRole(AriaRole.Button, new() { Name = "Table" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await ForEverybody.CheckAsync(page);
        Assert.Contains(
            "/lab/oven from 1", await page.Locator("p[id$='-sentence']").TextContentAsync() ?? "", StringComparison.Ordinal);
    }

    private async Task<IPage> OpenAsync(
        string[] keys, string rest, List<string>? errors = null, ColorScheme scheme = ColorScheme.Light, int width = 1280)
    {
        var query = string.Join('&', keys.Select(k => "key=" + Uri.EscapeDataString(k)));
        var page = await Browser.OpenAsync(await Hub.NewLinkAsync($"chart?{query}{rest}"), errors, scheme, width);
        await page.GetByText("Reading the history…").WaitForAsync(new() { State = WaitForSelectorState.Detached, Timeout = 20_000 });
        await page.Locator(".plot canvas").WaitForAsync(Shortly);
        await page.Locator(".legend .reading bdi:not(.none)").First.WaitForAsync(Shortly);
        return page;
    }

    // Points at the middle of the plot until it says what is there: while the page fills the plot may still move.
    private static async Task<LocatorBoundingBoxResult> PointAsync(IPage page, ILocator answer)
    {
        for (var tries = 0; ; tries++)
        {
            var box = (await page.Locator(".over").BoundingBoxAsync())!;
            await page.Mouse.MoveAsync(0, 0);
            await page.Mouse.MoveAsync(box.X + (box.Width / 2), box.Y + (box.Height / 2));
            try
            {
                await answer.WaitForAsync(new() { Timeout = 1000 });
                return box;
            }
            catch (TimeoutException) when (tries < 20)
            {
                // Once more, where the plot is now.
            }
        }
    }

    private static async Task<IDownload> SaveAsync(IPage page, string format)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        return await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = format }).ClickAsync());
    }

    // Seconds after noon of both edges, as the address has them once the view has come to rest.
    private static async Task<(double From, double To)> InViewAsync(IPage page, double from, double to, double give = 8)
    {
        var (begin, end) = (0.0, 0.0);
        try
        {
            await page.WaitForURLAsync(
                url =>
                {
                    var found = FromTo().Match(Uri.UnescapeDataString(url));
                    if (!found.Success) return false;
                    (begin, end) = (Seconds(found.Groups[1].Value), Seconds(found.Groups[2].Value));
                    return Math.Abs(begin - from) <= give && Math.Abs(end - to) <= give;
                },
                new() { Timeout = 10_000 });
        }
        catch (TimeoutException)
        {
            Assert.Fail($"The view is {begin} to {end} s after noon, expected {from} to {to}: {page.Url}");
        }
        return (begin, end);

        static double Seconds(string text) =>
            (DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal) - Noon).TotalSeconds;
    }

    private static async Task RowsAsync(IPage page, params string[] values)
    {
        var seen = "";
        for (var tries = 0; tries < 200; tries++)
        {
            seen = string.Join(' ', await page.Locator("tbody tr td.number").AllTextContentsAsync());
            if (seen == string.Join(' ', values)) return;
            await page.WaitForTimeoutAsync(100);
        }
        Assert.Equal(string.Join(' ', values), seen);
    }

    [GeneratedRegex("from=([^&]+)&to=([^&]+)")]
    private static partial Regex FromTo();
}
