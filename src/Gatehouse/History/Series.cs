using System.Collections.Frozen;
using System.Runtime.InteropServices;

namespace Gatehouse.History;

/// <summary>Names a row of roll-ups within its series.</summary>
internal readonly record struct RowKey(int Level, long Row);

/// <summary>
/// All recorded values of one key, or of one member of its objects (<c>key#member</c>). All but its names belongs to the
/// <see cref="HistoryMemory"/>, and is used under the lock that guards it.
/// </summary>
internal sealed class Series(int id, string key, bool isDemo = false)
{
    private static readonly IReadOnlyDictionary<RowKey, RollupRow> Nothing = FrozenDictionary<RowKey, RollupRow>.Empty;

    // The rows that the last point was added to, level by level: a short cut.
    private (RollupRow? Row, long Number)[]? _inUse;

    // Roll-ups take more than a point, and many series have no other for long: the first waits until a second comes or they are read.
    private Point? _first;
    private Dictionary<RowKey, RollupRow>? _gained;

    public int Id { get; } = id;

    public string Key { get; } = key;

    /// <summary>Its points are made up; also when the device that made them is gone.</summary>
    public bool IsDemo { get; } = isDemo;

    /// <summary>What was recorded last, in the order of arrival; null when nothing was.</summary>
    public Point? Newest { get; private set; }

    /// <summary>Ticks of the latest time that any point had.</summary>
    public long Latest { get; private set; }

    /// <summary>Blocks that have more than the database has.</summary>
    public List<Block> Unflushed { get; } = new(1);

    /// <summary>What roll-ups have gained since the last flush was taken.</summary>
    public IReadOnlyDictionary<RowKey, RollupRow> Gained
    {
        get
        {
            SpreadFirst();
            return _gained ?? Nothing;
        }
    }

    /// <summary>What the flush that is under way holds of the roll-ups; null when none is.</summary>
    public IReadOnlyDictionary<RowKey, RollupRow>? UnderWay { get; set; }

    /// <summary>The last flush that stored something of it.</summary>
    public long StoredBy { get; set; }

    /// <summary>The database has all of it.</summary>
    public bool IsStored => !IsDirty && UnderWay is null && Unflushed.Count == 0;

    /// <summary>Something changed since the last flush was taken.</summary>
    public bool IsDirty { get; set; }

    // The block that grows with the present, and the one that grows with points older than that.
    private Block? Open { get; set; }

    private Block? Late { get; set; }

    public bool IsLate(in Point point) => point.Time.Ticks < Latest;

    /// <summary>The block that the newest point ends; null when none of this run does.</summary>
    public Block? NewestIn { get; set; }

    public void Renew(in Point newest)
    {
        Newest = newest;
        Reach(newest.Time.Ticks);
    }

    public void Reach(long ticks) => Latest = Math.Max(Latest, ticks);

    /// <summary>The block that a point goes into; <paramref name="begin"/> makes a new one where the last has no place for it.</summary>
    public Block BlockFor(in Point point, Func<Series, Block> begin)
    {
        var isLate = IsLate(point);
        var block = isLate ? Late : Open;
        if (block is not null && block.Takes(point.Time.Ticks)) return block;
        block = begin(this);
        if (isLate) Late = block;
        else Open = block;
        return block;
    }

    /// <summary>Gives up the buffers of what is stored; the next point begins new ones.</summary>
    public void Rest()
    {
        (Open, Late, NewestIn) = (null, null, null);
        Unflushed.Capacity = 0;
    }

    public void AddToRollups(in Point point)
    {
        if (_gained is null && _first is null)
        {
            _first = point;
            return;
        }
        SpreadFirst();
        Spread(point);
    }

    private void SpreadFirst()
    {
        if (_first is not { } first) return;
        _first = null;
        Spread(first);
    }

    private void Spread(in Point point)
    {
        _inUse ??= new (RollupRow?, long)[RollupLevel.All.Count];
        _gained ??= new(RollupLevel.All.Count);
        for (var i = 0; i < _inUse.Length; i++)
        {
            var level = RollupLevel.All[i];
            ref var inUse = ref _inUse[i];
            var number = level.RowOf(point.Time.Ticks);
            if (inUse.Row is null || inUse.Number != number)
            {
                ref var row = ref CollectionsMarshal.GetValueRefOrAddDefault(_gained, new RowKey(level.Number, number), out _);
                inUse = (row ??= new RollupRow(level), number);
            }
            inUse.Row.Add(point);
        }
    }

    /// <summary>Hands over what roll-ups have gained, and begins anew.</summary>
    public void TakeGained()
    {
        UnderWay = Gained;
        (_gained, _inUse) = (null, null);
    }

    /// <summary>Takes back what was handed over.</summary>
    public void ReturnGained()
    {
        SpreadFirst();
        foreach (var (key, row) in UnderWay ?? Nothing)
        {
            _gained ??= new(RollupLevel.All.Count);
            if (_gained.TryGetValue(key, out var newer)) newer.Add(row);
            else _gained.Add(key, row);
        }
        UnderWay = null;
    }
}
