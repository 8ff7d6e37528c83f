using System.Runtime.InteropServices;
using Gatehouse.Parts;
using Gatehouse.Sdk.Values;
using Gatehouse.Tree;

namespace Gatehouse.History;

/// <summary>Turns changes of the tree into points of series, by the rules. One thread at a time.</summary>
internal sealed class Intake(HistoryStore store, RecordingRules rules, IKeyCatalog catalog, TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();
    private readonly List<RecordedKey> _keys = [];
    private readonly List<(Recording Recording, RecordingOptions Rule)> _holding = [];
    private readonly List<Recording> _recordings = [];
    private readonly List<(Series Series, Point Point)> _points = [];
    private RecordedKey?[] _byIndex = [];

    /// <summary>Takes changes, in the order in which they came.</summary>
    /// <returns>How many points were to be recorded and could not be.</returns>
    public long Take(ReadOnlySpan<Entry> entries)
    {
        var now = time.GetElapsedTime(_start);
        foreach (var entry in entries)
        {
            var key = KeyOf((Slot)entry.Key);
            var point = new Point(entry.Time, entry.Value, entry.Quality, entry.Removed);
            Offer(key, key.Whole, point, now);
            // Its members went with it.
            foreach (var member in entry.Removed ? key.Members : []) Offer(key, member, point, now);
            if (entry.Value.Kind != ValueKind.Json || key.Rule.Mode == RecordingMode.None) continue;
            foreach (var (name, number) in NumericMembers.Of(entry.Value))
            {
                if (key.Member(name) is { } member) Offer(key, member, point with { Value = number }, now);
            }
        }
        return Append();
    }

    /// <summary>Records what waited for its time.</summary>
    /// <inheritdoc cref="Take"/>
    public long Release() => Release(time.GetElapsedTime(_start));

    /// <summary>Records what waits, before its time: no more will come.</summary>
    /// <inheritdoc cref="Take"/>
    public long Close() => Release(TimeSpan.MaxValue);

    private long Release(TimeSpan now)
    {
        _holding.RemoveAll(waiting =>
        {
            if (waiting.Recording.TakeHeld(waiting.Rule, now) is { } held) Record(waiting.Recording, held, now);
            return !waiting.Recording.Holds;
        });
        return Append();
    }

    /// <summary>Changes were lost: every series has a gap now, for it may be one of its.</summary>
    public void Interrupt()
    {
        foreach (var recording in _keys.SelectMany(k => k.All)) recording.Interrupt();
    }

    private void Offer(RecordedKey key, Recording recording, in Point point, TimeSpan now)
    {
        var (rule, held) = (key.Rule, recording.Holds);
        recording.IsDemo = key.IsDemo;
        if (recording.Offer(point, rule, now)) Record(recording, point, now);
        else if (recording.Holds && !held) _holding.Add((recording, rule));
    }

    private void Record(Recording recording, in Point point, TimeSpan now)
    {
        if (recording.TakeMark() is { } mark) Add(recording, mark);
        Add(recording, point);
        recording.Note(point, now);
    }

    private void Add(Recording recording, in Point point)
    {
        _recordings.Add(recording);
        _points.Add((recording.Series ??= store.SeriesOf(recording.Name, recording.IsDemo), point));
    }

    private long Append()
    {
        var lost = _points.Count - store.Append(CollectionsMarshal.AsSpan(_points));
        if (lost > 0) _recordings.ForEach(r => r.Interrupt());
        _points.Clear();
        _recordings.Clear();
        return lost;
    }

    private RecordedKey KeyOf(Slot slot)
    {
        if (slot.Index >= _byIndex.Length) Array.Resize(ref _byIndex, Math.Max(slot.Index + 1, _byIndex.Length * 2));
        if (_byIndex[slot.Index] is not { } known)
        {
            _byIndex[slot.Index] = known = new RecordedKey(slot.Text);
            _keys.Add(known);
        }
        if (known.Version == catalog.Version) return known;
        var notes = catalog.Find(slot);
        (known.Version, known.Rule, known.IsDemo) = (catalog.Version, rules.For(slot.Text, notes), notes?.Demo is true);
        return known;
    }

    private sealed class RecordedKey(string key)
    {
        private readonly Dictionary<string, Recording> _members = new(StringComparer.Ordinal);

        public long Version { get; set; } = -1;

        public RecordingOptions Rule { get; set; } = new();

        public bool IsDemo { get; set; }

        public Recording Whole { get; } = new(key);

        public IReadOnlyCollection<Recording> Members => _members.Values;

        public IEnumerable<Recording> All => _members.Values.Prepend(Whole);

        public Recording? Member(string name)
        {
            if (_members.TryGetValue(name, out var known)) return known;
            if (_members.Count >= NumericMembers.Most) return null;
            return _members[name] = new Recording(NumericMembers.SeriesName(key, name));
        }
    }
}
