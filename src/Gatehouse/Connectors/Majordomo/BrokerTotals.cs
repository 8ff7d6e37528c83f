namespace Gatehouse.Connectors.Majordomo;

/// <summary>What the broker counts beside its services.</summary>
internal sealed class BrokerTotals
{
    private readonly long[] _faults = new long[Enum.GetValues<BrokerFault>().Length];

    public int Peers, Clients;

    // Of services that are gone.
    public long Requests, Replies, Failures, Abandoned, Retries, Expired;

    /// <summary>Replies that their client did not take.</summary>
    public long Undelivered;

    /// <summary>Replies that nobody waited for any more.</summary>
    public long Unclaimed;

    /// <summary>Workers that fell silent.</summary>
    public long WorkersExpired;

    public long HubCalls, Mmi;

    public ReadOnlySpan<long> Faults => _faults;

    public void Count(BrokerFault fault) => _faults[(int)fault]++;

    /// <summary>Adds what another has of services that are gone.</summary>
    public void Take(BrokerTotals other)
    {
        Requests += other.Requests;
        Replies += other.Replies;
        Failures += other.Failures;
        Abandoned += other.Abandoned;
        Retries += other.Retries;
        Expired += other.Expired;
    }

    public void Take(ServiceQueue gone)
    {
        Requests += gone.Requests;
        Replies += gone.Replies;
        Failures += gone.Failures;
        Abandoned += gone.Abandoned;
        Retries += gone.Retries;
        Expired += gone.Expired;
    }
}
