using System.Globalization;
using System.Text.Json;

namespace Gatehouse.Bench;

/// <summary>
/// Durable requests that a whole hub acknowledges by Majordomo, beside messages that a RabbitMQ quorum queue confirms, and beside what the
/// disk does at most with one at a time. All on the same disk, asked in turns.
/// </summary>
internal static class RequestLoad
{
    private const int Bytes = 32;
    private const double Seconds = 1.5;

    // Clients with so many requests outstanding each: in flight are all of them together.
    private static readonly (int Clients, int Window)[] Cases = [(1, 1), (4, 4), (4, 64)];

    public static async Task<string> MeasureAsync()
    {
        using var tools = await Rivals.BuildAsync();
        // Nobody answers these requests, so they stay: more than are let wait otherwise.
        await using var hub = await RivalBroker.HubAsync("requests.maxPending=100000000");
        await using var rabbit = await RabbitNode.StartAsync(hub.Data);
        var table = new StringWriter(CultureInfo.InvariantCulture);
        await table.WriteLineAsync(
            """
            | in flight | Gatehouse, requests/s | p50 µs | p99 µs | processor µs | RabbitMQ, messages/s | processor µs | disk, syncs/s |
            |---|---|---|---|---|---|---|---|
            """);
        foreach (var (clients, window) in Cases)
        {
            var (own, rival, disk) = (new List<Figures>(), new List<(double Rate, double Cost)>(), new List<double>());
            for (var round = 0; round < Rounds.Count; round++)
            {
                double[] load = [hub.Port, clients, window, Bytes, Seconds, hub.Process];
                own.Add(await Figures.OfAsync(tools, "titanic_load", load));
                rival.Add(await rabbit.PublishAsync(clients * window, Bytes, Seconds));
                disk.Add((await Figures.OfDiskAsync(tools, Path.Combine(hub.Data, "disk-rate"), Seconds)).Rate);
            }
            var rate = own.ConvertAll(f => f.Rate);
            var theirs = rival.ConvertAll(r => r.Rate);
            var (cost, theirCost) = (Rounds.Median(own.Select(f => f.Cost)), Rounds.Median(rival.Select(r => r.Cost)));
            await table.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"| {clients * window} | {Rounds.Spread(rate)} "
                + $"| {Rounds.Median(own.Select(f => f.P50)):0} | {Rounds.Median(own.Select(f => f.P99)):0} | {cost:0.0} "
                + $"| {Rounds.Spread(theirs)}: {Rounds.Median(rate) / Rounds.Median(theirs):0.0} | {theirCost:0.0}: {theirCost / cost:0.0} "
                + $"| {Rounds.Spread(disk)}: {Rounds.Median(rate) / Rounds.Median(disk):0.00} |"));
            await Console.Error.WriteLineAsync($"{clients * window} in flight");
        }
        await table.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"""

            Medians over {Rounds.Count} interleaved rounds of {Seconds} s after a warm-up, their spread in brackets; bodies of {Bytes}
            bytes. Behind a colon: how many times as many requests the hub takes as RabbitMQ messages, and syncs the disk does, and how many
            times its processor time RabbitMQ needs. The hub runs whole; a request is acknowledged when SQLite has synced its log
            (`synchronous = FULL`). The processor time is that of the server's process for each one. Clients:
            `bench/rivals/titanic_load.c`. RabbitMQ: one node, one quorum queue, persistent messages, publisher confirms, its .NET client
            with as many publishers as are in flight. Disk: `bench/rivals/disk_rate.c`, one page written over another.
            """));
        return table.ToString();
    }

    private sealed record Figures(double Rate, double P50, double P99, double Cost)
    {
        public static async Task<Figures> OfAsync(Rivals tools, string program, double[] arguments) =>
            Of(await tools.RunAsync(program, arguments.Select(a => a.ToString(CultureInfo.InvariantCulture))));

        public static async Task<Figures> OfDiskAsync(Rivals tools, string file, double seconds) =>
            Of(await tools.RunAsync("disk_rate", [file, seconds.ToString(CultureInfo.InvariantCulture)]));

        private static Figures Of(string line)
        {
            using var json = JsonDocument.Parse(line);
            double Of(string name) => json.RootElement.GetProperty(name).GetDouble();
            return new Figures(Of("rate"), Of("p50"), Of("p99"), Of("cost"));
        }
    }
}
