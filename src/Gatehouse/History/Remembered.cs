using Gatehouse.Sdk.Values;
using Gatehouse.Tree;

namespace Gatehouse.History;

/// <summary>Brings the last recorded values back into the tree when the hub starts, stale until there is news of them.</summary>
internal static class Remembered
{
    private static readonly KeyFilter Never = new("/event/", "/hub/");

    public static void Restore(ValueTree tree, HistoryStore store, Origin origin)
    {
        foreach (var (series, newest) in store.Newest())
        {
            if (newest is not { Removed: false } point || !IsPresentValue(series, store)) continue;
            // A key that the hub cannot have any more stays what it is: history.
            if (!tree.TryIntern(series.Key, out var key, out _)) continue;
            tree.TrySet(new Change(key, point.Value, point.Time, point.Quality.AtBest(Quality.Stale)), expected: 0, origin, out _);
        }
    }

    // What is made up is made anew, facts are over, the hub's own state is new, and a member is in its object.
    private static bool IsPresentValue(Series series, HistoryStore store)
    {
        if (series.IsDemo || Never.Matches(series.Key)) return false;
        var member = series.Key.LastIndexOf('#');
        return member < 0 || !store.TryFind(series.Key[..member], out _);
    }
}
