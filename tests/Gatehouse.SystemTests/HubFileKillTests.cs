using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Gatehouse.SystemTests.Support;

namespace Gatehouse.SystemTests;

/// <summary>
/// What must hold of <c>hub.db</c> when the hub is killed at any instant: this process logs every edit that was acknowledged, and each is
/// there again afterwards.
/// </summary>
public sealed class HubFileKillTests
{
    private const int InFlight = 120;
    private const int Devices = 40;

    /// <summary>A short form of what `make chaos` does for as long as it is given, and for twenty rounds at least.</summary>
    [Fact]
    public Task No_acknowledged_edit_is_lost_by_a_kill() => KillAgainAndAgainAsync(least: 3, TimeSpan.Zero);

    [Fact(Explicit = true)]
    [Trait("Run", "Chaos")]
    public Task No_acknowledged_edit_is_lost_by_many_kills() => KillAgainAndAgainAsync(
        least: 20,
        ChaosTime.Given);

    private static async Task KillAgainAndAgainAsync(int least, TimeSpan time)
    {
        var random = new Random(Environment.TickCount);
        var start = TimeProvider.System.GetTimestamp();
        await using var hub = await HubRunner.StartAsync(["drivers.system.enabled=false", "drivers.fake.enabled=false"]);
        var edits = Enumerable.Range(0, InFlight).Select(i => new Edited(i)).ToList();
        using (var http = hub.Client())
        {
            await Task.WhenAll(Enumerable.Range(0, Devices).Select(i => DeclareAsync(http, i)));
        }
        var done = 0;
        for (; done < least || TimeProvider.System.GetElapsedTime(start) < time; done++)
        {
            using var http = hub.Client();
            var acknowledged = new Acknowledgements(1 + random.Next(20 * InFlight));
            var writers = edits.Select(e => WriteAsync(http, e, acknowledged)).ToList();
            await acknowledged.Reached;
            await hub.KillAsync();
            await Task.WhenAll(writers);
            await hub.StartAgainAsync();
            Assert.Empty(Directory.GetFiles(hub.Data, "*.damaged-*"));
            await CompareAsync(hub, edits);
        }
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{done} kills, {edits.Sum(e => e.Acknowledged)} acknowledged edits with {InFlight} in flight");
    }

    private static async Task DeclareAsync(HttpClient http, int number)
    {
        using var answer = await http.PostAsJsonAsync("/api/devices", new { oid = "dimmer", name = $"d{number}" });
        answer.EnsureSuccessStatusCode();
    }

    // What stands there is the last that was acknowledged, or the one behind it that was in flight.
    private static async Task CompareAsync(HubRunner hub, List<Edited> edits)
    {
        using var http = hub.Client();
        var devices = (await http.GetFromJsonAsync<JsonElement>("/api/devices")).EnumerateArray()
            .ToDictionary(d => d.GetProperty("name").GetString()!);
        Assert.Equal(Devices, devices.Count);
        foreach (var edit in edits)
        {
            var found = edit.Read(devices[edit.Device]);
            Assert.True(
                found == edit.Acknowledged || found == edit.Sent,
                $"{edit.Field} of {edit.Device} is {found}; {edit.Acknowledged} was acknowledged, {edit.Sent} was sent.");
            edit.Acknowledged = edit.Sent = found;
        }
    }

    // Each writer has one edit in flight until the hub is gone.
    private static async Task WriteAsync(HttpClient http, Edited edit, Acknowledgements acknowledged)
    {
        try
        {
            while (true)
            {
                using var answer = await http.PatchAsync($"/api/devices/{edit.Device}", JsonContent.Create(edit.Next()));
                answer.EnsureSuccessStatusCode();
                edit.Acknowledged = edit.Sent;
                acknowledged.Add();
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

    /// <summary>One field of one device, which one writer counts up. Several writers share a device.</summary>
    private sealed class Edited(int number)
    {
        public string Device { get; } = $"localhost.declared.d{(number % Devices).ToString(CultureInfo.InvariantCulture)}";

        public string Field { get; } = (number / Devices) switch { 0 => "title", 1 => "retention", _ => "unit" };

        public long Sent { get; set; }

        public long Acknowledged { get; set; }

        public object Next()
        {
            Sent++;
            return Field switch
            {
                "title" => new { title = $"T{Sent.ToString(CultureInfo.InvariantCulture)}" },
                "retention" => new { retention = Sent },
                _ => new { properties = new { level = new { unit = $"U{Sent.ToString(CultureInfo.InvariantCulture)}" } } },
            };
        }

        /// <summary>The number that stands there; 0 when the field was never edited.</summary>
        public long Read(JsonElement device) => Field switch
        {
            "title" => Number(device.GetProperty("title").GetString(), 'T'),
            "retention" => device.GetProperty("retention") is { ValueKind: JsonValueKind.Number } seconds ? (long)seconds.GetDouble() : 0,
            _ => Number(device.GetProperty("properties").GetProperty("level").GetProperty("unit").GetString(), 'U'),
        };

        private static long Number(string? text, char mark) =>
            text is not null && text[0] == mark ? long.Parse(text[1..], CultureInfo.InvariantCulture) : 0;
    }

    private sealed class Acknowledgements(int wanted)
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _count;

        public Task Reached => _reached.Task.WaitAsync(ChildProcess.Patience, TimeProvider.System);

        public void Add()
        {
            if (Interlocked.Increment(ref _count) == wanted) _reached.SetResult();
        }
    }
}
