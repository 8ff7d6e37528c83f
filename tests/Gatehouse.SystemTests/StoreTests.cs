using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Gatehouse.SystemTests.Support;

namespace Gatehouse.SystemTests;

/// <summary><c>titanic.store</c> on the wire, and what is left of it when the hub is killed at any instant.</summary>
public sealed class StoreTests(BrokerHub broker) : IClassFixture<BrokerHub>
{
    private const int InFlight = 110;
    private const string Ask = "c > |MDPC01|titanic.store|", Told = "c < |MDPC01|titanic.store|";

    [Fact]
    public async Task The_rows_of_RasPys_store_are_answered_on_the_wire()
    {
        await Peers.TalkAsync(
            broker.Address,
            Ask + "set|svc|sec|Key1|v1", Told + "svc|sec|Key1|200",
            Ask + "get|svc|sec|Key1", Told + "svc|sec|Key1|v1|200",
            Ask + "get|badservice|badsection|badkey", Told + "badservice|badsection|badkey|404",
            Ask + "delete|badservice|badsection|badkey", Told + "badservice|badsection|500",
            Ask + "delete|badservice|badsection", Told + "badservice|badsection|200",
            Ask + "delete", Told + "500", Ask + "xx", Told + "500", Ask + "xx|svc", Told + "501",
            "c > |MDPC01|titanic.store", Told + "500",
            Ask + "get|..%2Fsvc|sec|Key1", Told + "500",
            Ask + "set|svc|sec|bytes|%00%FF%0D%0A  x%25", Told + "svc|sec|bytes|200",
            Ask + "get|svc|sec|bytes", Told + "svc|sec|bytes|%00%FF%0D%0A  x%25|200",
            Ask + "list|svc|sec", Told + "svc|sec|Key1%7Cbytes|200",
            Ask + "cas|svc|sec|Key1|v1|v2", Told + "svc|sec|Key1|200",
            Ask + "cas|svc|sec|Key1|v1|v3", Told + "svc|sec|Key1|409",
            "c > |MDPC01|mmi.discovery|titanic%5C.store", "c < |MDPC01|mmi.discovery|titanic.store|200");
        Assert.Equal("v2", (await broker.Hub.RunToEndAsync("store", "get", "svc", "sec", "Key1")).Output.TrimEnd());
    }

    /// <summary>A short form of what `make chaos` does for as long as it is given, and for twenty rounds at least.</summary>
    [Fact]
    public Task No_acknowledged_value_is_lost_by_a_kill() => KillAgainAndAgainAsync(least: 3, TimeSpan.Zero);

    [Fact(Explicit = true)]
    [Trait("Run", "Chaos")]
    public Task No_acknowledged_value_is_lost_by_many_kills() => KillAgainAndAgainAsync(least: 20, ChaosTime.Given);

    private static async Task KillAgainAndAgainAsync(int least, TimeSpan time)
    {
        var random = new Random(Environment.TickCount);
        var start = TimeProvider.System.GetTimestamp();
        await using var hub = await HubRunner.StartAsync(["drivers.system.enabled=false", "drivers.fake.enabled=false"]);
        var keys = Enumerable.Range(0, InFlight).Select(i => new Counted($"/api/store/svc{i % 3}/sec{i % 7}/key{i}")).ToList();
        var done = 0;
        for (; done < least || TimeProvider.System.GetElapsedTime(start) < time; done++)
        {
            using var http = hub.Client();
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var left = 1 + random.Next(20 * InFlight);
            var writers = keys.Select(key => WriteAsync(http, key, () =>
            {
                if (Interlocked.Decrement(ref left) == 0) reached.SetResult();
            })).ToList();
            await reached.Task.WaitAsync(ChildProcess.Patience, TimeProvider.System);
            await hub.KillAsync();
            await Task.WhenAll(writers);
            await hub.StartAgainAsync();
            Assert.Empty(Directory.GetFiles(hub.Data, "*.damaged-*"));
            using var again = hub.Client();
            foreach (var key in keys) await CompareAsync(again, key);
        }
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{done} kills, {keys.Sum(k => k.Acknowledged)} acknowledged values with {InFlight} in flight");
    }

    // Each writer has one value in flight until the hub is gone: set, and now and then deleted.
    private static async Task WriteAsync(HttpClient http, Counted key, Action acknowledged)
    {
        try
        {
            while (true)
            {
                key.Sent++;
                using var request = new HttpRequestMessage(Counted.IsGone(key.Sent) ? HttpMethod.Delete : HttpMethod.Put, key.Path);
                if (request.Method == HttpMethod.Put)
                {
                    request.Content = new StringContent(key.Sent.ToString(CultureInfo.InvariantCulture));
                    request.Content.Headers.ContentType = new MediaTypeHeaderValue("text/plain");
                }
                using var answer = await http.SendAsync(request);
                answer.EnsureSuccessStatusCode();
                key.Acknowledged = key.Sent;
                acknowledged();
            }
        }
        catch (Exception e) when (e is HttpRequestException { StatusCode: null } or IOException or SocketException)
        {
            // The hub was killed, maybe in the middle of its answer.
        }
    }

    // What is there is the last that was acknowledged, or the one behind it that was in flight.
    private static async Task CompareAsync(HttpClient http, Counted key)
    {
        using var answer = await http.GetAsync(key.Path);
        var found = answer.StatusCode == HttpStatusCode.NotFound ? (long?)null
            : long.Parse(await answer.Content.ReadAsStringAsync(), CultureInfo.InvariantCulture);
        Assert.True(
            found == Counted.Value(key.Acknowledged) || found == Counted.Value(key.Sent),
            $"{key.Path} is {found}; step {key.Acknowledged} was acknowledged, {key.Sent} was sent.");
        key.Acknowledged = key.Sent = found == Counted.Value(key.Sent) ? key.Sent : key.Acknowledged;
    }

    /// <summary>A value that one writer counts up; each seventh step deletes it.</summary>
    private sealed class Counted(string path)
    {
        public string Path => path;

        public long Sent { get; set; }

        public long Acknowledged { get; set; }

        public static bool IsGone(long step) => step % 7 == 0;

        public static long? Value(long step) => IsGone(step) ? null : step;
    }
}
