using System.Collections.Concurrent;

namespace Gatehouse.Services;

/// <summary>How the calls of one name, or of none, ended. Any thread.</summary>
internal sealed class ServiceTally
{
    private readonly long[] _byStatus = new long[Enum.GetValues<CallStatus>().Length];
    private long _timed;
    private long _ticks;

    /// <summary>Calls that ended.</summary>
    public long Calls => _byStatus.Sum();

    /// <summary>Those of them that ended with an error.</summary>
    public long Failures => Calls - Of(CallStatus.Ok);

    /// <summary>
    /// How long calls took, on the average; those answered at once, on their caller's thread, are left out. Null when there were no others.
    /// </summary>
    public TimeSpan? MeanTime =>
        Volatile.Read(ref _timed) is var timed and > 0 ? TimeSpan.FromTicks(Volatile.Read(ref _ticks) / timed) : null;

    public long Of(CallStatus status) => Volatile.Read(ref _byStatus[(int)status]);

    public void Count(CallStatus status) => Interlocked.Increment(ref _byStatus[(int)status]);

    public void Count(TimeSpan took)
    {
        Interlocked.Add(ref _ticks, took.Ticks);
        Interlocked.Increment(ref _timed);
    }
}

/// <summary>What the directory counts. Any thread.</summary>
internal sealed class ServiceInstruments
{
    // By the name that was offered; it stays when the offer goes, so that who comes back counts on.
    private readonly ConcurrentDictionary<string, ServiceTally> _tallies = new(StringComparer.Ordinal);
    private long _late;

    /// <summary>Calls that came to nobody.</summary>
    public ServiceTally Unmet { get; } = new();

    /// <summary>Calls that ended, all together.</summary>
    public long Calls => All.Sum(tally => tally.Calls);

    /// <summary>Replies that came when the call had ended already.</summary>
    public long LateReplies => Volatile.Read(ref _late);

    private IEnumerable<ServiceTally> All => _tallies.Select(named => named.Value).Append(Unmet);

    public ServiceTally TallyOf(ServiceName name) => _tallies.GetOrAdd(name.Text, static _ => new ServiceTally());

    public long Of(CallStatus status) => All.Sum(tally => tally.Of(status));

    public void Late() => Interlocked.Increment(ref _late);
}
