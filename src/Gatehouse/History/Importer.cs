using System.Runtime.InteropServices;

namespace Gatehouse.History;

/// <summary>What became of an import.</summary>
/// <param name="Lines">Lines that held a point, or should have.</param>
/// <param name="Imported">Points that are new, and on disk.</param>
/// <param name="Known">Points that the history had already.</param>
/// <param name="Refused">Lines that are no points; all others were imported.</param>
/// <param name="Problems">The first of those lines, and why.</param>
internal sealed record ImportReport(long Lines, long Imported, long Known, long Refused, IReadOnlyList<string> Problems);

/// <summary>
/// Brings points of elsewhere into the history, beside what was recorded. What is there already is left out, so an import that broke off
/// may be done again.
/// </summary>
internal sealed class Importer(HistoryStore store)
{
    private const int PointsAtOnce = 20_000;
    private const long BytesAtOnce = 16 * 1024 * 1024;
    private const int MostProblems = 20;

    private readonly Dictionary<string, List<Point>> _points = new(StringComparer.Ordinal);
    private readonly List<string> _problems = [];
    private long _waitingPoints, _waitingBytes;
    private long _lines, _imported, _known, _refused;

    public void Add(in NumberedLine line)
    {
        _lines++;
        if (line.Fault == ImportFault.None)
        {
            ref var points = ref CollectionsMarshal.GetValueRefOrAddDefault(_points, line.Line.Key, out _);
            (points ??= []).Add(line.Line.Point);
            _waitingPoints++;
            _waitingBytes += line.Line.Point.Value.Size;
            return;
        }
        if (_refused++ < MostProblems) _problems.Add($"line {line.Number}: {ImportLine.Explain(line.Fault)}");
    }

    /// <summary>Stores what was added, when there is enough of it.</summary>
    /// <exception cref="Storage.StorageException">It is not on disk.</exception>
    public ValueTask StoreAsync(CancellationToken stop) =>
        _waitingPoints < PointsAtOnce && _waitingBytes < BytesAtOnce ? default : new ValueTask(StoreAllAsync(stop));

    /// <summary>Stores what is left.</summary>
    /// <inheritdoc cref="StoreAsync"/>
    public async Task<ImportReport> FinishAsync(CancellationToken stop)
    {
        await StoreAllAsync(stop);
        return new ImportReport(_lines, _imported, _known, _refused, _problems);
    }

    private async Task StoreAllAsync(CancellationToken stop)
    {
        foreach (var (key, points) in _points)
        {
            var series = store.SeriesOf(key);
            var fresh = LeaveOutKnown(series, [.. points.OrderBy(p => p.Time)]).ConvertAll(p => (series, p));
            while (store.Append(CollectionsMarshal.AsSpan(fresh), isPresent: false) < fresh.Count) await store.FlushAsync(stop);
            _imported += fresh.Count;
            _known += points.Count - fresh.Count;
        }
        _points.Clear();
        (_waitingPoints, _waitingBytes) = (0, 0);
        await store.CommitAsync(stop);
    }

    private List<Point> LeaveOutKnown(Series series, List<Point> sorted)
    {
        var known = new HashSet<Point>();
        foreach (var point in new RangeReader(store, series).Read(sorted[0].Time.Ticks, sorted[^1].Time.Ticks + 1))
        {
            known.Add(point);
            known.Add(ExportLine.AsRead(point)); // as an export of this history has it
        }
        sorted.RemoveAll(p => !known.Add(p));
        return sorted;
    }
}
