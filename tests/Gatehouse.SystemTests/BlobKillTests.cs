using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using Gatehouse.SystemTests.Support;

namespace Gatehouse.SystemTests;

/// <summary>
/// What must hold of blobs when the hub is killed at any instant: this process keeps the answers that came, and every blob that was
/// acknowledged is there and whole afterwards.
/// </summary>
public sealed class BlobKillTests
{
    private const int InFlight = 100;

    /// <summary>A short form of what `make chaos` does for as long as it is given.</summary>
    [Fact]
    public Task No_acknowledged_blob_is_lost_by_a_kill() => KillAgainAndAgainAsync(least: 2, TimeSpan.Zero);

    [Fact(Explicit = true)]
    [Trait("Run", "Chaos")]
    public Task No_acknowledged_blob_is_lost_by_many_kills() => KillAgainAndAgainAsync(least: 10, ChaosTime.Given);

    private static async Task KillAgainAndAgainAsync(int least, TimeSpan time)
    {
        var stop = TestContext.Current.CancellationToken;
        var random = new Random(Environment.TickCount);
        var start = TimeProvider.System.GetTimestamp();
        await using var hub = await HubRunner.StartAsync(["drivers.system.enabled=false", "drivers.fake.enabled=false"]);
        var acknowledged = new ConcurrentDictionary<string, long>();
        var kills = 0;
        for (; kills < least || TimeProvider.System.GetElapsedTime(start) < time; kills++)
        {
            var before = acknowledged.Count;
            var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var wanted = before + 1 + random.Next(3 * InFlight);
            using var http = hub.Client();
            var senders = Enumerable.Range(0, InFlight).Select(_ => SendAsync(http, acknowledged, wanted, enough, stop)).ToList();
            await enough.Task.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System, stop);
            await hub.KillAsync();
            await Task.WhenAll(senders);
            await hub.StartAgainAsync();
            Assert.Empty(Directory.GetFiles(Path.Combine(hub.Data, "blobs"), "*.incoming"));
        }
        using var reader = hub.Client();
        foreach (var (id, size) in acknowledged)
        {
            var bytes = await reader.GetByteArrayAsync(new Uri($"/api/blobs/{id}", UriKind.Relative), stop);
            Assert.Equal((id, size), (Convert.ToHexStringLower(SHA256.HashData(bytes)), bytes.LongLength));
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{kills} kills, {acknowledged.Count} blobs acknowledged, {InFlight} in flight");
    }

    // Sends one blob after the other until the hub is gone.
    private static async Task SendAsync(
        HttpClient http, ConcurrentDictionary<string, long> acknowledged, int wanted, TaskCompletionSource enough, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                var content = new ByteArrayContent(RandomNumberGenerator.GetBytes(1 + RandomNumberGenerator.GetInt32(40_000)));
                content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
                using var answer = await http.PostAsync(new Uri("/api/blobs", UriKind.Relative), content, stop);
                answer.EnsureSuccessStatusCode();
                using var blob = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(stop));
                acknowledged[blob.RootElement.GetProperty("blob").GetString()!] = blob.RootElement.GetProperty("size").GetInt64();
                if (acknowledged.Count >= wanted) enough.TrySetResult();
            }
        }
        catch (Exception e) when (e is HttpRequestException or JsonException)
        {
            // Killed in the middle: this one was not acknowledged.
        }
    }
}
