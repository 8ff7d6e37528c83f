using Gatehouse.Parts;
using Gatehouse.Runtime.Configuration;
using Gatehouse.Storage;

namespace Gatehouse.History;

/// <summary>Deletes what is older than it has to be kept, and the oldest when the file is too large; a little at a time.</summary>
internal sealed partial class Retention(
    Recorder recorder, Settings settings, SeriesNotes about, TimeProvider time, ILogger<Retention> logger) : IPart
{
    public static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private const int RoundsBetweenAges = 60;
    private const int BlocksAtOnce = 500;

    private readonly HistoryOptions _options = settings.Get<HistoryOptions>();

    public string Name => "history retention";

    public async Task RunAsync(Hub hub, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Period, time);
        for (var round = 0; await timer.WaitForNextTickAsync(stop); round++)
        {
            if (recorder.Store is not { } store) continue;
            try
            {
                if (round % RoundsBetweenAges == 0) await DeleteOldAsync(store, stop);
                await KeepSmallAsync(store, stop);
            }
            catch (Exception e) when (e is StorageException or ObjectDisposedException)
            {
                // The recorder meets the same trouble, tells of it, and may have closed the file meanwhile.
                LogPutOff(e.Message);
            }
        }
    }

    /// <summary>Deletes what is too old.</summary>
    /// <exception cref="StorageException">It could not, or not all.</exception>
    public async Task DeleteOldAsync(HistoryStore store, CancellationToken stop)
    {
        var now = time.GetUtcNow().UtcTicks;
        foreach (var first in Firsts(store))
        {
            var raw = about.Of(first.Series)?.Retention ?? _options.Raw;
            await DeletePointsAsync(store, first, now - raw.Ticks, stop);
            await DeleteMinutesAsync(store, first, Math.Max(0, now - _options.Minutes.Ticks), stop);
        }
    }

    /// <summary>Deletes the oldest points, and when there are none the oldest minutes, until the file holds no more than it may.</summary>
    /// <inheritdoc cref="DeleteOldAsync"/>
    public async Task KeepSmallAsync(HistoryStore store, CancellationToken stop)
    {
        var size = store.Read(HistoryTables.Size);
        if (size <= _options.MaxSize) return;
        var now = time.GetUtcNow().UtcTicks;
        long points = 0;
        while (store.Read(HistoryTables.Size) > _options.MaxSize)
        {
            var firsts = Firsts(store);
            if (Oldest(firsts) is not { } oldest) break;
            // A fiftieth of the time that there is: little enough to lose, and few rounds.
            var before = oldest.Ticks + Math.Max(TimeSpan.TicksPerHour, (now - oldest.Ticks) / 50);
            foreach (var first in firsts)
            {
                if (oldest.IsPoints) points += await DeletePointsAsync(store, first, before, stop);
                else await DeleteMinutesAsync(store, first, before, stop);
            }
        }
        LogTooLarge(store.Path, size, _options.MaxSize, points);
    }

    // One look at all, so that only those are written to which have something old: of thousands of series these are few at a time.
    private static List<First> Firsts(HistoryStore store) => store.Read(session => store.Newest().Select(s => new First(
        s.Series,
        HistoryTables.FirstBlock(session, s.Series.Id),
        HistoryTables.FirstRow(session, s.Series.Id, RollupLevel.Minute))).ToList());

    private static (long Ticks, bool IsPoints)? Oldest(List<First> firsts)
    {
        if (firsts.Min(f => f.Block) is { } block) return (block + Block.MostSpan.Ticks, true);
        return firsts.Min(f => f.MinuteRow) is { } row ? (RollupLevel.Minute.StartOf(row, 0), false) : null;
    }

    private static async Task<long> DeletePointsAsync(HistoryStore store, First first, long before, CancellationToken stop)
    {
        // A block that begins in time may end later; it goes when all of it is too old.
        var begins = before - Block.MostSpan.Ticks;
        if (!(first.Block < begins)) return 0;
        long deleted = 0;
        long points;
        do
        {
            points = await store.WriteAsync(session => HistoryTables.DeleteBlocks(session, first.Series.Id, begins, BlocksAtOnce), stop);
            deleted += points;
        }
        while (points > 0);
        return deleted;
    }

    private static async Task DeleteMinutesAsync(HistoryStore store, First first, long before, CancellationToken stop)
    {
        var row = RollupLevel.Minute.RowOf(before);
        if (!(first.MinuteRow < row)) return;
        await store.WriteAsync(session => HistoryTables.DeleteRows(session, first.Series.Id, RollupLevel.Minute, row), stop);
    }

    [LoggerMessage(6020, LogLevel.Warning,
        "{Path} held {Size} bytes, more than history.maxSize = {Most}: its oldest {Points} points were deleted, their sums stay")]
    private partial void LogTooLarge(string path, long size, long most, long points);

    [LoggerMessage(6021, LogLevel.Warning, "Old points could not be deleted and will be later: {Reason}")]
    private partial void LogPutOff(string reason);

    /// <summary>Where what the file has of a series begins; null where it has nothing.</summary>
    /// <param name="Block">Ticks of the first block's beginning.</param>
    private sealed record First(Series Series, long? Block, long? MinuteRow);
}
