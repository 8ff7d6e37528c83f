using System.Globalization;
using Gatehouse.SystemTests.Support;

namespace Gatehouse.SystemTests;

/// <summary>
/// Durable requests while hub, workers and client are killed at any instant. The oracle is a log that the two other programs, which know
/// nothing of the hub but RFC 7 and RFC 9, write before they act: of acknowledgements, of deliveries and of answers.
/// </summary>
public sealed class TitanicKillTests
{
    private const int Lanes = 120;

    /// <summary>A short form of what `make chaos` does.</summary>
    [Fact]
    public Task No_acknowledged_request_is_lost_by_a_kill() => KillAgainAndAgainAsync(least: 4, TimeSpan.Zero);

    [Fact(Explicit = true)]
    [Trait("Run", "Chaos")]
    public Task No_acknowledged_request_is_lost_by_many_kills() => KillAgainAndAgainAsync(
        int.Parse(Environment.GetEnvironmentVariable("GATEHOUSE_ROUNDS") ?? "200", CultureInfo.InvariantCulture), ChaosTime.Given);

    private static async Task KillAgainAndAgainAsync(int least, TimeSpan time)
    {
        var random = new Random(Environment.TickCount);
        var start = TimeProvider.System.GetTimestamp();
        string[] settings =
        [
            .. HubRunner.WithBroker(out var address), "drivers.system.enabled=false", "drivers.fake.enabled=false",
            "majordomo.heartbeat=200ms", "requests.retryDelay=10ms", "requests.retryMaximum=1s", "requests.tries=1000",
        ];
        await using var hub = await HubRunner.StartAsync(settings);
        var log = Path.Combine(hub.Folder, "log");
        await using var workers = new Programs(2, () => Peers.Start("titanic_worker.py", [address, log, "lab.scale"]));
        await using var client = new Programs(
            1, () => Peers.Start("titanic_lanes.py", [address, log, "lab.scale", $"{Lanes}", "client"]));
        var kills = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var (done, acknowledged) = (0, 0L);
        for (; done < least || TimeProvider.System.GetElapsedTime(start) < time; done++)
        {
            // All lanes are at work again, and then for some time nobody can foresee.
            acknowledged = Number(await client[0].OutputLineAsync(
                line => line.StartsWith("AT ", StringComparison.Ordinal) && Number(line) > acknowledged + Lanes));
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(300)), TimeProvider.System, TestContext.Current.CancellationToken);
            var who = done < 3 ? done : random.Next(6);
            if (who is 0 or 3 or 4) await hub.KillAsync();
            if (who is 1 or 3 or 5) await workers.KillAsync(random.Next(2));
            if (who is 2 or 4 or 5) await client.KillAsync(0);
            if (who is 0 or 3 or 4) await hub.StartAgainAsync();
            workers.StartAgain();
            // Another client counts from the beginning.
            if (client.StartAgain()) acknowledged = 0;
            var name = ((string[])["hub", "worker", "client", "hub and worker", "hub and client", "worker and client"])[who];
            kills[name] = kills.GetValueOrDefault(name) + 1;
        }
        await client[0].OutputLineAsync(line => line == "READY");
        await client[0].SignalAsync("TERM");
        var ended = await client[0].EndAsync(TimeSpan.FromSeconds(90));
        Assert.True(ended.Code == 0, ended.Output + ended.Error);
        var sum = Check(await File.ReadAllLinesAsync(log));
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{done} kills ({string.Join(", ", kills.Select(k => $"{k.Value} {k.Key}"))}) with {Lanes} in flight: {sum}");
    }

    private static long Number(string line) => long.Parse(line.AsSpan(3), CultureInfo.InvariantCulture);

    private static string Check(string[] lines)
    {
        var acknowledged = new Dictionary<string, string>();
        var fetched = new HashSet<string>();
        var highest = new Dictionary<string, int>();
        var seen = new HashSet<(string, int)>();
        var idOfBody = new Dictionary<string, string>();
        var (deliveries, repeated) = (0, 0);
        foreach (var line in lines)
        {
            var words = line.Split(' ');
            var id = words[1];
            switch (words[0])
            {
                case "A":
                    if (!acknowledged.TryAdd(id, words[2])) Assert.Equal(("own", acknowledged[id]), (words[3], words[2]));
                    break;
                case "D":
                    var attempt = int.Parse(words[2], CultureInfo.InvariantCulture);
                    deliveries++;
                    Assert.True(seen.Add((id, attempt)), $"{id} was delivered twice with attempt {attempt}.");
                    if (highest.TryGetValue(id, out var before)) repeated++;
                    // A worker may come late to what an earlier connection had brought it.
                    Assert.False(attempt > before && fetched.Contains(id), $"{id} was delivered again, although its answer was stored.");
                    highest[id] = Math.Max(before, attempt);
                    Assert.True(idOfBody.TryAdd(words[3], id) || idOfBody[words[3]] == id, $"{words[3]} was accepted twice.");
                    break;
                case "F":
                    fetched.Add(id);
                    break;
                case "C":
                    break;
                default:
                    Assert.Fail(line);
                    break;
            }
        }
        Assert.Empty(acknowledged.Keys.Except(fetched));
        Assert.True(acknowledged.Count > Lanes);
        return $"{acknowledged.Count} acknowledged, all answered; {deliveries} deliveries, {repeated} of them repeated";
    }

    /// <summary>Programs of a kind, any of which may be killed and come back.</summary>
    private sealed class Programs(int count, Func<ChildProcess> start) : IAsyncDisposable
    {
        private readonly ChildProcess[] _all = [.. Enumerable.Range(0, count).Select(_ => start())];
        private readonly HashSet<int> _killed = [];

        public ChildProcess this[int index] => _all[index];

        public async Task KillAsync(int index)
        {
            await _all[index].KillAsync();
            await _all[index].DisposeAsync();
            _killed.Add(index);
        }

        public bool StartAgain()
        {
            foreach (var index in _killed) _all[index] = start();
            var hadSome = _killed.Count > 0;
            _killed.Clear();
            return hadSome;
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var program in _all) await program.DisposeAsync();
        }
    }
}
