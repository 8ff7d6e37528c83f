using Gatehouse.Parts;
using Gatehouse.Sdk.Values;
using Gatehouse.Security;
using Gatehouse.Tree;

namespace Gatehouse.History;

/// <summary>What tree, registry and rights say of a series: what they say of its key, or of the object that it is a member of.</summary>
internal sealed class SeriesNotes(ValueTree tree, IKeyCatalog catalog, IAccess access)
{
    /// <summary>What the registry knows; made up is also what once came from a device that was.</summary>
    public KeyNotes? Of(Series series)
    {
        var notes = SlotOf(series) is { } slot ? catalog.Find(slot) : null;
        return series.IsDemo ? (notes ?? new KeyNotes(series.Key, null, true, null, null)) with { Demo = true } : notes;
    }

    /// <summary>How long a recorded value stands; null when it stands until another comes.</summary>
    public TimeSpan? Hold(Series series, RecordingRules rules) =>
        RecordingRules.Hold(rules.For(series.Key, Of(series)), SlotOf(series)?.Awaited?.Interval ?? TimeSpan.Zero);

    public bool MayRead(Origin reader, Series series) =>
        access.MayRead(reader, (Key?)SlotOf(series) ?? KeyOf(series.Key) ?? Key.Parse(ObjectOf(series.Key)));

    private static string ObjectOf(string name) => name[..Math.Max(name.LastIndexOf('#'), 0)];

    private static Key? KeyOf(string name) => Key.TryParse(name, out var key, out _) ? key : null;

    private Slot? SlotOf(Series series) =>
        tree.TryFind(series.Key, out var key) || tree.TryFind(ObjectOf(series.Key), out key) ? key as Slot : null;
}
