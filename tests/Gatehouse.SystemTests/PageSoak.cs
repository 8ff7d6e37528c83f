using System.Globalization;
using Gatehouse.SystemTests.Support;
using Microsoft.Playwright;

namespace Gatehouse.SystemTests;

/// <summary>
/// Leaves every page open while values come sixty times as often as they do, and writes bench/results/PageSoak.md:
/// <c>scripts/explicit-tests Gatehouse.SystemTests Soak 1200</c>.
/// </summary>
public sealed class PageSoak
{
    private const int Times = 60;

    /// <summary>Drivers read ten times a second at most, twenty times as often as usual; the rest comes from more devices.</summary>
    private static readonly string[] Often =
        ["drivers.system.interval=100ms", "drivers.fake.interval=100ms", "drivers.fake.crowd=150"];

    private static readonly TimeSpan Between = TimeSpan.FromSeconds(20);

    [Fact(Explicit = true)]
    [Trait("Run", "Soak")]
    public async Task No_page_grows()
    {
        var stop = TestContext.Current.CancellationToken;
        var usual = await UsualRateAsync(stop);
        await using var hub = await HubRunner.StartAsync(Often);
        await using var browser = await Browser.StartAsync();
        var tabs = new List<Tab>();
        foreach (var path in (string[])["", "device/localhost.fake.livingroom", "chart?key=/device/localhost.system.cpu/load", "system"])
        {
            tabs.Add(await Tab.OpenAsync(browser, await hub.NewLinkAsync(path)));
        }
        var samples = (int)Math.Max(8, ChaosTime.Given / Between);
        for (var i = 0; i < samples; i++)
        {
            await Task.Delay(Between, TimeProvider.System, stop);
            foreach (var tab in tabs) await tab.SampleAsync();
        }

        var rate = await RateAsync(hub);
        var commit = await Repository.CommitAsync();
        var rows = tabs.Select(tab => string.Create(
            CultureInfo.InvariantCulture,
            $"| `/{tab.Path}` | {tab.Early.Bytes / 1e6:0.00} | {tab.Late.Bytes / 1e6:0.00} | {tab.Early.Nodes:0} | {tab.Late.Nodes:0} |"));
        await File.WriteAllTextAsync(Repository.PathOf("bench/results/PageSoak.md"), string.Create(CultureInfo.InvariantCulture, $"""
            # PageSoak

            Commit {commit}. Four pages open for {(Between * samples).TotalMinutes:0} minutes in headless Chromium while
            {rate:0} values change in a second, {rate / usual:0} times as many as on a hub as it is ({usual:0.0}). Means of the second
            and of the last quarter, after a garbage collection each.

            | page | heap, MB, second quarter | last quarter | nodes, second quarter | last quarter |
            |---|---|---|---|---|
            {string.Join('\n', rows)}

            """), stop);
        Assert.True(rate > usual * Times, $"{rate} changes a second are not {Times} times {usual}");
        Assert.All(tabs, tab =>
        {
            Assert.True(tab.Late.Bytes < (tab.Early.Bytes * 1.03) + 300_000, $"{tab.Path}: {tab.Early} grew to {tab.Late}");
            Assert.True(tab.Late.Nodes < (tab.Early.Nodes * 1.03) + 50, $"{tab.Path}: {tab.Early} grew to {tab.Late}");
        });
    }

    // What a hub does that nobody has set anything for, once it has settled.
    private static async Task<double> UsualRateAsync(CancellationToken stop)
    {
        await using var hub = await HubRunner.StartAsync();
        await Task.Delay(Between, TimeProvider.System, stop);
        return await RateAsync(hub);
    }

    private static async Task<double> RateAsync(HubRunner hub) =>
        double.Parse((await hub.RunToEndAsync("get", "/hub/tree/changes")).Output, CultureInfo.InvariantCulture);

    private readonly record struct Usage(double Bytes, double Nodes);

    /// <summary>A page, and what its memory came to.</summary>
    private sealed class Tab(string path, ICDPSession tools)
    {
        private readonly List<Usage> _samples = [];

        public string Path => path;

        public Usage Early => Mean(_samples.Skip(_samples.Count / 4).Take(_samples.Count / 4));

        public Usage Late => Mean(_samples.TakeLast(_samples.Count / 4));

        public static async Task<Tab> OpenAsync(Browser browser, Uri address)
        {
            var page = await browser.OpenAsync(address);
            await page.GetByRole(AriaRole.Status).GetByText("Live", new() { Exact = true }).WaitForAsync();
            return new Tab(address.PathAndQuery.TrimStart('/'), await page.Context.NewCDPSessionAsync(page));
        }

        public async Task SampleAsync()
        {
            await tools.SendAsync("HeapProfiler.collectGarbage");
            var heap = await tools.SendAsync("Runtime.getHeapUsage");
            var nodes = await tools.SendAsync("Memory.getDOMCounters");
            _samples.Add(new Usage(heap!.Value.GetProperty("usedSize").GetDouble(), nodes!.Value.GetProperty("nodes").GetDouble()));
        }

        private static Usage Mean(IEnumerable<Usage> samples)
        {
            var all = samples.ToList();
            return new Usage(all.Average(s => s.Bytes), all.Average(s => s.Nodes));
        }
    }
}
