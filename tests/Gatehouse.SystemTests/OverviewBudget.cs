using System.Globalization;
using Gatehouse.SystemTests.Support;
using Microsoft.Playwright;

namespace Gatehouse.SystemTests;

/// <summary>
/// Measures what an overview of 500 tiles that move ten times a second takes from a browser: <c>make bench</c> runs it and it writes
/// bench/results/OverviewBudget.md.
/// </summary>
[Collection("Budget")] // one after the other: each wants the machine for itself
public sealed class OverviewBudget
{
    private const int Devices = 500, Rate = 10;

    // What people see change: texts in tiles.
    private const string CountChanges = """
        () => {
          window.changesSeen = 0;
          new MutationObserver(changes => window.changesSeen += changes.length)
            .observe(document.querySelector('main'), { subtree: true, characterData: true });
        }
        """;

    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Watching = TimeSpan.FromSeconds(20);

    [Fact(Explicit = true)]
    [Trait("Run", "Budget")]
    public async Task Five_hundred_tiles_at_ten_hertz()
    {
        await using var hub = await HubRunner.StartAsync(
            [$"drivers.fake.crowd={Devices}", "drivers.fake.interval=100ms", "drivers.system.enabled=false"]);
        await using var browser = await Browser.StartAsync();
        var rows = new List<string>();
        foreach (var width in (int[])[1280, 390])
        {
            var page = await browser.OpenAsync(await hub.NewLinkAsync("?kind=sensor"), width: width);
            await Assertions.Expect(page.GetByRole(AriaRole.Article)).ToHaveCountAsync(Devices, new() { Timeout = 60_000 });
            rows.Add(await MeasureAsync(page, width));
            await page.Context.CloseAsync();
        }
        var commit = await Repository.CommitAsync();
        await File.WriteAllTextAsync(Repository.PathOf("bench/results/OverviewBudget.md"), string.Create(CultureInfo.InvariantCulture, $"""
            # OverviewBudget

            Commit {commit}; {Environment.ProcessorCount} cores, headless Chromium, the hub on the same machine. `make bench` writes this
            table. {Devices} devices of one reading each, all moving {Rate} times a second; main thread's tasks over
            {Watching.TotalSeconds:0} s.

            | width | main thread | of it script | of it style and layout | texts changed | heap before and after |
            |---|---|---|---|---|---|
            {string.Join('\n', rows)}

            The target is a main thread that is busy for less than 50 %.

            """), TestContext.Current.CancellationToken);
    }

    private static async Task<string> MeasureAsync(IPage page, int width)
    {
        var devtools = await page.Context.NewCDPSessionAsync(page);
        await devtools.SendAsync("Performance.enable");
        await devtools.SendAsync("HeapProfiler.enable");
        await page.EvaluateAsync(CountChanges);
        await Task.Delay(Settling, TimeProvider.System, TestContext.Current.CancellationToken);
        var heapBefore = await HeapAsync(devtools);
        var seenBefore = await page.EvaluateAsync<long>("window.changesSeen");
        var before = await MetricsAsync(devtools);
        await Task.Delay(Watching, TimeProvider.System, TestContext.Current.CancellationToken);
        var after = await MetricsAsync(devtools);
        var seen = await page.EvaluateAsync<long>("window.changesSeen") - seenBefore;
        var heapAfter = await HeapAsync(devtools);
        var seconds = after["Timestamp"] - before["Timestamp"];
        var busy = Share("TaskDuration");
        Assert.True(seen > 0, "Nothing moved on the page.");
        Assert.InRange(busy, 0, 0.5);
        return string.Create(CultureInfo.InvariantCulture,
            $"| {width} | {busy:P0} | {Share("ScriptDuration"):P0} | {Share("RecalcStyleDuration") + Share("LayoutDuration"):P0} "
            + $"| {seen / seconds:0} /s | {heapBefore / 1e6:0.0} and {heapAfter / 1e6:0.0} MB |");

        double Share(string name) => (after[name] - before[name]) / seconds;
    }

    private static async Task<double> HeapAsync(ICDPSession devtools)
    {
        await devtools.SendAsync("HeapProfiler.collectGarbage");
        return (await MetricsAsync(devtools))["JSHeapUsedSize"];
    }

    private static async Task<Dictionary<string, double>> MetricsAsync(ICDPSession devtools)
    {
        var answer = await devtools.SendAsync("Performance.getMetrics")
            ?? throw new InvalidOperationException("The browser tells no metrics.");
        return answer.GetProperty("metrics").EnumerateArray()
            .ToDictionary(m => m.GetProperty("name").GetString()!, m => m.GetProperty("value").GetDouble());
    }
}
