using Gatehouse.Sdk.Values;

namespace Gatehouse.Tree;

/// <summary>
/// The tree's housekeeping: removes what has outlived its time to live, marks stale what has gone silent, keeps the sequence reserved.
/// </summary>
internal sealed class TreeKeeper(ValueTree tree, SequenceFile? file, TimeProvider time)
{
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(200);

    /// <summary>A value is stale after this many expected intervals without news.</summary>
    public const int MissedIntervals = 3;

    private static readonly Origin Keeper = new("hub");

    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stop)) Keep();
    }

    /// <summary>One round.</summary>
    public void Keep()
    {
        while (tree.Expiries.TryTakeDue(out var slot, out var entry))
        {
            tree.TrySet(new Change(slot, default, Removed: true), entry.Sequence, Keeper, out _);
        }
        foreach (var slot in tree.Expected) MarkWhenSilent(slot);
        file?.KeepAhead(tree.Sequence);
    }

    private void MarkWhenSilent(Slot slot)
    {
        if (slot.State is not { Quality: < Quality.Stale } entry || slot.Awaited is not { } awaited) return;
        if (time.GetElapsedTime(awaited.LastNews) <= awaited.Interval * MissedIntervals) return;
        tree.TryDowngrade(slot, entry, Quality.Stale, Keeper);
    }
}
