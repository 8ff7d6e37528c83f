using System.Runtime.InteropServices;
using Gatehouse.Parts;
using Gatehouse.Sdk.Values;
using Gatehouse.Tree;

namespace Gatehouse.History;

/// <summary>Turns changes of the tree into points of series, by the rules. One thread at a time.</summary>
internal sealed class Intake(HistoryStore store, RecordingRules rules, IKeyCatalog catalog, TimeProvider time, int mostSeries)
{
    private readonly long _start = time.GetTimestamp();
    private readonly List<RecordedKey> _keys = [];
    private readonly List<(Recording Recording, RecordingOptions Rule)> _holding = [];
    private readonly List<Recording> _recordings = [];
    private readonly List<(Series Series, Point Point)> _points = [];
    private readonly SlotTable<RecordedKey?> _byIndex = new();
    private RecordedKey _unrecorded = RecordedKey.Mark(-1);
    private RecordedKey _refused = RecordedKey.Mark(-1, isRefused: true);
    private long _refusals;

    /// <summary>Takes changes, in the order in which they came.</summary>
    /// <returns>How many points were to be recorded and could not be.</returns>
    public long Take(ReadOnlySpan<Entry> entries)
    {
        var now = time.GetElapsedTime(_start);
        foreach (var entry in entries)
        {
            if (KeyOf((Slot)entry.Key) is not { } key) continue;
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

    /// <summary>How many new series were not begun since the last call, for there are as many as there may be.</summary>
    public long TakeRefused()
    {
        var refused = _refusals;
        _refusals = 0;
        return refused;
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
        if (recording.IsRefused) return;
        recording.Series ??= store.TrySeriesOf(recording.Name, recording.IsDemo, mostSeries);
        if (recording.Series is null)
        {
            recording.IsRefused = true;
            _refusals++;
            return;
        }
        if (recording.TakeMark() is { } mark) Add(recording, mark);
        Add(recording, point);
        recording.Note(point, now);
    }

    private void Add(Recording recording, in Point point)
    {
        _recordings.Add(recording);
        _points.Add((recording.Series!, point));
    }

    private long Append()
    {
        var lost = _points.Count - store.Append(CollectionsMarshal.AsSpan(_points));
        if (lost > 0) _recordings.ForEach(r => r.Interrupt());
        _points.Clear();
        _recordings.Clear();
        return lost;
    }

    // Null for a key of which nothing is recorded: of those there may be very many, so they share a mark.
    private RecordedKey? KeyOf(Slot slot)
    {
        ref var known = ref _byIndex[slot.Index];
        if (known is not null && known.Version == catalog.Version) return known.IsMark ? null : known;
        var notes = catalog.Find(slot);
        var rule = rules.For(slot.Text, notes);
        if (known is null or { IsMark: true })
        {
            if (_unrecorded.Version != catalog.Version)
            {
                _unrecorded = RecordedKey.Mark(catalog.Version);
                _refused = RecordedKey.Mark(catalog.Version, isRefused: true);
            }
            var isRefused = rule.Mode != RecordingMode.None && !store.HasRoomFor(slot.Text, mostSeries);
            if (isRefused && known is not { IsRefused: true }) _refusals++;
            known = rule.Mode == RecordingMode.None ? _unrecorded : isRefused ? _refused : new RecordedKey(slot.Text);
            if (known.IsMark) return null;
            _keys.Add(known);
        }
        (known.Version, known.Rule, known.IsDemo) = (catalog.Version, rule, notes?.Demo is true);
        return known;
    }

    private sealed class RecordedKey(string key)
    {
        private Dictionary<string, Recording>? _members;

        /// <summary>The catalog's, when the rest was looked up.</summary>
        public long Version { get; set; } = -1;

        public RecordingOptions Rule { get; set; } = null!;

        public bool IsDemo { get; set; }

        /// <summary>It stands for every key that is not recorded.</summary>
        public bool IsMark { get; private init; }

        /// <summary>It stands for every key for which there is no series any more.</summary>
        public bool IsRefused { get; private init; }

        public Recording Whole { get; } = new(key);

        public IReadOnlyCollection<Recording> Members => _members is null ? [] : _members.Values;

        public IEnumerable<Recording> All => Members.Prepend(Whole);

        public static RecordedKey Mark(long version, bool isRefused = false) =>
            new("") { IsMark = true, IsRefused = isRefused, Version = version };

        public Recording? Member(string name)
        {
            _members ??= new(StringComparer.Ordinal);
            if (_members.TryGetValue(name, out var known)) return known;
            if (_members.Count >= NumericMembers.Most) return null;
            return _members[name] = new Recording(NumericMembers.SeriesName(key, name));
        }
    }
}
