using System.Text.Json;
using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp;
using Gatehouse.Tree;

namespace Gatehouse.Connectors.Majordomo;

/// <summary>Shows what the broker counts as <c>/hub/majordomo/…</c>: what has changed, and no more. The loop's thread only.</summary>
internal sealed class BrokerValues(ValueTree tree, ZmtpCounters counters)
{
    private const string Branch = "/hub/majordomo";

    private static readonly Origin Origin = new("majordomo");

    // What stays 0, as reasons do for which nobody was rejected, is not shown at all.
    private readonly Dictionary<string, (Key Key, long Value)> _shown = new(StringComparer.Ordinal);
    private readonly List<Change> _changes = [];
    private long _reasonsShown;

    /// <summary>Shows where the broker listens, and all that a broker always has.</summary>
    public void Show(IReadOnlyList<string> addresses, BrokerStatistics statistics)
    {
        _changes.Add(new Change(tree.Intern($"{Branch}/address"), Value.From(string.Join(", ", addresses))));
        foreach (var name in (string[])["peers", "workers", "services", "queued", "requests", "replies", "failures"])
        {
            var key = tree.Intern($"{Branch}/{name}");
            _shown[name] = (key, 0);
            _changes.Add(new Change(key, Value.From(0)));
        }
        Show(statistics);
    }

    /// <summary>True when something had changed.</summary>
    public bool Show(BrokerStatistics statistics)
    {
        var totals = statistics.Totals;
        Note("peers", totals.Peers);
        Note("workers", totals.Workers);
        Note("services", totals.Services);
        Note("queued", statistics.Services.Sum(service => service.Queued));
        Note("held", totals.HeldBytes);
        Note("requests", totals.Requests);
        Note("replies", totals.Replies);
        Note("failures", totals.Failures);
        Note("abandoned", totals.Abandoned);
        Note("retries", totals.Retries);
        Note("expired", totals.Expired);
        Note("silent", totals.WorkersExpired);
        Note("calls", totals.HubCalls);
        Note("mmi", totals.Mmi);
        Note("dropped", totals.Undelivered);
        Note("unclaimed", totals.Unclaimed);
        Note("bytesIn", counters.BytesIn);
        Note("bytesOut", counters.BytesOut);
        NoteReasons(totals);
        if (_changes.Count == 0) return false;
        tree.Set(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_changes), Origin);
        _changes.Clear();
        return true;
    }

    // Two sums for those who look, and one value with all reasons for those who search.
    private void NoteReasons(TotalStatistics totals)
    {
        var reasons = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var (reason, count) in totals.Faults) reasons.Add(reason, count);
        var lost = 0L;
        for (var fault = ZmtpFault.BadSignature; fault <= ZmtpFault.OwnerFailed; fault++)
        {
            if (fault is ZmtpFault.PeerClosed or ZmtpFault.Dropped || counters.Faults(fault) is not (var count and > 0)) continue;
            reasons.Add(fault.ToString(), count);
            lost += count;
        }
        var rejected = totals.Faults.Values.Sum();
        Note("rejected", rejected);
        Note("lost", lost);
        if (rejected + lost == _reasonsShown) return;
        _reasonsShown = rejected + lost;
        var json = JsonSerializer.SerializeToUtf8Bytes(reasons, BrokerJson.Default.SortedDictionaryStringInt64);
        _changes.Add(new Change(tree.Intern($"{Branch}/reasons"), Value.FromJson(json)));
    }

    private void Note(string name, long value)
    {
        var isShown = _shown.TryGetValue(name, out var shown);
        if (shown.Value == value) return;
        var key = isShown ? shown.Key : tree.Intern($"{Branch}/{name}");
        _shown[name] = (key, value);
        _changes.Add(new Change(key, Value.From(value)));
    }
}
