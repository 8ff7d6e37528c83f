using System.Net.Http.Json;
using System.Text.Json;
using Gatehouse.SystemTests.Support;

namespace Gatehouse.SystemTests;

/// <summary>What must hold when the hub is killed at any instant. This process is the oracle: it logs every acknowledgement.</summary>
public sealed class KillTests
{
    private const int InFlight = 100;

    /// <summary>A short form of what `make chaos` does for as long as it is given.</summary>
    [Fact]
    public Task The_sequence_never_goes_back_over_a_kill() => KillAgainAndAgainAsync(rounds: 3, TimeSpan.MaxValue);

    [Fact(Explicit = true)]
    [Trait("Run", "Chaos")]
    public Task The_sequence_never_goes_back_over_many_kills() => KillAgainAndAgainAsync(
        int.MaxValue,
        ChaosTime.Given);

    private static async Task KillAgainAndAgainAsync(int rounds, TimeSpan time)
    {
        var random = new Random(Environment.TickCount);
        var start = TimeProvider.System.GetTimestamp();
        await using var hub = await HubRunner.StartAsync(["drivers.system.interval=100ms"]);
        long highest = 0, acknowledged = 0;
        var epoch = 0L;
        var done = 0;
        for (; done < rounds && TimeProvider.System.GetElapsedTime(start) < time; done++)
        {
            using var http = hub.Client();
            var info = await http.PostAsJsonAsync("/api/services/hub.info", Array.Empty<string>());
            var now = (await info.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("frames")[0].GetProperty("epoch").GetInt64();
            Assert.True(now > epoch, $"Epoch {now} after {epoch}.");
            epoch = now;

            var before = highest;
            var log = new AcknowledgementLog();
            var writers = Enumerable.Range(0, InFlight).Select(w => WriteAsync(http, w, log)).ToList();
            await log.ReachesAsync(InFlight + random.Next(2000));
            await hub.KillAsync();
            await Task.WhenAll(writers);
            Assert.True(log.Lowest > before, $"Number {log.Lowest} was given after {before}.");
            (highest, acknowledged) = (log.Highest, acknowledged + log.Count);
            await hub.StartAgainAsync();
        }
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{done} kills, {acknowledged} acknowledged writes with {InFlight} in flight, highest number {highest}");
        Assert.True(done > 0);
    }

    // Each writer has one write in flight until the hub is gone.
    private static async Task WriteAsync(HttpClient http, int writer, AcknowledgementLog log)
    {
        try
        {
            for (var i = 0; ; i++)
            {
                using var answer = await http.PutAsJsonAsync($"/api/values/kill/{writer}", new { value = i });
                answer.EnsureSuccessStatusCode();
                log.Add((await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("sequence").GetInt64());
            }
        }
        catch (HttpRequestException)
        {
            // The hub was killed.
        }
        catch (IOException)
        {
            // The hub was killed in the middle of its answer.
        }
    }

    private sealed class AcknowledgementLog
    {
        private readonly Lock _adding = new();
        private readonly HashSet<long> _numbers = [];
        private TaskCompletionSource? _reached;
        private int _wanted;

        public int Count => _numbers.Count;

        public long Lowest => _numbers.Min();

        public long Highest => _numbers.Max();

        public void Add(long number)
        {
            lock (_adding)
            {
                Assert.True(_numbers.Add(number), $"Number {number} was given twice.");
                if (_numbers.Count == _wanted) _reached?.TrySetResult();
            }
        }

        public Task ReachesAsync(int count)
        {
            lock (_adding)
            {
                _wanted = Math.Max(count, _numbers.Count + 1);
                _reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                return _reached.Task.WaitAsync(ChildProcess.Patience, TimeProvider.System);
            }
        }
    }
}
