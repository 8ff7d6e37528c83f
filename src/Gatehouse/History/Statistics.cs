using Gatehouse.Parts;
using Gatehouse.Sdk.Values;

namespace Gatehouse.History;

/// <summary>Shows what the history holds and does, as <c>/hub/history/…</c>.</summary>
internal sealed class Statistics(Hub hub, HistoryStore store, Recorder recorder, Origin origin, TimeProvider time)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private long _before = store.Appended;
    private long _shown = time.GetTimestamp();
    private bool _begun;

    /// <summary>Shows it, unless it did so just now.</summary>
    public void Show()
    {
        var since = time.GetElapsedTime(_shown);
        if (_begun && since < Period) return;
        (_begun, _shown) = (true, time.GetTimestamp());
        var appended = store.Appended;
        hub.Tree.Set(
            [
                Of("points", Value.From(Math.Round((appended - _before) / since.TotalSeconds, 1))),
                Of("series", Value.From(store.SeriesCount)),
                Of("lost", Value.From(recorder.Lost)),
                Of("refused", Value.From(recorder.Refused)),
                Of("size", Value.From(store.Read(HistoryTables.Size))),
            ],
            origin);
        _before = appended;
    }

    private Change Of(string what, Value value) => new(hub.Tree.Intern($"/hub/history/{what}"), value);
}
