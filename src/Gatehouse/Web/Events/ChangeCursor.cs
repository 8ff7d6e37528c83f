using Gatehouse.Sdk.Values;
using Gatehouse.Tree;

namespace Gatehouse.Web.Events;

/// <summary>One event of the feed of changes.</summary>
/// <param name="Name">snapshot, change or gap.</param>
/// <param name="Id">Where a client that has it resumes.</param>
/// <param name="Entries">What it tells; good until the next event is read.</param>
/// <param name="MayGoOn">There may be more to read at once.</param>
internal readonly record struct ChangeEvent(string Name, ChangeId Id, IReadOnlyList<Entry> Entries, bool MayGoOn);

/// <summary>
/// One reader's place in the feed of changes: a snapshot first, unless it resumes within this run of the hub, then what changes, the newest
/// of each key. A reader that is slow is simply overtaken and then told the newest. One reader at a time.
/// </summary>
internal sealed class ChangeCursor : IDisposable
{
    /// <summary>The least time between two flushes to a client.</summary>
    public static readonly TimeSpan FlushPeriod = TimeSpan.FromMilliseconds(50);

    /// <summary>With so much to send there is a flush before more is read.</summary>
    public const int MostBytesPerFlush = 256 * 1024;

    private const int MostPerEvent = 1024;

    private readonly Entry[] _entries = new Entry[MostPerEvent];
    private readonly ValueTree _tree;
    private readonly Watch _watch;
    private Snapshot? _snapshot;

    public ChangeCursor(ValueTree tree, KeyFilter filter, ChangeId? resume, Origin reader)
    {
        _tree = tree;
        if (resume is { } place && place.Epoch == tree.Epoch && place.Sequence <= tree.Sequence)
        {
            _watch = tree.Watch(filter, WatchMode.Latest, place.Sequence, reader);
            return;
        }
        var snapshot = tree.Snapshot(filter, reader);
        _snapshot = snapshot;
        _watch = tree.Watch(filter, WatchMode.Latest, snapshot.Sequence, reader);
    }

    /// <summary>Reads the next event; false when the reader has seen everything. Never waits.</summary>
    public bool TryRead(out ChangeEvent next)
    {
        if (_snapshot is { } snapshot)
        {
            _snapshot = null;
            next = new ChangeEvent("snapshot", new ChangeId(snapshot.Epoch, snapshot.Sequence), snapshot.Entries, MayGoOn: true);
            return true;
        }
        var count = _watch.Read(_entries, out var gap);
        next = new ChangeEvent(
            gap.Count > 0 ? "gap" : "change",
            new ChangeId(_tree.Epoch, _watch.Sequence),
            new ArraySegment<Entry>(_entries, 0, count),
            MayGoOn: count == _entries.Length);
        return count > 0 || gap.Count > 0;
    }

    /// <inheritdoc cref="Watch.WaitAsync"/>
    public ValueTask WaitAsync(CancellationToken stop) => _watch.WaitAsync(stop);

    /// <inheritdoc cref="Watch.WakeBy"/>
    public void WakeBy(Action wake) => _watch.WakeBy(wake);

    /// <inheritdoc cref="Watch.Rearm"/>
    public void Rearm() => _watch.Rearm();

    public void Dispose() => _watch.Dispose();
}
