using System.Globalization;
using System.Runtime.InteropServices;
using Gatehouse.Storage;

namespace Gatehouse.History;

/// <summary>
/// Reads what can be read of a damaged <c>history.db</c>, and of a sound one everything. It goes from page to page, so that a damaged one
/// costs the points on it and no others, and changes nothing. One thread at a time.
/// </summary>
internal sealed class Salvage : IDisposable
{
    private readonly DatabasePages _pages;
    private readonly RowScan _scan;
    private readonly Dictionary<int, string> _names = [];
    private readonly SortedDictionary<long, RowPlace> _blocks = [];
    private readonly Dictionary<long, List<Growth>> _growths = [];
    private readonly HashSet<long> _listed = [];

    private Salvage(DatabasePages pages)
    {
        (_pages, _scan) = (pages, new RowScan(pages));
        var journal = new SortedDictionary<long, byte[]>();
        var lengths = new Dictionary<long, int>();
        foreach (var row in _scan.Rows()) Note(row, journal, lengths);
        foreach (var entries in journal.Values) ReadJournal(entries);
    }

    /// <summary>Nothing was found that a history has.</summary>
    public bool IsEmpty => _names.Count == 0 && _blocks.Count == 0 && _growths.Count == 0;

    /// <summary>Points read so far.</summary>
    public long Points { get; private set; }

    /// <summary>Points that are missing from blocks of which a part could be read.</summary>
    public long Lost { get; private set; }

    /// <summary>Blocks, of up to <see cref="Block.MostPoints"/> points each, of which nothing could be read.</summary>
    public long LostBlocks => _listed.Count(id => !_blocks.ContainsKey(id) && !_growths.ContainsKey(id));

    /// <summary>Entries of the journal that are damaged, or go on where the rest is missing.</summary>
    public long LostEntries { get; private set; }

    /// <summary>True for what begins as a database, and for what is named as one and has lost its beginning.</summary>
    public static bool IsDatabase(ReadOnlySpan<byte> beginning, string name) =>
        beginning.StartsWith(DatabasePages.Mark) || Path.GetFileName(name).Contains(".db", StringComparison.Ordinal);

    /// <summary>Looks the file through.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static Salvage Open(string path)
    {
        var pages = DatabasePages.Open(path, new DatabaseOptions().PageSize);
        try
        {
            return new Salvage(pages);
        }
        catch
        {
            pages.Dispose();
            throw;
        }
    }

    /// <summary>Every point that can be read, block by block; what lost its name is below <c>/lost/</c>. Go through it once.</summary>
    public IEnumerable<(string Key, Point Point)> Read()
    {
        foreach (var (id, place) in _blocks)
        {
            if (_scan.Row(place) is not { } row) continue;
            var key = NameOf((int)(long)row.Columns[1]!);
            foreach (var point in Count(Unpack(row, _growths.GetValueOrDefault(id) ?? []))) yield return (key, point);
        }
        foreach (var (id, growths) in _growths.OrderBy(g => g.Key))
        {
            if (_blocks.ContainsKey(id)) continue;
            var key = NameOf(growths[0].Series);
            foreach (var point in Count(Unpack(Grow([], growths)))) yield return (key, point);
        }
    }

    public void Dispose() => _pages.Dispose();

    private void Note(ScannedRow row, SortedDictionary<long, byte[]> journal, Dictionary<long, int> lengths)
    {
        switch (row)
        {
            case { Id: { } id and > 0 and <= int.MaxValue, Columns: [null, string key, long, null or byte[]] }:
                _names[(int)id] = key;
                break;
            case { Id: null, Columns: [string key, long and > 0 and <= int.MaxValue and var id] }:
                _names.TryAdd((int)id, key);
                break;
            case { Id: { } id, Columns: [null, long and > 0 and <= int.MaxValue, long, long, long, byte[] points] }:
                // The same block twice is an older form of it, on a page that is free. Blocks only grow.
                ref var length = ref CollectionsMarshal.GetValueRefOrAddDefault(lengths, id, out var isKnown);
                if (isKnown && length >= points.Length) break;
                length = points.Length;
                _blocks[id] = row.Place;
                break;
            case { Id: { } id, Columns: [null, byte[] entries] }:
                journal[id] = entries[..row.Sound];
                if (!row.IsWhole) LostEntries++;
                break;
            case { Id: null, Columns: [long, long, long id] }:
                _listed.Add(id);
                break;
            default:
                break; // roll-ups are made anew of the points
        }
    }

    private void ReadJournal(ReadOnlySpan<byte> entries)
    {
        while (JournalEntry.TryTake(ref entries, out var entry))
        {
            ref var growths = ref CollectionsMarshal.GetValueRefOrAddDefault(_growths, entry.Block, out _);
            (growths ??= []).Add(new Growth(entry.Series, entry.Offset, entry.Bytes.ToArray()));
        }
        if (!entries.IsEmpty) LostEntries++;
    }

    private List<Point> Count(List<Point> points)
    {
        Points += points.Count;
        return points;
    }

    private List<Point> Unpack(ScannedRow row, List<Growth> growths)
    {
        var packed = (byte[])row.Columns[5]!;
        var (first, last, count) = ((long)row.Columns[2]!, (long)row.Columns[3]!, (long)row.Columns[4]!);
        var points = Unpack(packed);
        if (row.IsWhole && points.Count == count && count > 0 && points[0].Time.Ticks == first && points[^1].Time.Ticks == last)
        {
            return growths.Count == 0 ? points : Unpack(Grow(packed, growths));
        }
        // What is not as the row says was not written so: only what comes before the damage counts, and nothing that the row rules out.
        points = Unpack(packed[..Math.Min(row.Sound, packed.Length)]);
        points.RemoveAll(p => p.Time.Ticks < first || p.Time.Ticks > last);
        Lost += Math.Clamp(count - points.Count, 0, Block.MostPoints);
        LostEntries += growths.Count;
        return points;
    }

    private static List<Point> Unpack(byte[] packed)
    {
        var points = new List<Point>();
        var reader = new PointReader(packed);
        while (reader.TryRead(out var point) && (points.Count == 0 || points[^1].Time <= point.Time)) points.Add(point);
        return points;
    }

    // Bytes that the block has already were journaled again after a flush that failed.
    private byte[] Grow(byte[] packed, List<Growth> growths)
    {
        var bytes = packed.ToList();
        foreach (var growth in growths)
        {
            if (growth.Offset > bytes.Count) LostEntries++;
            else bytes.AddRange(growth.Bytes.Skip(bytes.Count - growth.Offset));
        }
        return [.. bytes];
    }

    private string NameOf(int series) =>
        _names.TryGetValue(series, out var key) ? key : string.Create(CultureInfo.InvariantCulture, $"/lost/{series}");

    private sealed record Growth(int Series, int Offset, byte[] Bytes);
}
