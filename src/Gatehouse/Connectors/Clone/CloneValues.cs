using System.Text.Json;
using System.Text.Json.Serialization;
using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp;
using Gatehouse.Tree;

namespace Gatehouse.Connectors.Clone;

/// <summary>Shows what the server counts as <c>/hub/clone/…</c>: what has changed, and no more. The loop's thread only.</summary>
internal sealed class CloneValues(ValueTree tree, IReadOnlyList<ClonePorts> ports)
{
    public const string Branch = "/hub/clone";

    private static readonly Origin Origin = new(CloneServer.Name);

    // What stays 0, as reasons do for which nothing was rejected, is not shown at all.
    private readonly Dictionary<string, (Key Key, long Value)> _shown = new(StringComparer.Ordinal);
    private readonly List<Change> _changes = [];
    private long _reasonsShown;

    /// <summary>Shows where the server listens, and all that a server always has.</summary>
    public void Show(IReadOnlyList<string> addresses, CloneCore core)
    {
        _changes.Add(new Change(tree.Intern($"{Branch}/address"), Value.From(string.Join(", ", addresses))));
        foreach (var name in (string[])["subscribers", "publishers", "keys", "published", "collected", "snapshots", "slow"])
        {
            var key = tree.Intern($"{Branch}/{name}");
            _shown[name] = (key, 0);
            _changes.Add(new Change(key, Value.From(0)));
        }
        Show(core);
    }

    /// <summary>True when something had changed.</summary>
    public bool Show(CloneCore core)
    {
        var totals = core.Totals;
        Note("subscribers", ports.Sum(set => set.Subscribers));
        Note("publishers", ports.Sum(set => set.Publishers));
        Note("readers", ports.Sum(set => set.Readers));
        Note("keys", core.Keys);
        Note("published", core.Published);
        Note("collected", totals.Collected);
        Note("snapshots", totals.Snapshots);
        Note("slow", core.Slow);
        Note("fellBehind", totals.FellBehind);
        Note("conflated", totals.Conflated);
        Note("eventsMissed", totals.EventsMissed);
        Note("overrun", totals.Overrun);
        Note("epochs", totals.Epochs);
        var counters = ports.SelectMany(set => set.Counters).ToList();
        Note("bytesIn", counters.Sum(socket => socket.BytesIn));
        Note("bytesOut", counters.Sum(socket => socket.BytesOut));
        NoteReasons(totals, counters);
        if (_changes.Count == 0) return false;
        tree.Set(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_changes), Origin);
        _changes.Clear();
        return true;
    }

    // Two sums for those who look, and one value with all reasons for those who search.
    private void NoteReasons(CloneTotals totals, List<ZmtpCounters> counters)
    {
        var reasons = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var (rejected, lost) = (0L, 0L);
        for (var fault = CloneFault.FrameCount; (int)fault < totals.Faults.Length; fault++)
        {
            if (totals.Faults[(int)fault] is not (var count and > 0)) continue;
            reasons.Add(fault.ToString(), count);
            rejected += count;
        }
        for (var fault = ZmtpFault.BadSignature; fault <= ZmtpFault.OwnerFailed; fault++)
        {
            if (fault is ZmtpFault.PeerClosed or ZmtpFault.Dropped) continue;
            var count = counters.Sum(socket => socket.Faults(fault));
            if (count == 0) continue;
            reasons.Add(fault.ToString(), count);
            lost += count;
        }
        Note("rejected", rejected);
        Note("lost", lost);
        if (rejected + lost == _reasonsShown) return;
        _reasonsShown = rejected + lost;
        var json = JsonSerializer.SerializeToUtf8Bytes(reasons, CloneValuesJson.Default.SortedDictionaryStringInt64);
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

[JsonSourceGenerationOptions(DictionaryKeyPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SortedDictionary<string, long>))]
internal sealed partial class CloneValuesJson : JsonSerializerContext;
