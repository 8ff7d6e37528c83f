using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Gatehouse.Storage;
using Gatehouse.SystemTests.Support;
using Microsoft.Data.Sqlite;

namespace Gatehouse.SystemTests;

/// <summary>
/// What the history must hold when the hub is killed at any instant: all but the last second, nothing twice, nothing that was never set,
/// in a file that is whole. This process is the oracle: it logs what it was told is set, and when.
/// </summary>
public sealed class HistoryKillTests
{
    private const int Writers = 20;

    private static readonly TimeSpan MostLost = TimeSpan.FromSeconds(1);

    /// <summary>A short form of what `make chaos` does.</summary>
    [Fact]
    public Task At_most_a_second_is_lost() => KillAgainAndAgainAsync(rounds: 3, TimeSpan.MaxValue);

    [Fact(Explicit = true)]
    [Trait("Run", "Chaos")]
    public Task At_most_a_second_is_lost_over_fifty_kills() => KillAgainAndAgainAsync(
        int.MaxValue,
        ChaosTime.Given);

    /// <summary>Also what came just now, and what waits because it came too soon after the one before.</summary>
    [Fact]
    public async Task A_hub_that_is_asked_to_stop_loses_nothing()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var hub = await HubRunner.StartAsync(["drivers.system.enabled=false", "drivers.fake.enabled=false"]);
        using (var http = hub.Client())
        {
            for (var number = 1; number <= 3; number++)
            {
                using var answer = await http.PutAsJsonAsync("/api/values/kill/1", new { value = number }, stop);
                answer.EnsureSuccessStatusCode();
            }
        }
        Assert.Equal(0, (await hub.StopAsync()).Code);
        await hub.StartAgainAsync();
        using var again = hub.Client();
        await WaitForHistoryAsync(again);
        Assert.Equal([1, 3], await RecordedAsync(again, 1));
    }

    private static async Task KillAgainAndAgainAsync(int rounds, TimeSpan time)
    {
        var random = new Random(Environment.TickCount);
        var start = Stopwatch.GetTimestamp();
        await using var hub = await HubRunner.StartAsync(
            ["history.record={\"/\":{\"mode\":\"every\"}}", "drivers.system.enabled=false", "drivers.fake.enabled=false"]);
        var set = Enumerable.Range(0, Writers).Select(writer => new Log(writer)).ToArray();
        var report = new Report();
        for (; report.Kills < rounds && Stopwatch.GetElapsedTime(start) < time; report.Kills++)
        {
            using var http = hub.Client();
            var writing = set.Select(log => WriteAsync(http, log)).ToList();
            var began = Stopwatch.GetTimestamp();
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(300, 3500)), TimeProvider.System);
            var killed = Stopwatch.GetTimestamp();
            await hub.KillAsync();
            await Task.WhenAll(writing);
            report.Note(set, began, killed);
            AssertWhole(Path.Combine(hub.Data, "history.db"));
            await hub.StartAgainAsync();
            await AssertHeldAsync(hub, set, killed, report);
        }
        TestContext.Current.TestOutputHelper?.WriteLine(report.ToString());
        Assert.True(report.Kills > 0);
        Assert.True(report.LeastRate >= 100, $"Only {report.LeastRate:0} points a second were in flight.");
    }

    // Each writer counts up in its own key until the hub is gone. What was not confirmed may be set or not.
    private static async Task WriteAsync(HttpClient http, Log log)
    {
        try
        {
            while (true)
            {
                using var answer = await http.PutAsJsonAsync($"/api/values/kill/{log.Writer}", new { value = ++log.Sent });
                answer.EnsureSuccessStatusCode();
                log.Confirmed.Add((log.Sent, Stopwatch.GetTimestamp()));
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            // The hub was killed.
        }
    }

    private static void AssertWhole(string file)
    {
        var copy = Directory.CreateTempSubdirectory("gatehouse");
        foreach (var path in Directory.GetFiles(Path.GetDirectoryName(file)!, "history.db*"))
        {
            File.Copy(path, Path.Combine(copy.FullName, Path.GetFileName(path)));
        }
        SqliteLibrary.Use();
        using (var connection = new SqliteConnection($"Data Source={Path.Combine(copy.FullName, "history.db")};Pooling=False"))
        {
            connection.Open();
            using var check = connection.CreateCommand();
            check.CommandText = "PRAGMA integrity_check";
            Assert.Equal("ok", check.ExecuteScalar());
        }
        copy.Delete(recursive: true);
    }

    private static async Task AssertHeldAsync(HubRunner hub, Log[] logs, long killed, Report report)
    {
        using var http = hub.Client();
        await WaitForHistoryAsync(http);
        foreach (var log in logs)
        {
            var recorded = await RecordedAsync(http, log.Writer);
            Assert.Equal(recorded.Distinct().Order(), recorded);
            Assert.All(recorded, number => Assert.InRange(number, 1, log.Sent));
            var held = recorded.ToHashSet();
            foreach (var (number, at) in log.Confirmed)
            {
                if (held.Contains(number) || !log.Lost.Add(number)) continue;
                var age = Stopwatch.GetElapsedTime(at, killed);
                Assert.True(age <= MostLost, $"{number} of writer {log.Writer} is lost, set {age.TotalSeconds:0.000} s before the kill.");
                report.NoteLoss(age);
            }
        }
    }

    // The last value comes back stale after the start, and is a point once more: it says where the gap begins.
    private static async Task<List<long>> RecordedAsync(HttpClient http, int writer)
    {
        using var answer = await http.GetAsync($"/api/history?key=/kill/{writer}&from=-1d");
        if (!answer.IsSuccessStatusCode) return [];
        var points = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("points").EnumerateArray();
        return [.. points.Where(p => p[2].GetString() == "good").Select(p => p[1].GetInt64())];
    }

    private static async Task WaitForHistoryAsync(HttpClient http)
    {
        while (true)
        {
            using var answer = await http.GetAsync("/api/history/newest");
            if (answer.IsSuccessStatusCode) return;
        }
    }

    /// <summary>What one writer knows: numbers up to <see cref="Sent"/> may be recorded, those confirmed must be.</summary>
    private sealed class Log(int writer)
    {
        public int Writer { get; } = writer;

        public long Sent { get; set; }

        public List<(long Number, long At)> Confirmed { get; } = [];

        /// <summary>Those that an earlier kill has cost.</summary>
        public HashSet<long> Lost { get; } = [];
    }

    private sealed class Report
    {
        private long _points;
        private long _lost;
        private TimeSpan _worst;

        public int Kills { get; set; }

        public double LeastRate { get; private set; } = double.MaxValue;

        public void Note(Log[] logs, long began, long killed)
        {
            var count = logs.Sum(log => log.Confirmed.Count(c => c.At >= began));
            _points += count;
            LeastRate = Math.Min(LeastRate, count / Stopwatch.GetElapsedTime(began, killed).TotalSeconds);
        }

        public void NoteLoss(TimeSpan age)
        {
            _lost++;
            if (age > _worst) _worst = age;
        }

        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture,
            $"""
            {Kills} kills, {_points} points confirmed, at least {LeastRate:0}/s in flight;
            {_lost} lost, the oldest of them set {_worst.TotalSeconds:0.000} s before its kill
            """);
    }
}
