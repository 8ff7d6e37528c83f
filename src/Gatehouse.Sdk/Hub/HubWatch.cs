using System.Runtime.CompilerServices;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Hub;

/// <summary>One watch over as many connections as it takes: remembers its place, makes the connection again and resumes.</summary>
internal sealed class HubWatch(HubRequests requests, KeyFilter filter, Action<HubLink>? linkChanged, Func<double> random)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    public async IAsyncEnumerable<HubEvent> RunAsync(string? after, [EnumeratorCancellation] CancellationToken stop = default)
    {
        var failures = 0;
        while (true)
        {
            var (feed, failure) = await OpenAsync(after, stop).ConfigureAwait(false);
            if (feed is not null)
            {
                await using (feed.ConfigureAwait(false))
                {
                    linkChanged?.Invoke(default);
                    while (true)
                    {
                        (var next, failure) = await ReadAsync(feed, stop).ConfigureAwait(false);
                        if (next is null) break;
                        failures = 0;
                        after = next.Id;
                        yield return next;
                    }
                }
            }
            var pause = Pause(failures++, random());
            linkChanged?.Invoke(new HubLink(failure, pause));
            await Task.Delay(pause, requests.Time, stop).ConfigureAwait(false);
        }
    }

    /// <summary>How long to wait after so many failures in a row: doubling up to ten seconds, half of it by chance.</summary>
    internal static TimeSpan Pause(int failures, double chance)
    {
        var whole = Math.Min(FirstPause.TotalSeconds * Math.Pow(2, Math.Min(failures, 10)), LongestPause.TotalSeconds);
        return TimeSpan.FromSeconds(whole * (0.5 + (chance / 2)));
    }

    private async Task<(EventFeed? Feed, GatehouseException? Failure)> OpenAsync(string? after, CancellationToken stop)
    {
        var request = requests.Get($"api/changes?{HubPath.Prefixes(filter.Prefixes)}");
        request.Headers.Accept.ParseAdd(EventFeed.ContentType);
        if (after is not null) request.Headers.TryAddWithoutValidation("Last-Event-ID", after);
        try
        {
            return (await EventFeed.OpenAsync(requests, request, stop).ConfigureAwait(false), null);
        }
        catch (HubUnreachableException e)
        {
            return (null, e);
        }
        catch (HubRefusedException e) when (e.IsTransient)
        {
            return (null, e);
        }
    }

    // The next event, or why there is none on this connection.
    private async Task<(HubEvent? Next, GatehouseException? Failure)> ReadAsync(EventFeed feed, CancellationToken stop)
    {
        try
        {
            var next = await feed.ReadAsync(stop).ConfigureAwait(false);
            return (next, next is null ? new HubUnreachableException(requests.Root, "it ended the connection") : null);
        }
        catch (HubUnreachableException e)
        {
            return (null, e);
        }
    }
}
