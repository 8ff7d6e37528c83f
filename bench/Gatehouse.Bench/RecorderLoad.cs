using System.Diagnostics;
using System.Globalization;
using Gatehouse.History;
using Gatehouse.Runtime;
using Gatehouse.Runtime.Configuration;
using Gatehouse.Sdk.Values;
using Gatehouse.Tree;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Bench;

/// <summary>
/// How many changes of the tree a whole hub records, all of them to the disk: as many are set as the recorder takes without being
/// overtaken.
/// </summary>
internal static class RecorderLoad
{
    private const int KeyCount = 10_000;
    private const int Batch = 500;
    private const int MostAhead = 30_000;
    private const long MostWaiting = 64 * 1024 * 1024;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(30);

    public static async Task<string> MeasureAsync()
    {
        var folder = Directory.CreateTempSubdirectory("gatehouse-bench");
        using var data = DataDirectory.Take(folder.FullName);
        string[] settings =
        [
            "web.listen=127.0.0.1:0", "drivers.system.enabled=false", "drivers.fake.enabled=false", "drivers.oneWire.enabled=false",
            "log.level=warning", "history.record={\"/bench/\":{\"mode\":\"every\"}}",
        ];
        var source = new SettingsSource("none.json", true, settings);
        await using var app = HubApp.Build(data, source.Load(SettingsCatalog.Layout).Settings!, source);
        await app.StartAsync();
        var tree = app.Services.GetRequiredService<ValueTree>();
        var recorder = app.Services.GetRequiredService<Recorder>();
        while (recorder.Store is null) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        var keys = Enumerable.Range(0, KeyCount).Select(i => tree.Intern($"/bench/d{i / 10}/p{i % 10}")).ToArray();
        await SetAsync(tree, recorder.Store, keys, WarmUp);
        using var process = Process.GetCurrentProcess();
        var (cpu, clock) = (process.TotalProcessorTime, Stopwatch.GetTimestamp());
        var before = recorder.Store.Appended;
        await SetAsync(tree, recorder.Store, keys, Measured);
        await recorder.Store.CommitAsync();
        var seconds = Stopwatch.GetElapsedTime(clock).TotalSeconds;
        process.Refresh();
        var points = recorder.Store.Appended - before;
        var share = (process.TotalProcessorTime - cpu).TotalSeconds / seconds;
        var lost = recorder.Lost;
        await app.StopAsync();
        var bytes = new FileInfo(Path.Combine(folder.FullName, Recorder.FileName)).Length / (double)(before + points);
        return string.Create(CultureInfo.InvariantCulture, $"""
            | keys | points/s to disk | lost | processor, of a core | memory | on disk |
            |---|---|---|---|---|---|
            | {KeyCount} | {points / seconds:0} | {lost} | {share:P0} | {process.WorkingSet64 / 1e6:0} MB | {bytes:0.0} B/point |

            Every change of a whole hub's tree, for {Measured.TotalSeconds:0} s, each commit synchronous = FULL; setting them is included.
            """);
    }

    // The setter keeps a bounded distance before the recorder and the disk, as a bus or a wire would by its own speed.
    private static async Task SetAsync(ValueTree tree, HistoryStore store, Key[] keys, TimeSpan time)
    {
        var origin = new Origin("bench");
        var random = new Random(1);
        var batch = new Change[Batch];
        var (start, appended) = (Stopwatch.GetTimestamp(), store.Appended);
        long set = 0;
        while (Stopwatch.GetElapsedTime(start) < time)
        {
            while (set - (store.Appended - appended) > MostAhead || store.Waiting > MostWaiting)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
            }
            for (var i = 0; i < Batch; i++)
            {
                batch[i] = new Change(keys[(set + i) % KeyCount], Math.Round(random.NextDouble() * 40, 2));
            }
            tree.Set(batch, origin);
            set += Batch;
        }
        while (store.Appended - appended < set) await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
    }
}
