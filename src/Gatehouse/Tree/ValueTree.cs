using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Gatehouse.Sdk;
using Gatehouse.Sdk.Values;
using Gatehouse.Security;

namespace Gatehouse.Tree;

/// <summary>
/// The present value of everything, under one hierarchical key. Each change gets the next number of one hub-wide sequence and one place
/// in the ring that every watch follows, so a set costs the same for one watcher as for five hundred.
/// </summary>
/// <remarks>
/// All members may be called from any thread. Setting takes one short lock in which nothing waits; readers take none. Within the lock the
/// order is: ring, slot, publish. So what is published is in place, and what a slot shows is published at the latest when the lock is free.
/// </remarks>
internal sealed class ValueTree : IDisposable
{
    private readonly TimeProvider _time;
    private readonly IAccess _access;
    private readonly KeyTable _keys;
    private readonly KeyOwners _owners;
    private readonly ConcurrentDictionary<Slot, byte> _expected = new(ReferenceEqualityComparer.Instance);
    private readonly Lock _setting = new();
    private long _sequence;

    public ValueTree(TreeOptions options, TreeStart start, TimeProvider time, IAccess access)
    {
        _time = time;
        _access = access;
        _owners = new KeyOwners();
        _keys = new KeyTable(this, options.MaxKeys);
        _sequence = start.Sequence;
        Epoch = start.Epoch;
        Ring = new ChangeRing(options.RingSize, start.Sequence);
        Waker = new WatchWaker(Ring);
        Expiries = new Expiries(time);
    }

    /// <summary>Names this run of the hub: greater than that of every run before it.</summary>
    public long Epoch { get; }

    /// <summary>The number of the newest change.</summary>
    public long Sequence => Ring.Published;

    public int KeyCount => _keys.Count;

    public TreeInstruments Instruments { get; } = new();

    internal ChangeRing Ring { get; }

    internal WatchWaker Waker { get; }

    internal Expiries Expiries { get; }

    internal ReadOnlySpan<Slot> Slots => _keys.Slots;

    /// <summary>The slots of which news is expected.</summary>
    internal IEnumerable<Slot> Expected => _expected.Select(e => e.Key);

    /// <summary>The key for this text, made when it is new. The only look-up by text on the way to a set.</summary>
    /// <exception cref="KeyFormatException">The text is not a key, or the hub has as many as it may have.</exception>
    public Key Intern(ReadOnlySpan<char> path) =>
        _keys.TryIntern(path, out var slot, out var error) ? slot : throw new KeyFormatException(path.ToString(), error);

    /// <inheritdoc cref="Intern"/>
    public bool TryIntern(ReadOnlySpan<char> path, [NotNullWhen(true)] out Key? key, out KeyError error)
    {
        var known = _keys.TryIntern(path, out var slot, out error);
        key = slot;
        return known;
    }

    /// <summary>The key for this text when the hub has met it; makes none, so strangers' questions cost no memory.</summary>
    public bool TryFind(ReadOnlySpan<char> path, [NotNullWhen(true)] out Key? key)
    {
        var known = _keys.TryFind(path, out var slot);
        key = slot;
        return known;
    }

    /// <summary>
    /// Sets one value at once, whoever owns the key: for its owner, or a key that nobody owns. Allocates the entry alone.
    /// </summary>
    /// <returns>The change's number.</returns>
    /// <exception cref="ValueTooLargeException">The value has more than <see cref="Value.MaxSize"/> bytes.</exception>
    public long Set(in Change change, Origin origin) => SetOne(change, SlotOf(change), origin).Sequence;

    /// <summary>Sets several values with consecutive numbers; every snapshot and watch sees all of them or none.</summary>
    /// <returns>The last change's number; the present one when the batch is empty.</returns>
    public long Set(ReadOnlySpan<Change> batch, Origin origin)
    {
        if (batch.IsEmpty) return Sequence;
        foreach (ref readonly var change in batch) SlotOf(change);
        var received = _time.GetUtcNow().UtcDateTime;
        long sequence = 0;
        lock (_setting)
        {
            foreach (ref readonly var change in batch) sequence = Append(change, SlotOf(change), received, origin).Sequence;
            Ring.Publish(sequence);
        }
        Waker.Wake();
        return sequence;
    }

    /// <summary>Sets one value only if the present one still has the expected number; 0 expects that there is none.</summary>
    /// <param name="current">What stands now: the new entry when it was set, else the one in the way, null when there is none.</param>
    public bool TrySet(in Change change, long expected, Origin origin, out Entry? current)
    {
        var slot = SlotOf(change);
        var received = _time.GetUtcNow().UtcDateTime;
        lock (_setting)
        {
            current = slot.State;
            if ((current?.Sequence ?? 0) != expected) return false;
            current = Append(change, slot, received, origin);
            Ring.Publish(current.Sequence);
        }
        Waker.Wake();
        return true;
    }

    /// <summary>The present value; null when there is none, and for an event.</summary>
    public Entry? Get(Key key) => Own(key)?.State;

    /// <summary>
    /// Everything that the filter selects, as it stood at one number of the sequence. Follow from there by <see cref="Watch"/>.
    /// </summary>
    public Snapshot Snapshot(KeyFilter filter, Origin reader) => SnapshotReader.Read(this, filter, reader, _access);

    /// <summary>Follows the changes after number <paramref name="after"/>. Dispose it when done.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="after"/> has not happened yet.</exception>
    public Watch Watch(KeyFilter filter, WatchMode mode, long after, Origin reader)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(after, Sequence);
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        return new Watch(this, filter, mode, after, reader, _access);
    }

    /// <summary>Makes <paramref name="owner"/> answer the writes of others to all keys that the filter selects, now and later.</summary>
    /// <exception cref="NameTakenException">Another owner has some of them.</exception>
    public IDisposable Own(KeyFilter filter, IKeyOwner owner)
    {
        _owners.Add(filter, owner);
        _keys.WhileClosed(_owners.Assign);
        return new Ending(() =>
        {
            _owners.Remove(filter, owner);
            _keys.WhileClosed(_owners.Assign);
        });
    }

    /// <summary>
    /// Writes for somebody outside: to the key's owner, which answers when it has confirmed, or into the tree when nobody owns it.
    /// </summary>
    /// <param name="expected">The number that the present value must still have; null for any.</param>
    public ValueTask<WriteResult> WriteAsync(Change change, long? expected, Origin origin, CancellationToken stop)
    {
        var slot = SlotOf(change);
        if (!_access.MayWrite(origin, slot))
        {
            return new(new WriteResult(WriteStatus.Forbidden, slot.State, $"you may not write {slot.Text}"));
        }
        if (slot.Owner is { } owner)
        {
            return expected is { } number && number != (slot.State?.Sequence ?? 0)
                ? new(WriteResult.Conflict(slot.State))
                : KeyOwners.WriteAsync(owner, change, origin, _time, stop);
        }
        if (expected is not { } wanted) return new(WriteResult.Done(SetOne(change, slot, origin)));
        return new(TrySet(change, wanted, origin, out var current) ? WriteResult.Done(current) : WriteResult.Conflict(current));
    }

    /// <summary>
    /// Says how often news of this key is expected; after three times as long without any it is marked stale. Zero: no more.
    /// </summary>
    public void Expect(Key key, TimeSpan interval)
    {
        var slot = SlotOf(new Change(key, default));
        slot.Awaited = interval == default ? null : new Awaited(interval, _time.GetTimestamp());
        if (interval == default) _expected.TryRemove(slot, out _);
        else _expected.TryAdd(slot, default);
    }

    public void Dispose() => Waker.Dispose();

    /// <summary>Gives a new slot its owner. Called by the key table, under its lock.</summary>
    internal void Adopt(Slot slot) => slot.Owner = _owners.Find(slot);

    /// <summary>The same value again with another quality, unless something newer came: for the keeper, to whom nothing is news.</summary>
    internal bool TryDowngrade(Slot slot, Entry seen, Quality quality, Origin keeper)
    {
        var received = _time.GetUtcNow().UtcDateTime;
        lock (_setting)
        {
            if (!ReferenceEquals(slot.Current, seen)) return false;
            var news = slot.Awaited?.LastNews;
            var entry = Append(new Change(slot, seen.Value, seen.Time, quality), slot, received, keeper);
            if (slot.Awaited is { } awaited && news is { } before) awaited.LastNews = before;
            Ring.Publish(entry.Sequence);
        }
        Waker.Wake();
        return true;
    }

    /// <summary>Waits until no set is under way, so that every change seen in a slot is published.</summary>
    internal long Settle()
    {
        lock (_setting) return _sequence;
    }

    /// <summary>Runs <paramref name="read"/> while every set waits.</summary>
    internal T WhileSettled<T>(Func<long, T> read)
    {
        lock (_setting) return read(_sequence);
    }

    private Entry SetOne(in Change change, Slot slot, Origin origin)
    {
        var received = _time.GetUtcNow().UtcDateTime;
        Entry entry;
        lock (_setting)
        {
            entry = Append(change, slot, received, origin);
            Ring.Publish(entry.Sequence);
        }
        Waker.Wake();
        return entry;
    }

    // Under the lock. Arrival order decides the present value; what claims to be older than it is suspect.
    private Entry Append(in Change change, Slot slot, DateTime received, Origin origin)
    {
        var time = change.Time == default ? received : change.Time.Kind == DateTimeKind.Local ? change.Time.ToUniversalTime() : change.Time;
        var quality = change.Value.IsFinite ? change.Quality : change.Quality.AtBest(Quality.Suspect);
        if (!slot.IsEvent && slot.Current is { Removed: false } before && time < before.Time) quality = quality.AtBest(Quality.Suspect);
        var entry = new Entry
        {
            Key = slot,
            Value = change.Removed ? Value.Null : change.Value,
            Time = DateTime.SpecifyKind(time, DateTimeKind.Utc),
            Received = received,
            Quality = quality,
            Removed = change.Removed,
            Origin = origin,
            Sequence = ++_sequence,
        };
        Ring.Put(entry);
        slot.Current = entry;
        if (slot.Awaited is { } awaited) awaited.LastNews = _time.GetTimestamp();
        if (change.Ttl is { } ttl && !change.Removed) Expiries.Add(slot, entry, ttl);
        return entry;
    }

    private Slot SlotOf(in Change change)
    {
        if (change.Value.Size > Value.MaxSize) throw new ValueTooLargeException(change.Value.Size);
        return Own(change.Key) ?? (Slot)Intern(change.Key.Text);
    }

    private Slot? Own(Key key) =>
        key is Slot slot && _keys.Has(slot) ? slot : _keys.TryFind(key.Text, out slot!) ? slot : null;

    private sealed class Ending(Action end) : IDisposable
    {
        private Action? _end = end;

        public void Dispose() => Interlocked.Exchange(ref _end, null)?.Invoke();
    }
}
