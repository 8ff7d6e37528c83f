using FsCheck;
using FsCheck.Fluent;
using Gatehouse.Sdk.Values;
using Gatehouse.Tests.Support;
using Gatehouse.Tree;

namespace Gatehouse.Tests.Tree;

/// <summary>No gap and no repeat between a snapshot and its watch, whatever the writers do and however slow the reader is.</summary>
public sealed class WatchProperties
{
    private const int Writers = 3;
    private const int RoundsPerWriter = 400;

    /// <summary>One way to run writers against a reader.</summary>
    /// <param name="Seed">Makes the writers' choices.</param>
    /// <param name="RingBits">The ring's size as a power of two: small ones overrun.</param>
    /// <param name="Keys">How many keys are written.</param>
    /// <param name="Buffer">How many entries the reader takes at a time.</param>
    /// <param name="Laziness">The reader reads only once in so many rounds.</param>
    /// <param name="Filtered">The reader sees half of the keys.</param>
    private sealed record Run(int Seed, int RingBits, int Keys, int Buffer, int Laziness, bool Filtered);

    private static readonly Arbitrary<Run> Runs = (
        from seed in Gen.Choose(0, int.MaxValue)
        from ring in Gen.Choose(3, 12)
        from keys in Gen.Choose(1, 40)
        from buffer in Gen.Choose(1, 64)
        from laziness in Gen.Choose(1, 50)
        from filtered in ArbMap.Default.GeneratorFor<bool>()
        select new Run(seed, ring, keys, buffer, laziness, filtered)).ToArbitrary();

    [Fact]
    public void A_latest_watch_ends_with_what_the_tree_holds_and_never_repeats() =>
        CheckRuns(60, run => Follow(run, WatchMode.Latest));

    [Fact]
    public void An_every_watch_passes_on_each_change_once_or_counts_it_in_a_gap() =>
        CheckRuns(60, run => Follow(run, WatchMode.Every));

    /// <summary>The oracle is the whole log of changes: what it comes to at a snapshot's number is what the snapshot must hold.</summary>
    [Fact]
    public void A_snapshot_is_the_tree_right_after_its_number() => CheckRuns(30, run =>
    {
        using var tree = Trees.New(ringSize: 1 << 14);
        using var log = tree.Watch(KeyFilter.All, WatchMode.Every, tree.Sequence, Trees.Tester);
        var snapshots = new List<Snapshot>();
        var writers = StartWriters(tree, run);
        while (writers.Exists(w => w.IsAlive)) snapshots.Add(tree.Snapshot(KeyFilter.All, Trees.Tester));
        var changes = new Queue<Entry>(log.ReadAll(out var gap));
        Assert.Equal(0, gap.Count);
        var state = new Dictionary<string, Entry>();
        foreach (var snapshot in snapshots)
        {
            while (changes.TryPeek(out var change) && change.Sequence <= snapshot.Sequence) state[change.Key.Text] = changes.Dequeue();
            Assert.Equal(
                state.Values.Where(e => !e.Removed).Select(e => e.Sequence).Order(), snapshot.Entries.Select(e => e.Sequence).Order());
        }
    });

    [Fact]
    public void A_watch_never_splits_a_batch_that_fits_its_buffer() => CheckRuns(20, run =>
    {
        using var tree = Trees.New(ringSize: 1 << 14);
        Key[] pair = [tree.Intern("/pair/a"), tree.Intern("/pair/b")];
        using var watch = tree.Watch(KeyFilter.All, run.Filtered ? WatchMode.Latest : WatchMode.Every, tree.Sequence, Trees.Tester);
        var writer = new Thread(() =>
        {
            for (var i = 0; i < 5000; i++) tree.Set([new(pair[0], i), new(pair[1], i)], Trees.Tester);
        });
        writer.Start();
        var entries = new Entry[1 << 14];
        while (writer.IsAlive)
        {
            var count = watch.Read(entries, out _);
            if (count > 0) Assert.Equal(pair[1], entries[count - 1].Key);
        }
    });

    [Fact]
    public void A_snapshot_never_splits_a_batch() => CheckRuns(20, run =>
    {
        using var tree = Trees.New(ringSize: 1 << run.RingBits);
        var pair = new[] { tree.Intern("/pair/a"), tree.Intern("/pair/b") };
        var writer = new Thread(() =>
        {
            for (var i = 0; i < 5000; i++) tree.Set([new(pair[0], i), new(pair[1], i)], Trees.Tester);
        });
        writer.Start();
        do
        {
            var values = tree.Snapshot(new KeyFilter("/pair/"), Trees.Tester).Entries.Select(e => e.Value).Distinct().ToList();
            Assert.True(values.Count <= 1, $"Saw {string.Join(" and ", values)} at once.");
        }
        while (writer.IsAlive);
    });

    private static void CheckRuns(int count, Action<Run> holds) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(count), Prop.ForAll(Runs, holds));

    private static void Follow(Run run, WatchMode mode)
    {
        using var tree = Trees.New(ringSize: 1 << run.RingBits);
        var filter = run.Filtered ? new KeyFilter("/odd/") : KeyFilter.All;
        var random = new Random(run.Seed);
        var writers = StartWriters(tree, run);
        var reader = new Reader(tree, filter, mode, run.Buffer);
        while (writers.Exists(w => w.IsAlive))
        {
            if (random.Next(run.Laziness) == 0) reader.ReadOnce();
            if (random.Next(200) == 0) reader.Resume();
        }
        while (reader.ReadOnce()) { }
        reader.CompareWithTree();
    }

    private static List<Thread> StartWriters(ValueTree tree, Run run)
    {
        var writers = Enumerable.Range(0, Writers).Select(w => new Thread(() => Write(tree, new Random(run.Seed + w), run.Keys))).ToList();
        foreach (var writer in writers) writer.Start();
        return writers;
    }

    private static void Write(ValueTree tree, Random random, int keys)
    {
        for (var i = 0; i < RoundsPerWriter; i++)
        {
            var key = Key(random.Next(keys));
            switch (random.Next(10))
            {
                case 0:
                    tree.Set(new Change(key, default, Removed: true), Trees.Tester);
                    break;
                case 1:
                    tree.Set([new(key, Value.From(i)), new(Key(random.Next(keys)), Value.From(-i))], Trees.Tester);
                    break;
                case 2:
                    tree.TrySet(new Change(key, Value.From(i)), tree.Get(key)?.Sequence ?? 0, Trees.Tester, out _);
                    break;
                default:
                    tree.Set(new Change(key, Value.From(i)), Trees.Tester);
                    break;
            }
        }

        Key Key(int number) => tree.Intern($"/{(number % 2 == 1 ? "odd" : "even")}/{number}");
    }

    /// <summary>A client as it should be: it keeps what the snapshot and the watch tell it, and checks each for gaps and repeats.</summary>
    private sealed class Reader
    {
        private readonly ValueTree _tree;
        private readonly KeyFilter _filter;
        private readonly WatchMode _mode;
        private readonly Entry[] _buffer;
        private readonly Dictionary<string, Entry> _known;
        private Watch _watch;
        private long _last;
        private bool _complete = true;

        public Reader(ValueTree tree, KeyFilter filter, WatchMode mode, int buffer)
        {
            (_tree, _filter, _mode, _buffer) = (tree, filter, mode, new Entry[buffer]);
            var snapshot = tree.Snapshot(filter, Trees.Tester);
            _known = snapshot.Entries.ToDictionary(e => e.Key.Text);
            _last = snapshot.Sequence;
            _watch = tree.Watch(filter, mode, snapshot.Sequence, Trees.Tester);
        }

        public bool ReadOnce()
        {
            var count = _watch.Read(_buffer, out var gap);
            if (gap.Count > 0) TakeGap(gap);
            foreach (var entry in _buffer.AsSpan(0, count)) Take(entry);
            return count > 0 || gap.Count > 0;
        }

        public void Resume()
        {
            var place = _watch.Sequence;
            Assert.True(place >= _last, $"The place {place} is before the last change {_last}.");
            _watch.Dispose();
            _watch = _tree.Watch(_filter, _mode, place, Trees.Tester);
        }

        public void CompareWithTree()
        {
            var snapshot = _tree.Snapshot(_filter, Trees.Tester);
            Assert.Equal(snapshot.Sequence, _watch.Sequence);
            if (!_complete) return;
            Assert.Equal(
                snapshot.Entries.Select(e => (e.Key.Text, e.Sequence)).Order(),
                _known.Values.Where(e => !e.Removed).Select(e => (e.Key.Text, e.Sequence)).Order());
        }

        private void TakeGap(Gap gap)
        {
            Assert.Equal(WatchMode.Every, _mode); // a latest watch loses only events, and none are written here
            Assert.True(gap.From > _last || _filter != KeyFilter.All, $"The gap from {gap.From} repeats {_last}.");
            if (_filter == KeyFilter.All) Assert.Equal(_last + 1, gap.From);
            _last = gap.To;
            _complete = false;
        }

        private void Take(Entry entry)
        {
            Assert.True(entry.Sequence > _last, $"{entry} after #{_last}.");
            if (_mode == WatchMode.Every && _filter == KeyFilter.All) Assert.Equal(_last + 1, entry.Sequence);
            Assert.True(_filter.Matches(entry.Key));
            _last = entry.Sequence;
            _known[entry.Key.Text] = entry;
        }
    }
}
