using System.Diagnostics;
using Gatehouse.SystemTests.Support;

namespace Gatehouse.SystemTests;

/// <summary>
/// Workers, clients, networks and hubs that fail while requests are under way: each request ends once, with an answer or one typed error,
/// in time.
/// </summary>
public sealed class MajordomoFaultTests
{
    private const string Service = "lab.work";
    private const string Lanes = "20";

    // A peer that has gone without a word is noticed by the broker after about 10 s; then its request is another's.
    private const string Patience = "25";

    private static readonly TimeSpan Short = TimeSpan.FromSeconds(4);

    [Fact]
    public Task Killed_workers() => KilledWorkersAsync(Short);

    [Fact]
    public Task Stopped_workers_and_clients() => StoppedPeersAsync(Short);

    [Fact]
    public Task A_killed_hub() => KilledHubAsync(Short);

    [Fact(Explicit = true)]
    [Trait("Run", "Chaos")]
    public Task Killed_workers_for_long() => KilledWorkersAsync(ChaosTime.Given);

    [Fact(Explicit = true)]
    [Trait("Run", "Chaos")]
    public Task Stopped_workers_and_clients_for_long() => StoppedPeersAsync(ChaosTime.Given);

    [Fact(Explicit = true)]
    [Trait("Run", "Chaos")]
    public Task A_killed_hub_for_long() => KilledHubAsync(ChaosTime.Given);

    [Fact]
    public async Task A_worker_behind_a_cut_cable_gives_its_request_to_another()
    {
        await using var network = await CutNetwork.OpenAsync();
        var address = $"tcp://{network.Here}:{HubRunner.FreePort()}";
        await using var hub = await HubRunner.StartAsync(["majordomo.enabled=true", $"majordomo.listen={address}"]);
        Assert.Contains("has no passwords", hub.Process.Error, StringComparison.Ordinal);
        await using var far = Peers.StartIn(network.Name, "worker.py", address, "0.1", Service, "far", "--delay", "3");
        await far.OutputLineAsync(line => line == "READY");
        await using var client = Peers.Start("client.py", address, "0.2", Service, "on");
        await far.OutputLineAsync(line => line == "REQUEST on");
        await network.CutAsync();
        await using var near = await Peers.WorkerAsync(address, "0.2", Service, "near");
        var begun = Stopwatch.GetTimestamp();
        var ended = await client.EndAsync();
        Assert.Equal((0, "REPLY\nnear\non\n"), (ended.Code, ended.Output));
        Assert.InRange(Stopwatch.GetElapsedTime(begun).TotalSeconds, 0, 15);
        // Mended, the old worker's answer comes to nobody: its connection is over, and it begins anew.
        await network.MendAsync();
        await far.OutputLineAsync(line => line is "DISCONNECT" or "AGAIN");
        Assert.Equal("REPLY\n", (await Peers.AskAsync(address, "0.1", Service, "x"))[..6]);
    }

    [Fact]
    public async Task A_client_that_does_not_read_costs_a_bounded_buffer_and_nobody_else_anything()
    {
        await using var hub = await HubRunner.StartAsync([.. HubRunner.WithBroker(out var address), "majordomo.sendLimit=1000000"]);
        await using var deaf = Peers.Start("deaf.py", address, "mmi.echo", "300", "100000");
        await deaf.OutputLineAsync(line => line == "ASKED");
        await using var watch = hub.RunCommand("watch", "/hub/majordomo/dropped");
        await watch.OutputLineAsync(line => line.Contains("/hub/majordomo/dropped", StringComparison.Ordinal));
        Assert.StartsWith("REPLY\n", await Peers.AskAsync(address, "0.1", "hub.info"), StringComparison.Ordinal);
        Assert.InRange(Process.GetProcessById(hub.Process.Id).WorkingSet64, 0, 250_000_000);
    }

    private static async Task KilledWorkersAsync(TimeSpan time)
    {
        await using var hub = await HubRunner.StartAsync(HubRunner.WithBroker(out var address));
        await using var workers = new Crew(address, 4);
        await workers.FillAsync();
        await using var client = await StartLanesAsync(address, "0.1");
        await using var other = await StartLanesAsync(address, "0.2");
        var (begun, random, killed) = (Stopwatch.GetTimestamp(), new Random(1), 0);
        while (Stopwatch.GetElapsedTime(begun) < time)
        {
            await workers.KillAsync(random.Next(4));
            killed++;
            // New ones, so that there is always one that answers.
            await workers.FillAsync();
        }
        var (sum, second) = (await LaneSum.OfAsync(client), await LaneSum.OfAsync(other));
        sum.IsWhole();
        second.IsWhole();
        Assert.Equal((0, 0), (sum.Broken, second.Broken));
        Assert.True(killed > 2, $"{killed} workers were killed.");
    }

    private static async Task StoppedPeersAsync(TimeSpan time)
    {
        await using var hub = await HubRunner.StartAsync(HubRunner.WithBroker(out var address));
        await using var workers = new Crew(address, 3);
        await workers.FillAsync();
        await using var client = await StartLanesAsync(address, "0.1");
        await using var other = await StartLanesAsync(address, "zproto");
        var (begun, random) = (Stopwatch.GetTimestamp(), new Random(2));
        do
        {
            // One is stopped for as long as the broker needs to notice, a client for a moment.
            var stopped = workers[random.Next(3)];
            await stopped.SignalAsync("STOP");
            await other.SignalAsync("STOP");
            await client.OutputLineAsync(NewLine(client, "OK"));
            await other.SignalAsync("CONT");
            await other.OutputLineAsync(NewLine(other, "OK"));
            await stopped.SignalAsync("CONT");
        }
        while (Stopwatch.GetElapsedTime(begun) < time);
        // One stays stopped, with a request in its hands.
        await workers[0].SignalAsync("STOP");
        var (sum, second) = (await LaneSum.OfAsync(client), await LaneSum.OfAsync(other));
        await workers[0].SignalAsync("CONT");
        sum.IsWhole();
        second.IsWhole();
        Assert.InRange(sum.Slowest, 0, 20);
        Assert.Equal(0, sum.Broken);
    }

    private static async Task KilledHubAsync(TimeSpan time)
    {
        await using var hub = await HubRunner.StartAsync(HubRunner.WithBroker(out var address));
        await using var workers = new Crew(address, 3);
        await workers.FillAsync();
        await using var client = await StartLanesAsync(address, "0.1");
        var begun = Stopwatch.GetTimestamp();
        do
        {
            await client.OutputLineAsync(NewLine(client, "OK"));
            await hub.KillAsync();
            await hub.StartAgainAsync();
        }
        while (Stopwatch.GetElapsedTime(begun) < time);
        await client.OutputLineAsync(NewLine(client, "OK"));
        var sum = await LaneSum.OfAsync(client);
        sum.IsWhole();
        Assert.True(sum.Broken > 0, "No request was under way when the hub was killed.");
    }

    private static async Task<ChildProcess> StartLanesAsync(string address, string layout)
    {
        var client = Peers.Start("lanes.py", address, layout, Service, Lanes, Patience);
        await client.OutputLineAsync(line => line == "GOING");
        return client;
    }

    // A line that was not there before.
    private static Func<string, bool> NewLine(ChildProcess program, string beginning)
    {
        var there = program.Output.Split('\n').Count(line => line.StartsWith(beginning, StringComparison.Ordinal));
        var seen = 0;
        return line => line.StartsWith(beginning, StringComparison.Ordinal) && ++seen > there;
    }

    /// <summary>Workers that come back after they were killed, one of each layout and so on.</summary>
    private sealed class Crew(string address, int size) : IAsyncDisposable
    {
        private static readonly string[] Layouts = ["0.1", "0.2", "zproto"];

        private readonly ChildProcess?[] _workers = new ChildProcess?[size];

        public ChildProcess this[int place] => _workers[place]!;

        public async Task FillAsync()
        {
            for (var i = 0; i < size; i++)
            {
                _workers[i] ??= await Peers.WorkerAsync(address, Layouts[i % 3], Service, $"w{i}", "--quiet", "--heartbeat", "0.5");
            }
        }

        public async Task KillAsync(int place)
        {
            await this[place].KillAsync();
            await this[place].DisposeAsync();
            _workers[place] = null;
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var worker in _workers)
            {
                if (worker is not null) await worker.DisposeAsync();
            }
        }
    }
}
