using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gatehouse.Runtime;
using Gatehouse.Sdk.Values;
using Gatehouse.Storage;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Gatehouse.History;

/// <summary><c>/api/history</c>: what was, as points or buckets; export and import.</summary>
internal static class HistoryEndpoints
{
    public const string CsvType = "text/csv";
    public const string JsonLinesType = "application/x-ndjson";

    private const int MostBuckets = 20_000;

    public static IEndpointRouteBuilder MapHistory(this IEndpointRouteBuilder routes)
    {
        var history = routes.MapGroup("/api/history").WithTags("history").AddEndpointFilter(TellStorageFaultsAsync);
        history.MapGet("", Query)
            .WithSummary("One key in a range: every point, or at most so many buckets with least, greatest, mean and count; "
                + "with atMost every point when they are no more, otherwise buckets.")
            .Produces<object>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        history.MapGet("/lines", Lines)
            .WithSummary("Every series of numbers whose key starts with any of the prefixes, as a small line: one mean for each bucket.")
            .Produces<object>().ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        history.MapGet("/newest", Newest)
            .WithSummary("What was recorded last of every series whose key starts with any of the prefixes.")
            .Produces<object>().ProducesProblem(StatusCodes.Status400BadRequest);
        history.MapGet("/export", Export)
            .WithSummary("Every point in a range of all keys that start with any of the prefixes, as CSV or JSON Lines.")
            .Produces(StatusCodes.Status200OK, contentType: CsvType, additionalContentTypes: JsonLinesType)
            .ProducesProblem(StatusCodes.Status400BadRequest);
        history.MapPost("/import", ImportAsync)
            .WithSummary("Brings in points written as the export writes them; those that are there already are left out.")
            .Accepts<string>(CsvType, JsonLinesType).Produces<ImportReport>()
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        return routes;
    }

    private static IResult Query(
        string? key, string? from, string? to, int? buckets, int? atMost,
        Recorder recorder, SeriesNotes about, TimeProvider time, HttpContext request)
    {
        if (string.IsNullOrEmpty(key)) return Problems.BadRequest("key: name the key whose history you want, such as ?key=/device/…");
        var now = time.GetUtcNow().UtcDateTime;
        if (!HistoryRange.TryParse(from, to, now, out var range, out var reason)) return Problems.BadRequest(reason);
        if (buckets is < 1 or > MostBuckets) return Problems.BadRequest($"buckets: expected 1 to {MostBuckets}");
        if (atMost is < 1 or > MostBuckets) return Problems.BadRequest($"atMost: expected 1 to {MostBuckets}");
        if (buckets is not null && atMost is not null) return Problems.BadRequest("buckets, atMost: name one of them");
        if (recorder.Store is not { } store) return NotOpen();
        if (!store.TryFind(key, out var series)) return NoSeries(key);
        if (!about.MayRead(HttpOrigin.Of(request), series)) return Forbidden(key);
        var answer = new HistoryAnswer(key, range, about.Of(series), about.Hold(series, recorder.Rules));
        var reader = new RangeReader(store, series);
        if (atMost is { } few && reader.Read(range.From, range.To).Take(few + 1).ToList() is var all && all.Count <= few)
        {
            return Points(answer, reader.Before(range.From), all);
        }
        if ((buckets ?? atMost) is { } count)
        {
            var summed = new BucketReader(store, series).Read(range.From, range.To, count);
            if (HasNumbers(series, summed)) return JsonBody.Write(writer => answer.WriteBuckets(writer, summed));
        }
        var points = reader.Read(range.From, range.To);
        if ((buckets ?? atMost) is { } most) points = NewestOfEach(points, BucketWidth.Choose(range.From, range.To, most, least: null));
        return Points(answer, reader.Before(range.From), points);
    }

    private static Streamed Points(HistoryAnswer answer, Point? before, IEnumerable<Point> points) =>
        new("application/json; charset=utf-8", async http =>
        {
            await using var writer = new Utf8JsonWriter(http.Response.BodyWriter, JsonStyle.Trusted);
            await answer.WritePointsAsync(writer, before, points, async () =>
            {
                await writer.FlushAsync(http.RequestAborted);
                await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
            });
        });

    private static IResult Lines(
        [FromQuery] string[]? prefix, string? from, string? to, int? buckets, Recorder recorder, SeriesNotes about, TimeProvider time,
        HttpContext request)
    {
        if (!KeyFilter.TryCreate(prefix ?? [], out var filter)) return BadPrefix();
        var now = time.GetUtcNow().UtcDateTime;
        if (!HistoryRange.TryParse(from, to, now, out var range, out var reason)) return Problems.BadRequest(reason);
        if (buckets is < 1 or > HistoryLines.MostBuckets) return Problems.BadRequest($"buckets: expected 1 to {HistoryLines.MostBuckets}");
        if (recorder.Store is not { } store) return NotOpen();
        var lines = new HistoryLines(store, about, recorder.Rules, range, buckets ?? HistoryLines.UsualBuckets);
        var wanted = lines.Choose(filter, HttpOrigin.Of(request));
        return new Streamed("application/json; charset=utf-8", async http =>
        {
            await using var writer = new Utf8JsonWriter(http.Response.BodyWriter, JsonStyle.Trusted);
            await lines.WriteAsync(writer, wanted, async () =>
            {
                await writer.FlushAsync(http.RequestAborted);
                await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
            });
        });
    }

    private static IResult Newest([FromQuery] string[]? prefix, Recorder recorder, SeriesNotes about, HttpContext http)
    {
        if (!KeyFilter.TryCreate(prefix ?? [], out var filter)) return BadPrefix();
        if (recorder.Store is not { } store) return NotOpen();
        var reader = HttpOrigin.Of(http);
        var newest = store.Newest().Where(s => filter.Matches(s.Series.Key) && about.MayRead(reader, s.Series));
        return JsonBody.Write(writer =>
        {
            writer.WriteStartArray();
            foreach (var (series, point) in newest)
            {
                if (point is not { } known) continue;
                writer.WriteStartObject();
                writer.WriteString("key"u8, series.Key);
                writer.WriteString("time"u8, known.Time);
                writer.WritePropertyName("value"u8);
                known.Value.WriteJson(writer);
                writer.WriteString("quality"u8, known.Removed ? HistoryAnswer.Removed : known.Quality.ToText());
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
        });
    }

    private static IResult Export(
        [FromQuery] string[]? prefix, string? from, string? to, string? format, Recorder recorder, SeriesNotes about, TimeProvider time)
    {
        if (!KeyFilter.TryCreate(prefix ?? [], out var filter)) return BadPrefix();
        var now = time.GetUtcNow().UtcDateTime;
        if (!HistoryRange.TryParse(from, to, now, out var range, out var reason)) return Problems.BadRequest(reason);
        if (format is not (null or "csv" or "jsonl")) return Problems.BadRequest("format: expected csv or jsonl");
        if (recorder.Store is not { } store) return NotOpen();
        var kind = format == "jsonl" ? ExportFormat.JsonLines : ExportFormat.Csv;
        return new Streamed(kind == ExportFormat.Csv ? $"{CsvType}; charset=utf-8; header=present" : JsonLinesType, async http =>
        {
            var output = http.Response.BodyWriter;
            if (kind == ExportFormat.Csv) output.Write(Encoding.UTF8.GetBytes(ExportLine.Header + "\r\n"));
            var reader = HttpOrigin.Of(http);
            var wanted = store.Newest().Select(s => s.Series).Where(s => filter.Matches(s.Key) && about.MayRead(reader, s));
            foreach (var series in wanted.OrderBy(s => s.Key, StringComparer.Ordinal))
            {
                var notes = about.Of(series);
                foreach (var point in new RangeReader(store, series).Read(range.From, range.To))
                {
                    ExportLine.Write(output, kind, series.Key, point, notes);
                    if (output.UnflushedBytes > 64 * 1024) await output.FlushAsync(http.RequestAborted);
                }
            }
            await output.FlushAsync(http.RequestAborted);
        });
    }

    private static async Task<IResult> ImportAsync(HttpContext http, Recorder recorder, CancellationToken stop)
    {
        if (recorder.Store is not { } store) return NotOpen();
        // A long history is a long body: it is read as it comes, and never held.
        http.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = null;
        var type = http.Request.ContentType ?? "";
        var format = type.StartsWith(CsvType, StringComparison.OrdinalIgnoreCase) ? ExportFormat.Csv : ExportFormat.JsonLines;
        var importer = new Importer(store);
        try
        {
            await foreach (var lines in new ImportText(format).ReadAsync(http.Request.BodyReader).WithCancellation(stop))
            {
                foreach (var line in lines) importer.Add(line);
                await importer.StoreAsync(stop);
            }
        }
        catch (InvalidDataException e)
        {
            var done = await importer.FinishAsync(stop);
            return Problems.BadRequest($"{e.Message}; {done.Imported} points before it were imported");
        }
        return TypedResults.Ok(await importer.FinishAsync(stop));
    }

    // What has no numbers cannot be summed up: the newest of each bucket stands for it.
    private static IEnumerable<Point> NewestOfEach(IEnumerable<Point> points, BucketWidth width)
    {
        Point? newest = null;
        foreach (var point in points)
        {
            if (newest is { } before && before.Time.Ticks / width.Width != point.Time.Ticks / width.Width) yield return before;
            newest = point;
        }
        if (newest is { } last) yield return last;
    }

    // A series may change its kind: what counts is the range. Without a number in it the newest value tells, unless it tells nothing.
    private static bool HasNumbers(Series series, BucketRange range)
    {
        if (Array.Exists(range.Buckets, b => b.Count > 0)) return true;
        if (series.Newest is { Removed: false, Value.Kind: not ValueKind.Null and var kind })
        {
            return kind is ValueKind.Boolean or ValueKind.Integer or ValueKind.Real;
        }
        return !Array.Exists(range.Buckets, b => b.Exists);
    }

    private static ProblemHttpResult Forbidden(string key) =>
        Problems.Of(StatusCodes.Status403Forbidden, "Forbidden", $"you may not read {KeySegment.ForDisplay(key)}");

    private static ProblemHttpResult NotOpen() => Problems.Of(
        StatusCodes.Status503ServiceUnavailable, "No history", "the history is not open; /readyz and the log say why, ask again later");

    private static ProblemHttpResult NoSeries(string key) => Problems.Of(
        StatusCodes.Status404NotFound,
        "No history",
        $"nothing is recorded of '{KeySegment.ForDisplay(key)}'; /api/history/newest lists what there is");

    private static ProblemHttpResult BadPrefix() => Problems.BadRequest("prefix: a prefix starts with '/'");

    private static async ValueTask<object?> TellStorageFaultsAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (Exception e) when (e is StorageException or ObjectDisposedException && !context.HttpContext.Response.HasStarted)
        {
            return Problems.Of(StatusCodes.Status503ServiceUnavailable, "History not available", e.Message);
        }
    }

    private sealed class Streamed(string contentType, Func<HttpContext, Task> write) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.ContentType = contentType;
            return write(httpContext);
        }
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(ImportReport))]
internal sealed partial class HistoryJson : JsonSerializerContext;
