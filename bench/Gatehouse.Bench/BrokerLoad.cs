using System.Globalization;
using System.Text.Json;

namespace Gatehouse.Bench;

/// <summary>
/// The broker of a whole hub beside one on CZMQ and beside a bare forwarder, with peers on libzmq and with peers that cost next to
/// nothing. All three are asked in each round, so that what the machine does meanwhile meets all of them.
/// </summary>
internal static class BrokerLoad
{
    private const int Workers = 8;
    private const int LeanClients = 4;
    private const double Seconds = 1.5;

    private static readonly Case[] Cases =
    [
        new("libzmq", Workers, 10, 32), new("libzmq", Workers, 100, 32), new("libzmq", Workers, 1000, 32),
        new("libzmq", Workers, 10, 1024), new("libzmq", Workers, 100, 1024), new("libzmq", Workers, 1000, 1024),
        new("lean", Workers, 100, 32), new("lean", Workers, 100, 1024),
        new("libzmq", 1, 1, 32),
    ];

    public static async Task<string> MeasureAsync()
    {
        using var tools = await Rivals.BuildAsync();
        await using var hub = await RivalBroker.HubAsync();
        await using var czmq = await RivalBroker.NativeAsync("CZMQ", tools.Path("czmq_broker"));
        await using var forwarder = await RivalBroker.NativeAsync("forwarder", tools.Path("forwarder"));
        RivalBroker[] brokers = [hub, czmq, forwarder];

        var table = new StringWriter(CultureInfo.InvariantCulture);
        await table.WriteLineAsync(
            """
            | peers | workers | window | bytes | broker | rate | p50 µs | p99 µs | processor µs | rate / CZMQ's | processor / CZMQ's |
            |---|---|---|---|---|---|---|---|---|---|---|
            """);
        foreach (var asked in Cases)
        {
            var figures = brokers.ToDictionary(broker => broker, _ => new List<Figures>());
            for (var round = 0; round < Rounds.Count; round++)
            {
                foreach (var broker in brokers) figures[broker].Add(await asked.RunAsync(tools, broker));
            }
            foreach (var broker in brokers) await table.WriteLineAsync(Row(asked, broker, figures[broker], figures[czmq]));
            Console.Error.WriteLine(asked);
        }
        await table.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"""

            Medians over {Rounds.Count} interleaved rounds of {Seconds} s after a warm-up; rates are requests/s, their spread in brackets.
            The hub runs whole, with its drivers, history and web server; the processor time is that of its process for each request.
            Window: requests that a client has outstanding; lean peers are {LeanClients} clients with that window each. CZMQ:
            `bench/rivals/czmq_broker.c`, one zmsg for each message, without high-water marks. Forwarder: `bench/rivals/forwarder.c`, no
            checks, no heartbeats, no second try.
            """));
        return table.ToString();
    }

    private static string Row(Case asked, RivalBroker broker, List<Figures> own, List<Figures> rival)
    {
        var rate = own.ConvertAll(f => f.Rate);
        var ratio = Rounds.Median(rate) / Rounds.Median(rival.ConvertAll(f => f.Rate));
        var cost = Rounds.Median(own.ConvertAll(f => f.Cost)) / Rounds.Median(rival.ConvertAll(f => f.Cost));
        return string.Create(CultureInfo.InvariantCulture,
            $"| {asked.Peers} | {asked.Workers} | {asked.Window} | {asked.Bytes} | {broker.Name} "
            + $"| {Rounds.Spread(rate)} | {Rounds.Median(own.ConvertAll(f => f.P50)):0.0} "
            + $"| {Rounds.Median(own.ConvertAll(f => f.P99)):0.0} | {Rounds.Median(own.ConvertAll(f => f.Cost)):0.00} "
            + $"| {ratio:0.00} | {cost:0.00} |");
    }

    private sealed record Figures(double Rate, double P50, double P99, double Cost);

    private sealed record Case(string Peers, int Workers, int Window, int Bytes)
    {
        public async Task<Figures> RunAsync(Rivals tools, RivalBroker broker)
        {
            string[] load = [Text(Bytes), Text(Seconds), Text(broker.Process)];
            var line = Peers == "lean"
                ? await tools.RunAsync("lean_load", [Text(broker.Port), Text(Workers), Text(LeanClients), Text(Window), .. load])
                : await tools.RunAsync("zmq_load", [$"tcp://127.0.0.1:{Text(broker.Port)}", Text(Workers), Text(Window), .. load]);
            using var json = JsonDocument.Parse(line);
            double Of(string name) => json.RootElement.GetProperty(name).GetDouble();
            return new Figures(Of("rate"), Of("p50"), Of("p99"), Of("cost"));
        }

        private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
    }
}
