using System.Text.Json;
using Gatehouse.History;
using Gatehouse.Sdk.Values;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.History;

/// <summary>The recorder inside a hub whose time the test moves.</summary>
public sealed class RecorderTests
{
    private static readonly string[] Everything = ["history.record={\"/\":{\"mode\":\"every\"}}"];

    [Fact]
    public async Task What_is_set_is_recorded_with_its_time_and_quality_and_a_member_of_an_object_too()
    {
        var time = new ManualTime();
        await using var hub = await StartAsync(time);
        hub.Tree.Set("/lab/t", 20.5);
        hub.Tree.Set("/lab/xy", Value.FromText("""{"x": 1, "y": 2.50, "name": "n", "deep": {"z": 1}}"""));
        hub.Tree.Set(new Change(hub.Tree.Intern("/event/button"), "pressed"), Trees.Tester);
        hub.Tree.Set(new Change(hub.Tree.Intern("/lab/t"), default, Removed: true), Trees.Tester);
        await RecordedAsync(hub, time, "/lab/t", points => points.Count == 2);
        Assert.Equal(["20.5 good", "null removed"], await PointsAsync(hub, "/lab/t"));
        Assert.Equal(["2.50 good"], await PointsAsync(hub, "/lab/xy#y"));
        Assert.Equal(["pressed good"], await PointsAsync(hub, "/event/button"));
        Assert.Equal(404, (await hub.SendAsync(HttpMethod.Get, "/api/history?key=/lab/xy%23name")).Status);
    }

    [Fact]
    public async Task Members_go_with_their_object()
    {
        var time = new ManualTime();
        await using var hub = await StartAsync(time);
        hub.Tree.Set("/lab/xy", Value.FromText("""{"x": 1}"""));
        hub.Tree.Set(new Change(hub.Tree.Intern("/lab/xy"), default, Removed: true), Trees.Tester);
        await RecordedAsync(hub, time, "/lab/xy", points => points.Count == 2);
        Assert.Equal(["1 good", "null removed"], await PointsAsync(hub, "/lab/xy#x"));
    }

    [Fact]
    public async Task A_file_whose_rules_refuse_what_it_seemed_to_lack_is_set_aside()
    {
        var time = new ManualTime();
        await using var hub = await StartAsync(time);
        // As an index whose table lost a row: what was read has no such series, and yet there may be none of this name.
        await hub.Get<Recorder>().Store!.WriteAsync(
            session =>
            {
                session.Execute("INSERT INTO series VALUES (4711, '/lab/t', 0, NULL)");
                return true;
            },
            TestContext.Current.CancellationToken);
        hub.Tree.Set("/lab/t", 1);
        while (hub.Tree.Get("/hub/history/setAside") is null)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            time.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Yield();
        }
        hub.Tree.Set("/lab/t", 2);
        await RecordedAsync(hub, time, "/lab/t", points => points.Contains("2 good"));
    }

    [Fact]
    public async Task Present_values_come_back_after_a_restart_stale_until_there_is_news()
    {
        var time = new ManualTime();
        await using var hub = await StartAsync(time);
        hub.Tree.Set("/lab/t", 20.5);
        hub.Tree.Set("/lab/gone", 1);
        hub.Tree.Set(new Change(hub.Tree.Intern("/lab/gone"), default, Removed: true), Trees.Tester);
        hub.Tree.Set(new Change(hub.Tree.Intern("/event/button"), "pressed"), Trees.Tester);
        hub.Tree.Set("/lab/xy", Value.FromText("""{"x": 1}"""));
        hub.Tree.Set("/lab/odd#1", 3);
        await RecordedAsync(hub, time, "/lab/odd#1", points => points.Count == 1);

        using var tree = Trees.New(time);
        tree.Set("/lab/xy", "newer");
        Remembered.Restore(tree, hub.Get<Recorder>().Store!, Trees.Tester);
        Assert.Equal((20.5, Quality.Stale), (tree.Get("/lab/t")!.Value, tree.Get("/lab/t")!.Quality));
        Assert.Equal("newer", tree.Get("/lab/xy")!.Value);
        Assert.Equal(3, tree.Get("/lab/odd#1")!.Value);
        Assert.Equal(3, tree.Snapshot(new KeyFilter("/lab/"), Trees.Tester).Entries.Count);
        Assert.False(tree.TryFind("/event/button", out _));
        Assert.False(tree.TryFind("/lab/xy#x", out _));
        Assert.False(tree.TryFind("/hub/history/series", out _));
    }

    [Fact]
    public async Task A_recorder_that_was_overtaken_counts_what_it_lost_and_marks_every_series()
    {
        var time = new ManualTime();
        await using var hub = await StartAsync(time, [.. Everything, "tree.ringSize=1024"]);
        hub.Tree.Set("/lab/t", 1);
        await RecordedAsync(hub, time, "/lab/t", points => points.Count == 1);
        var keys = Enumerable.Range(0, 4).Select(i => hub.Tree.Intern($"/lab/{i}")).ToArray();
        // In one batch, so that nobody reads in between.
        hub.Tree.Set([.. Enumerable.Range(0, 5000).Select(i => new Change(keys[i % 4], i))], Trees.Tester);
        hub.Tree.Set("/lab/t", 2);
        await RecordedAsync(hub, time, "/lab/t", points => points.Count == 3);
        Assert.Equal(["1 good", "1 stale", "2 good"], await PointsAsync(hub, "/lab/t"));
        Assert.InRange(hub.Get<Recorder>().Lost, 5000 - 1024, 5000);
    }

    [Fact]
    public async Task What_was_set_once_in_a_burst_is_recorded_although_the_recorder_was_overtaken()
    {
        var time = new ManualTime();
        await using var hub = await StartAsync(time, [.. Everything, "tree.ringSize=1024"]);
        hub.Tree.Set("/lab/gone", 1);
        await RecordedAsync(hub, time, "/lab/gone", points => points.Count == 1);
        var (once, gone, button) = (hub.Tree.Intern("/lab/once"), hub.Tree.Intern("/lab/gone"), hub.Tree.Intern("/event/button"));
        var other = hub.Tree.Intern("/lab/other");
        hub.Tree.Set(
            [
                new Change(once, 1), new Change(once, 7), new Change(gone, default, Removed: true), new Change(button, "pressed"),
                .. Enumerable.Range(0, 5000).Select(i => new Change(other, i)),
            ],
            Trees.Tester);
        await RecordedAsync(hub, time, "/lab/other", points => points.Contains("4999 good"));
        Assert.Equal(["7 good"], await PointsAsync(hub, "/lab/once"));
        Assert.Equal(["1 good", "1 stale", "null removed"], await PointsAsync(hub, "/lab/gone"));
        Assert.Equal(["pressed good"], await PointsAsync(hub, "/event/button"));
        Assert.Equal(5004 - 3, hub.Get<Recorder>().Lost + (await PointsAsync(hub, "/lab/other")).Count);
    }

    [Fact]
    public async Task A_hub_that_has_started_has_its_remembered_values()
    {
        await using var history = await HistoryFixture.OpenAsync();
        for (var i = 0; i < 2000; i++) history.Store.Append([(history.Store.SeriesOf($"/lab/{i}"), new Point(HistoryFixture.Noon, i))]);
        // In the journal alone, as after a crash: to take that up takes the opening a while.
        await history.Store.CommitAsync(TestContext.Current.CancellationToken);
        await using var hub = await TestHub.StartAsync(settings: Everything, prepare: folder =>
        {
            foreach (var suffix in new[] { "", "-wal" }) File.Copy(history.File + suffix, Path.Combine(folder, Recorder.FileName + suffix));
        });
        Assert.Equal((1999, Quality.Stale), (hub.Tree.Get("/lab/1999")!.Value, hub.Tree.Get("/lab/1999")!.Quality));
    }

    [Fact]
    public async Task A_hub_whose_history_cannot_be_opened_starts_without_it()
    {
        await using var hub = await TestHub.StartAsync(
            prepare: folder => Directory.CreateDirectory(Path.Combine(folder, Recorder.FileName)));
        Assert.True(hub.Get<Recorder>().Opened.IsCompletedSuccessfully);
        Assert.Null(hub.Get<Recorder>().Store);
        Assert.NotNull(hub.Tree.Get("/hub/trouble/history"));
    }

    [Fact]
    public async Task New_keys_beyond_the_most_series_are_not_recorded_but_counted_and_told()
    {
        var time = new ManualTime();
        await using var hub = await StartAsync(
            time, ["history.record={\"/\":{\"mode\":\"none\"},\"/lab/\":{\"mode\":\"every\"}}", "history.maxSeries=3"]);
        hub.Tree.Set("/lab/a", 1);
        hub.Tree.Set("/lab/xy", Value.FromText("""{"x": 1, "y": 2}"""));
        hub.Tree.Set("/lab/b", 1);
        hub.Tree.Set("/lab/b", 2);
        hub.Tree.Set("/lab/a", 2);
        await RecordedAsync(hub, time, "/lab/a", points => points.Count == 2);
        Assert.Equal(["1 good"], await PointsAsync(hub, "/lab/xy#x"));
        Assert.Empty(await PointsAsync(hub, "/lab/xy#y"));
        Assert.Empty(await PointsAsync(hub, "/lab/b"));
        while (hub.Tree.Get("/hub/history/refused")?.Value != 2)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            time.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Yield();
        }
        Assert.Contains("history.maxSeries", hub.Tree.Get("/hub/trouble/historySeries")!.Value.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_recorded_when_it_is_switched_off_and_what_was_can_be_read()
    {
        var time = new ManualTime();
        await using var hub = await StartAsync(time, ["history.enabled=false"]);
        hub.Tree.Set("/lab/t", 1);
        for (var i = 0; i < 20; i++) time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal("[]", (await hub.SendAsync(HttpMethod.Get, "/api/history/newest")).Body);
    }

    private static async Task<TestHub> StartAsync(ManualTime time, string[]? settings = null)
    {
        var hub = await TestHub.StartAsync(time, settings ?? Everything);
        while (hub.Get<Recorder>().Store is null) await Task.Yield();
        return hub;
    }

    // Moves the time until the recorder, which works on threads of its own, has come so far.
    private static async Task RecordedAsync(TestHub hub, ManualTime time, string key, Func<IReadOnlyList<string>, bool> isThere)
    {
        while (!isThere(await PointsAsync(hub, key)))
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            time.Advance(TimeSpan.FromMilliseconds(50));
        }
        time.Advance(TimeSpan.FromSeconds(1));
    }

    private static async Task<List<string>> PointsAsync(TestHub hub, string key)
    {
        var answer = await hub.SendAsync(HttpMethod.Get, $"/api/history?key={Uri.EscapeDataString(key)}");
        if (answer.Status != 200) return [];
        using var document = JsonDocument.Parse(answer.Body);
        return [.. document.RootElement.GetProperty("points").EnumerateArray()
            .Select(p => $"{(p[1].ValueKind == JsonValueKind.String ? p[1].GetString() : p[1].GetRawText())} {p[2].GetString()}")];
    }
}
