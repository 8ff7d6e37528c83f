using System.Text.Json.Serialization;
using Gatehouse.Sdk.Majordomo;

namespace Gatehouse.Connectors.Majordomo;

/// <summary>A service as <c>mmi.services</c> shows it. Counts are since its first worker or request came.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Dialects">What its workers speak: mdp01, mdp02, zproto.</param>
/// <param name="Workers">How many are there.</param>
/// <param name="Idle">How many of them have nothing to do.</param>
/// <param name="Queued">Requests that wait for a worker.</param>
/// <param name="Requests">Requests that came.</param>
/// <param name="Replies">Requests that a worker answered.</param>
/// <param name="Failures">Requests that ended by an error, expired ones with them.</param>
/// <param name="Abandoned">Requests whose caller went away before they ended.</param>
/// <param name="Retries">How often a request went to another worker.</param>
/// <param name="Expired">Requests that waited too long.</param>
internal sealed record ServiceStatistics(
    string Name, IReadOnlyList<string> Dialects, int Workers, int Idle, int Queued,
    long Requests, long Replies, long Failures, long Abandoned, long Retries, long Expired);

/// <summary>A worker as <c>mmi.workers</c> shows it.</summary>
/// <param name="Address">Where it connects from.</param>
/// <param name="Service">What it works for.</param>
/// <param name="Dialect">mdp01, mdp02 or zproto.</param>
/// <param name="Busy">Whether it has a request.</param>
/// <param name="IdleSeconds">How long it has said nothing.</param>
internal sealed record WorkerStatistics(string Address, string Service, string Dialect, bool Busy, double IdleSeconds);

/// <summary>The broker as a whole, as <c>mmi.stats</c> shows it. Counts are since it started.</summary>
internal sealed record TotalStatistics(
    int Peers, int Clients, int Workers, int Services, long HeldBytes,
    long Requests, long Replies, long Failures, long Abandoned, long Retries, long Expired,
    long WorkersExpired, long Undelivered, long Unclaimed, long HubCalls, long Mmi,
    IReadOnlyDictionary<string, long> Faults);

/// <summary>What the broker is at, at one moment.</summary>
internal sealed class BrokerStatistics
{
    private static readonly string[] DialectNames = ["mdp01", "mdp02", "zproto"];

    internal BrokerStatistics(Dispatcher dispatcher, WorkerRoll roll, BrokerTotals totals, long now)
    {
        var workers = new List<WorkerStatistics>(roll.Count);
        var spoken = new Dictionary<ServiceQueue, int>();
        for (var worker = roll.First; worker is not null; worker = worker.NextWorker)
        {
            var service = worker.Service!;
            spoken[service] = spoken.GetValueOrDefault(service) | (1 << (int)worker.Dialect);
            workers.Add(new WorkerStatistics(
                worker.Origin.Peer, service.Text, Name(worker.Dialect), worker.Outstanding is not null, (now - worker.LastHeard) / 1000.0));
        }
        Workers = workers;
        Services =
        [
            .. from s in dispatcher.Services.All
               orderby s.Text
               select new ServiceStatistics(
                   s.Text, Names(spoken.GetValueOrDefault(s)), s.Workers, s.Idle, s.Queued,
                   s.Requests, s.Replies, s.Failures, s.Abandoned, s.Retries, s.Expired),
        ];
        var faults = new SortedDictionary<string, long>(StringComparer.Ordinal);
        for (var fault = 1; fault < totals.Faults.Length; fault++)
        {
            if (totals.Faults[fault] > 0) faults.Add(((BrokerFault)fault).ToString(), totals.Faults[fault]);
        }
        var all = new BrokerTotals();
        all.Take(totals);
        foreach (var service in dispatcher.Services.All) all.Take(service);
        Totals = new TotalStatistics(
            totals.Peers, totals.Clients, roll.Count, Services.Count, dispatcher.Held,
            all.Requests, all.Replies, all.Failures, all.Abandoned, all.Retries, all.Expired,
            totals.WorkersExpired, totals.Undelivered, totals.Unclaimed, totals.HubCalls, totals.Mmi, faults);
    }

    /// <summary>Those that have workers or requests, by name.</summary>
    public IReadOnlyList<ServiceStatistics> Services { get; }

    public IReadOnlyList<WorkerStatistics> Workers { get; }

    public TotalStatistics Totals { get; }

    private static string Name(MdpDialect dialect) => DialectNames[(int)dialect];

    private static string[] Names(int spoken) => [.. DialectNames.Where((_, i) => (spoken & (1 << i)) != 0)];
}

/// <summary>The JSON of the broker's own services.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DictionaryKeyPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IReadOnlyList<ServiceStatistics>))]
[JsonSerializable(typeof(IReadOnlyList<WorkerStatistics>))]
[JsonSerializable(typeof(TotalStatistics))]
[JsonSerializable(typeof(SortedDictionary<string, long>))]
internal sealed partial class BrokerJson : JsonSerializerContext;
