using System.Diagnostics;
using System.Globalization;

namespace Gatehouse.Bench;

/// <summary>
/// What one request costs the broker's state machine, there and back, without sockets: how that grows with services, workers, waiting
/// requests, clients and the size of bodies.
/// </summary>
internal static class BrokerCost
{
    private const int Requests = 50_000;

    private static readonly int Rounds =
        int.TryParse(Environment.GetEnvironmentVariable("GATEHOUSE_ROUNDS"), CultureInfo.InvariantCulture, out var rounds) ? rounds : 9;

    public static string Measure()
    {
        var table = new StringWriter(CultureInfo.InvariantCulture);
        var plain = new BrokerRoad.Shape(Services: 1, Workers: 8, Clients: 8, Waiting: 0, Body: 32);
        Grow(table, "services, a worker each", [1, 10, 100, 1_000, 10_000], n => plain with { Services = n, Workers = 1, Waiting = 0 });
        Grow(table, "workers of one service", [1, 10, 100, 1_000, 10_000], n => plain with { Workers = n });
        Grow(table, "requests that wait", [0, 10, 100, 1_000, 10_000, 100_000], n => plain with { Waiting = n });
        Grow(table, "clients, two requests of each waiting", [1, 10, 100, 1_000, 10_000], n => plain with { Clients = n, Waiting = 2 * n });
        Grow(table, "bytes of body", [0, 32, 1_024, 16_384], n => plain with { Body = n });
        table.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            A request is a client's REQUEST to the worker and its REPLY back, MDP 0.1, through `BrokerCore` alone; {Requests} of them a
            round, medians of {Rounds} rounds with the least and the most. Where nothing else is said: one service, 8 workers, 8 clients,
            nothing waits, 32 bytes.
            """));
        return table.ToString();
    }

    private static void Grow(StringWriter table, string what, int[] sizes, Func<int, BrokerRoad.Shape> shape)
    {
        table.WriteLine($"""
            | {what} | ns/request | bytes allocated/request |
            |---|---|---|
            """);
        var roads = Array.ConvertAll(sizes, size => new BrokerRoad(shape(size)));
        var times = Array.ConvertAll(sizes, _ => new List<double>());
        var bytes = new double[sizes.Length];
        foreach (var road in roads) road.Run(Requests);
        // In turns, so that what the machine does meanwhile meets all sizes.
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < sizes.Length; i++)
            {
                var (held, start) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
                roads[i].Run(Requests);
                times[i].Add(Stopwatch.GetElapsedTime(start).TotalNanoseconds / Requests);
                bytes[i] += (GC.GetAllocatedBytesForCurrentThread() - held) / (double)Requests / Rounds;
            }
        }
        for (var i = 0; i < sizes.Length; i++)
        {
            var sorted = times[i].Order().ToList();
            table.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {sizes[i]} | {sorted[sorted.Count / 2]:0} ({sorted[0]:0} to {sorted[^1]:0}) | {bytes[i]:0.0} |"));
        }
        table.WriteLine();
    }
}
