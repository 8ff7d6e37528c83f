using Gatehouse.Sdk.Values;
using Gatehouse.Tree;

namespace Gatehouse.Web.Events;

/// <summary>One client's feed of changes as server-sent events, at most twenty flushes a second.</summary>
internal sealed class ChangeStream(ValueTree tree, KeyFilter filter, ChangeId? resume, Origin reader, TimeProvider time) : IResult
{
    /// <summary>A comment is sent after this long without an event, so that dead connections are noticed.</summary>
    public static readonly TimeSpan HeartbeatPeriod = TimeSpan.FromSeconds(15);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var stopping = httpContext.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(
            httpContext.RequestAborted, stopping, SessionEnd.Of(httpContext));
        httpContext.Response.ContentType = "text/event-stream";
        httpContext.Response.Headers.CacheControl = "no-cache,no-store";
        try
        {
            await RunAsync(httpContext.Response, ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The client has gone, its session has ended, or the hub goes: the stream simply ends.
        }
    }

    private async Task RunAsync(HttpResponse response, CancellationToken stop)
    {
        using var events = new EventBuffer();
        using var cursor = new ChangeCursor(tree, filter, resume, reader);
        await response.StartAsync(stop); // a client that resumes and has missed nothing must see at once that it is connected
        await response.BodyWriter.FlushAsync(stop);
        while (true)
        {
            var mayGoOn = true;
            while (mayGoOn && events.Written.Length < ChangeCursor.MostBytesPerFlush && cursor.TryRead(out var next))
            {
                events.Add(next);
                mayGoOn = next.MayGoOn;
            }
            if (events.Written.Length > 0)
            {
                await response.BodyWriter.WriteAsync(events.Written, stop);
                events.Clear();
                await Task.Delay(ChangeCursor.FlushPeriod, time, stop);
            }
            else await WaitAsync(cursor, response, stop);
        }
    }

    private async Task WaitAsync(ChangeCursor cursor, HttpResponse response, CancellationToken stop)
    {
        using var heartbeat = new CancellationTokenSource(HeartbeatPeriod, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(heartbeat.Token, stop);
        try
        {
            await cursor.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            await response.BodyWriter.WriteAsync(":\n\n"u8.ToArray(), stop);
        }
    }
}
