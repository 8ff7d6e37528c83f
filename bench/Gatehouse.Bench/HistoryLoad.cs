using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Gatehouse.History;
using Gatehouse.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace Gatehouse.Bench;

/// <summary>
/// The history's own figures: a year of readings once a second written and asked for, by a new process whose file is not in the cache; and
/// what ten thousand series cost.
/// </summary>
internal static partial class HistoryLoad
{
    private const int YearSeconds = 365 * 86_400;
    private const int Buckets = 2000;
    private const int Rounds = 11;
    private const int ManySeries = 10_000;

    private static readonly DateTime Start = new(2025, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public static async Task<string> MeasureAsync()
    {
        var folder = Directory.CreateTempSubdirectory("gatehouse-bench");
        var file = Path.Combine(folder.FullName, "history.db");
        var year = await WriteYearAsync(file);
        var opening = new List<double>();
        var cold = new List<double>();
        var warm = new List<double>();
        var cached = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var path in Directory.GetFiles(folder.FullName)) DropFromCache(path);
            var answers = await AskAsync(file);
            opening.Add(answers[0]);
            cold.Add(answers[1]);
            warm.Add(answers.Skip(answers.Count / 2).Order().First());
            cached.Add((await AskAsync(file))[1]);
        }
        var many = await ManyAsync(Path.Combine(folder.FullName, "many.db"));
        folder.Delete(recursive: true);
        return string.Create(CultureInfo.InvariantCulture, $"""
            Every commit is synchronous = FULL. A year once a second is {YearSeconds / 1e6:0.0} M points: a sine with noise, two decimals,
            times with a jitter of 2 ms.

            | what | measured |
            |---|---|
            | a year written, a commit after each 100,000 points | {year.Rate / 1e6:0.00} M points/s |
            | on disk, roll-ups and all | {year.BytesPerPoint:0.00} B/point |
            | opening the file, new process, file dropped from the cache | {Spread(opening)} ms |
            | the year as {Buckets} buckets at most, first question of that process | {Spread(cold)} ms |
            | the same question in a new process, file in the cache | {Spread(cached)} ms |
            | the same again in that process | {Spread(warm)} ms |
            | {ManySeries} series, one point each a round, a commit a round | {many.Rate / 1e6:0.00} M points/s |
            | the newest of {ManySeries} series | {Spread(many.Newest)} ms |

            Medians of {Rounds} rounds with their least and most. Most of the time in a new process is that of compiling the code.
            """);
    }

    /// <summary>The asking process: prints how long opening took, then each answer.</summary>
    public static async Task AskOnceAsync(string file)
    {
        var start = Stopwatch.GetTimestamp();
        await using var store = await OpenAsync(file);
        Print(ref start);
        for (var round = 0; round < 50; round++)
        {
            var series = store.SeriesOf("/year");
            var range = new BucketReader(store, series).Read(Start.Ticks, Start.AddDays(365).Ticks, Buckets);
            var count = range.Buckets.Sum(b => b.Count);
            if (count != YearSeconds) throw new InvalidOperationException($"{count} points are in the answer, not {YearSeconds}.");
            Print(ref start);
        }
    }

    private static void Print(ref long start)
    {
        Console.WriteLine(Stopwatch.GetElapsedTime(start).TotalMilliseconds.ToString(CultureInfo.InvariantCulture));
        start = Stopwatch.GetTimestamp();
    }

    /// <summary>Writes the year into a file that is not there yet.</summary>
    public static async Task<(double Rate, double BytesPerPoint)> WriteYearAsync(string file)
    {
        const int Batch = 100_000;
        var random = new Random(1);
        long started;
        var store = await OpenAsync(file);
        await using (store)
        {
            var series = store.SeriesOf("/year");
            var points = new (Series, Point)[Batch];
            started = Stopwatch.GetTimestamp();
            for (var second = 0; second < YearSeconds; second += Batch)
            {
                var count = Math.Min(Batch, YearSeconds - second);
                for (var i = 0; i < count; i++)
                {
                    var value = Math.Round(20 + (5 * Math.Sin((second + i) / 13_750d)) + (random.NextDouble() / 5), 2);
                    points[i] = (series, new Point(Start.AddSeconds(second + i).AddTicks(random.Next(20_000)), value));
                }
                store.Append(points.AsSpan(0, count));
                await store.CommitAsync();
            }
            await store.FlushAsync();
        }
        var rate = YearSeconds / Stopwatch.GetElapsedTime(started).TotalSeconds;
        return (rate, new FileInfo(file).Length / (double)YearSeconds);
    }

    private static async Task<(double Rate, List<double> Newest)> ManyAsync(string file)
    {
        const int Rounds = 300;
        var random = new Random(1);
        await using var store = await OpenAsync(file);
        var points = new (Series Series, Point Point)[ManySeries];
        for (var i = 0; i < ManySeries; i++) points[i].Series = store.SeriesOf($"/device/bench.lab.d{i / 10}/p{i % 10}");
        var started = Stopwatch.GetTimestamp();
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < ManySeries; i++)
            {
                points[i].Point = new Point(Start.AddSeconds(round).AddTicks(random.Next(20_000)), Math.Round(random.NextDouble() * 40, 2));
            }
            store.Append(points);
            await store.CommitAsync();
        }
        var rate = (double)Rounds * ManySeries / Stopwatch.GetElapsedTime(started).TotalSeconds;
        var newest = new List<double>();
        for (var round = 0; round < HistoryLoad.Rounds; round++)
        {
            started = Stopwatch.GetTimestamp();
            if (store.Newest().Count(n => n.Newest is not null) != ManySeries) throw new InvalidOperationException("Some have none.");
            newest.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        return (rate, newest);
    }

    private static Task<HistoryStore> OpenAsync(string file) =>
        HistoryStore.OpenAsync(file, TimeProvider.System, NullLogger<HistoryStore>.Instance, NullLogger<Database>.Instance);

    private static async Task<List<double>> AskAsync(string file)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(HistoryLoad).Assembly.Location, "history-question", file])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var lines = (await process.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException("The asking process failed.");
        return [.. lines.Select(l => double.Parse(l, CultureInfo.InvariantCulture))];
    }

    private static string Spread(List<double> times)
    {
        var sorted = times.Order().ToList();
        return string.Create(CultureInfo.InvariantCulture, $"{sorted[sorted.Count / 2]:0.00} ({sorted[0]:0.00} to {sorted[^1]:0.00})");
    }

    private static void DropFromCache(string path)
    {
        const int DontNeed = 4;
        using var file = File.OpenHandle(path);
        if (FSync(file) != 0 || FAdvise(file, 0, 0, DontNeed) != 0) throw new IOException($"{path} stays in the cache.");
    }

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int FAdvise(SafeFileHandle file, long offset, long length, int advice);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int FSync(SafeFileHandle file);
}
