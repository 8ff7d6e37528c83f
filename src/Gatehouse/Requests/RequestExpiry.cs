using System.Globalization;
using Gatehouse.Storage;

namespace Gatehouse.Requests;

/// <summary>Ends requests that have waited for too long, and removes those that ended long ago; a few at a time.</summary>
internal sealed partial class RequestExpiry(
    HubDatabase database, RequestQueue queue, RequestOptions options, TimeProvider time, ILogger<RequestExpiry> logger)
{
    /// <summary>Between two looks.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMinutes(10);

    private const int AtOnce = 500;

    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Period, time);
        do
        {
            try
            {
                await LookAsync(stop);
            }
            catch (StorageException e)
            {
                LogNotRemoved(e.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stop));
    }

    /// <summary>Goes once through what there is.</summary>
    public async Task LookAsync(CancellationToken stop)
    {
        var now = time.GetUtcNow();
        var (removed, expired) = (0, 0);
        while (await RemoveAsync(now - options.KeepAnswers, stop) is var count and > 0) removed += count;
        while (await ExpireAsync(now - options.KeepRequests, stop) is var count and > 0) expired += count;
        if (removed + expired > 0) LogLooked(removed, expired);
    }

    private async Task<int> RemoveAsync(DateTimeOffset before, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var old = database.Read(session => RequestTables.EndedBefore(session, before.ToUnixTimeMilliseconds(), AtOnce));
        var removed = await Task.WhenAll(old.Select(id => queue.CloseAsync(id, ended: true)));
        return removed.Count(isRemoved => isRemoved);
    }

    // Those under way may still be answered.
    private async Task<int> ExpireAsync(DateTimeOffset before, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var old = database.Read(session => RequestTables.PendingSince(session, before.ToUnixTimeMilliseconds(), AtOnce));
        var days = options.KeepRequests.TotalDays.ToString("0.###", CultureInfo.InvariantCulture);
        var words = $"it was not answered within {days} days (requests.keepRequests)";
        var expired = await Task.WhenAll(
            old.Where(row => queue.Dispatcher.Find(row.Number) is null)
                .Select(row => queue.ExpireAsync(row.Number, row.Id, row.Service, words)));
        return expired.Count(isExpired => isExpired);
    }

    [LoggerMessage(11006, LogLevel.Information, "{Removed} requests were removed, {Expired} have expired")]
    private partial void LogLooked(int removed, int expired);

    [LoggerMessage(11007, LogLevel.Warning, "Old requests could not be removed: {Reason}")]
    private partial void LogNotRemoved(string reason);
}
