using Gatehouse.Parts;
using Gatehouse.Sdk.Values;

namespace Gatehouse.History;

/// <summary>Shows what the history holds and does, as <c>/hub/history/…</c>.</summary>
internal sealed class Statistics(Hub hub, HistoryStore store, Recorder recorder, Origin origin)
{
    private const int EverySoManyTicks = 5;

    private long _before = store.Appended;
    private int _ticks;

    /// <summary>Call it once in <see cref="Recorder.CommitPeriod"/>.</summary>
    public void Show()
    {
        if (_ticks++ % EverySoManyTicks != 0) return;
        var appended = store.Appended;
        hub.Tree.Set(
            [
                Of("points", Value.From((appended - _before) / (double)EverySoManyTicks)),
                Of("series", Value.From(store.SeriesCount)),
                Of("lost", Value.From(recorder.Lost)),
                Of("size", Value.From(store.Read(HistoryTables.Size))),
            ],
            origin);
        _before = appended;
    }

    private Change Of(string what, Value value) => new(hub.Tree.Intern($"/hub/history/{what}"), value);
}
