using Gatehouse.Sdk.Values;
using Gatehouse.Tree;

namespace Gatehouse.Web.Events;

/// <summary>
/// One client's stream of changes: a snapshot first, unless it resumes within this run of the hub, then what changes, the newest of each
/// key, at most twenty times a second. A client that reads slowly is simply overtaken and then told the newest.
/// </summary>
internal sealed class ChangeStream(ValueTree tree, KeyFilter filter, ChangeId? resume, Origin reader, TimeProvider time) : IResult
{
    /// <summary>The least time between two flushes.</summary>
    public static readonly TimeSpan FlushPeriod = TimeSpan.FromMilliseconds(50);

    /// <summary>A comment is sent after this long without an event, so that dead connections are noticed.</summary>
    public static readonly TimeSpan HeartbeatPeriod = TimeSpan.FromSeconds(15);

    private const int MostPerEvent = 1024;
    private const int MostBytesPerFlush = 256 * 1024;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var stopping = httpContext.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, stopping);
        httpContext.Response.ContentType = "text/event-stream";
        httpContext.Response.Headers.CacheControl = "no-cache,no-store";
        try
        {
            await RunAsync(httpContext.Response, ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The client has gone, or the hub goes: the stream simply ends.
        }
    }

    private async Task RunAsync(HttpResponse response, CancellationToken stop)
    {
        using var events = new EventBuffer();
        using var watch = Begin(events);
        await response.StartAsync(stop); // a client that resumes and has missed nothing must see at once that it is connected
        await response.BodyWriter.FlushAsync(stop);
        var entries = new Entry[MostPerEvent];
        while (true)
        {
            var count = watch.Read(entries, out var gap);
            if (count > 0 || gap.Count > 0)
            {
                events.Add(
                    gap.Count > 0 ? "gap"u8 : "change"u8,
                    new ChangeId(tree.Epoch, watch.Sequence),
                    new ArraySegment<Entry>(entries, 0, count));
                if (count == entries.Length && events.Written.Length < MostBytesPerFlush) continue;
            }
            if (events.Written.Length > 0)
            {
                await response.BodyWriter.WriteAsync(events.Written, stop);
                events.Clear();
                await Task.Delay(FlushPeriod, time, stop);
            }
            else await WaitAsync(watch, response, stop);
        }
    }

    private Watch Begin(EventBuffer events)
    {
        if (resume is { } place && place.Epoch == tree.Epoch && place.Sequence <= tree.Sequence)
        {
            return tree.Watch(filter, WatchMode.Latest, place.Sequence, reader);
        }
        var snapshot = tree.Snapshot(filter, reader);
        events.Add("snapshot"u8, new ChangeId(snapshot.Epoch, snapshot.Sequence), snapshot.Entries);
        return tree.Watch(filter, WatchMode.Latest, snapshot.Sequence, reader);
    }

    private async Task WaitAsync(Watch watch, HttpResponse response, CancellationToken stop)
    {
        using var heartbeat = new CancellationTokenSource(HeartbeatPeriod, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(heartbeat.Token, stop);
        try
        {
            await watch.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            await response.BodyWriter.WriteAsync(":\n\n"u8.ToArray(), stop);
        }
    }
}
