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
        foreach (var (series, _) in store.Newest())
        {
            var raw = about.Of(series)?.Retention ?? _options.Raw;
            await DeleteBlocksAsync(store, series, now - raw.Ticks, stop);
            var firstMinutes = RollupLevel.Minute.RowOf(Math.Max(0, now - _options.Minutes.Ticks));
            await store.WriteAsync(session => HistoryTables.DeleteRows(session, series.Id, RollupLevel.Minute, firstMinutes), stop);
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
            if (Oldest(store) is not { } oldest) break;
            // A fiftieth of the time that there is: little enough to lose, and few rounds.
            var before = oldest.Ticks + Math.Max(TimeSpan.TicksPerHour, (now - oldest.Ticks) / 50);
            foreach (var (series, _) in store.Newest())
            {
                if (oldest.IsPoints) points += await DeleteBlocksAsync(store, series, before, stop);
                else
                {
                    var row = RollupLevel.Minute.RowOf(before);
                    await store.WriteAsync(session => HistoryTables.DeleteRows(session, series.Id, RollupLevel.Minute, row), stop);
                }
            }
        }
        LogTooLarge(store.Path, size, _options.MaxSize, points);
    }

    private static async Task<long> DeleteBlocksAsync(HistoryStore store, Series series, long before, CancellationToken stop)
    {
        // A block that begins in time may end later; it goes when all of it is too old.
        var first = before - Block.MostSpan.Ticks;
        long deleted = 0;
        long points;
        do
        {
            points = await store.WriteAsync(session => HistoryTables.DeleteBlocks(session, series.Id, first, BlocksAtOnce), stop);
            deleted += points;
        }
        while (points > 0);
        return deleted;
    }

    private static (long Ticks, bool IsPoints)? Oldest(HistoryStore store) => store.Read<(long, bool)?>(session =>
    {
        long? points = null, minutes = null;
        foreach (var (series, _) in store.Newest())
        {
            points = Lower(points, HistoryTables.FirstBlock(session, series.Id));
            minutes = Lower(minutes, HistoryTables.FirstRow(session, series.Id, RollupLevel.Minute));
        }
        if (points is { } first) return (first + Block.MostSpan.Ticks, true);
        return minutes is { } row ? (RollupLevel.Minute.StartOf(row, 0), false) : null;
    });

    private static long? Lower(long? a, long? b) => a is null ? b : b is null ? a : Math.Min(a.Value, b.Value);

    [LoggerMessage(6020, LogLevel.Warning,
        "{Path} held {Size} bytes, more than history.maxSize = {Most}: its oldest {Points} points were deleted, their sums stay")]
    private partial void LogTooLarge(string path, long size, long most, long points);

    [LoggerMessage(6021, LogLevel.Warning, "Old points could not be deleted and will be later: {Reason}")]
    private partial void LogPutOff(string reason);
}
