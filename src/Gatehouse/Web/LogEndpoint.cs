using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gatehouse.Runtime;
using Gatehouse.Runtime.Logs;
using Gatehouse.Security;
using Gatehouse.Web.Streams;

namespace Gatehouse.Web;

/// <summary><c>/api/log</c>: the latest records of the log.</summary>
internal static class LogEndpoint
{
    private const double LongestWait = 25;

    public static void MapLog(this IEndpointRouteBuilder routes) => routes.MapGet("/api/log", ReadAsync)
        .WithTags("hub")
        .WithSummary("The latest records of the log, oldest first. With after, those that came since; with wait too, it waits for one.")
        .Produces<LogDocument>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status403Forbidden);

    private static async Task<IResult> ReadAsync(
        [Description("The least level: trace, debug, information, warning, error or critical; trace, if left out.")] string? level,
        [Description("The member after of an earlier answer.")] long? after,
        [Description("The most records; 2000, if left out.")] int? limit,
        [Description("Seconds to wait for a record, at most 25.")] double? wait,
        HttpContext http, LogTail tail, IAccess access, TimeProvider time, IHostApplicationLifetime lifetime)
    {
        var least = LogLevel.Trace;
        if (level is not null && !LogLevelNames.TryParse(level, out least))
        {
            return Problems.BadRequest($"level is one of {LogLevelNames.All}");
        }
        var most = limit ?? LogTail.MostRecords;
        if (most is < 1 or > LogTail.MostRecords) return Problems.BadRequest($"limit is a number from 1 to {LogTail.MostRecords}");
        if (after < 0) return Problems.BadRequest("after is the member after of an earlier answer");
        if (wait is not (null or (>= 0 and <= LongestWait))) return Problems.BadRequest($"wait is in seconds, at most {LongestWait:0}");
        if (!access.MayRead(HttpOrigin.Of(http), StreamConnection.LogKey))
        {
            return Problems.Of(StatusCodes.Status403Forbidden, "Forbidden", "you may not read the log");
        }
        if (after is { } place && wait > 0)
        {
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(wait.Value), time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(
                deadline.Token, http.RequestAborted, lifetime.ApplicationStopping, SessionEnd.Of(http));
            await WaitAsync(tail, least, place, either.Token);
        }
        var reading = after is { } number ? tail.ReadAfter(number, least, most) : tail.ReadLatest(least, most);
        return JsonBody.Write(writer =>
        {
            writer.WriteStartObject();
            LogRecordJson.WriteMembers(writer, "records"u8, reading);
            writer.WriteEndObject();
        });
    }

    // Returns when there is a record of the level, or the token is cancelled.
    private static async Task WaitAsync(LogTail tail, LogLevel least, long after, CancellationToken stop)
    {
        using var news = new SemaphoreSlim(0);
        using var cursor = new LogCursor(tail, least, after, () => news.Release());
        try
        {
            while (cursor.Read() is { Records.Count: 0, Lost: 0 })
            {
                cursor.Rearm();
                await news.WaitAsync(stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Then the answer has no records.
        }
    }
}

/// <summary>The answer as the API's description shows it; <see cref="LogRecordJson"/> writes the real ones.</summary>
internal sealed record LogDocument(
    [property: Description("Ask for what comes after this next time.")] long After,
    [property: Description("At most so many records were forgotten before they were asked for.")] long? Lost,
    LogRecordDocument[] Records);

/// <summary>One record of it.</summary>
internal sealed record LogRecordDocument(
    [property: Description("Greater than that of every record before.")] long Number,
    DateTime Time,
    [property: Description("trace, debug, information, warning, error or critical.")] string Level,
    [property: Description("Who wrote it.")] string Category,
    string Message,
    [property: Description("The exception with its stack.")] string? Exception);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(LogDocument))]
internal sealed partial class LogDocumentJson : JsonSerializerContext;
