using System.Globalization;
using Gatehouse.Runtime;
using Gatehouse.Sdk.Values;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Gatehouse.Tree;

/// <summary><c>/api/values</c>: the present values, one by one or by prefix.</summary>
internal static class ValuesEndpoints
{
    /// <summary>Tells after which change a list of values holds, to follow from there by <c>/api/changes?after=</c>.</summary>
    public const string SequenceHeader = "Gatehouse-Sequence";

    public static IEndpointRouteBuilder MapValues(this IEndpointRouteBuilder routes)
    {
        var values = routes.MapGroup("/api/values").WithTags("values");
        values.MapGet("", List)
            .WithSummary("All values whose key starts with any of the prefixes.")
            .Produces<EntryDocument[]>().ProducesProblem(StatusCodes.Status400BadRequest);
        values.MapGet("{**path:minlength(1)}", Get)
            .WithSummary("One value. The path is the key without its first slash; %2F stays as it is.")
            .Produces<EntryDocument>().ProducesProblem(StatusCodes.Status404NotFound);
        values.MapPut("{**path:minlength(1)}", PutAsync)
            .WithSummary("Sets a value, or asks the key's owner to; answers when that is done.")
            .Accepts<ValueWriteDocument>("application/json")
            .Produces<EntryDocument>().ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status405MethodNotAllowed).ProducesProblem(StatusCodes.Status412PreconditionFailed);
        values.MapDelete("{**path:minlength(1)}", DeleteAsync)
            .WithSummary("Removes a value.")
            .Produces<EntryDocument>()
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status412PreconditionFailed);
        return routes;
    }

    private static IResult List([FromQuery] string[]? prefix, ValueTree tree, HttpContext http)
    {
        prefix ??= [];
        if (!KeyFilter.TryCreate(prefix, out var filter)) return BadPrefix(prefix);
        var snapshot = tree.Snapshot(filter, HttpOrigin.Of(http));
        http.Response.Headers[SequenceHeader] = new ChangeId(snapshot.Epoch, snapshot.Sequence).ToString();
        return JsonBody.Write(writer =>
        {
            writer.WriteStartArray();
            foreach (var entry in snapshot.Entries.OrderBy(e => e.Key.Text, StringComparer.Ordinal)) EntryJson.Write(writer, entry);
            writer.WriteEndArray();
        });
    }

    private static IResult Get(string path, ValueTree tree, HttpContext http) =>
        tree.TryFind("/" + path, out var key) && tree.Get(key) is { } entry ? Answer(entry, http) : NotFound(path);

    private static async Task<IResult> PutAsync(string path, ValueTree tree, HttpContext http)
    {
        if (!TryReadExpected(http, out var expected)) return BadIfMatch();
        if (await JsonBody.ReadAsync(http.Request, http.RequestAborted) is not { } body) return Problems.TooLong();
        if (!ValueWrite.TryParse(body.Span, out var write, out var reason)) return Problems.BadRequest(reason);
        if (!tree.TryIntern("/" + path, out var key, out var error))
        {
            return Problems.BadRequest($"'/{path}' is not a key: {KeyErrors.Explain(error)}");
        }
        return Answer(await tree.WriteAsync(write.ToChange(key), expected, HttpOrigin.Of(http), http.RequestAborted), http);
    }

    private static async Task<IResult> DeleteAsync(string path, ValueTree tree, HttpContext http)
    {
        if (!TryReadExpected(http, out var expected)) return BadIfMatch();
        if (!tree.TryFind("/" + path, out var key) || tree.Get(key) is null) return NotFound(path);
        var removal = new Change(key, default, Removed: true);
        return Answer(await tree.WriteAsync(removal, expected, HttpOrigin.Of(http), http.RequestAborted), http);
    }

    private static IResult Answer(Entry entry, HttpContext http)
    {
        http.Response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{entry.Sequence}\"");
        return JsonBody.Write(writer => EntryJson.Write(writer, entry));
    }

    private static IResult Answer(WriteResult result, HttpContext http) => result.Status switch
    {
        WriteStatus.Done when result.Current is { } entry => Answer(entry, http),
        WriteStatus.Done => TypedResults.NoContent(),
        WriteStatus.Conflict => Problems.Of(StatusCodes.Status412PreconditionFailed, "Precondition failed", result.Reason),
        WriteStatus.ReadOnly => Problems.Of(StatusCodes.Status405MethodNotAllowed, "Read-only", result.Reason),
        WriteStatus.Refused => Problems.Of(StatusCodes.Status400BadRequest, "Refused", result.Reason),
        WriteStatus.Forbidden => Problems.Of(StatusCodes.Status403Forbidden, "Forbidden", result.Reason),
        WriteStatus.Timeout => Problems.Of(StatusCodes.Status504GatewayTimeout, "No answer", result.Reason),
        _ => Problems.Of(StatusCodes.Status502BadGateway, "Failed", result.Reason),
    };

    // If-Match: the number bare as documented, or quoted as the ETag gives it. If-None-Match: * expects none, as 0 does.
    private static bool TryReadExpected(HttpContext http, out long? expected)
    {
        expected = null;
        if (http.Request.Headers.IfNoneMatch == "*")
        {
            expected = 0;
            return true;
        }
        if (http.Request.Headers.IfMatch.Count == 0) return true;
        var text = http.Request.Headers.IfMatch.ToString().Trim().Trim('"');
        var valid = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        expected = number;
        return valid;
    }

    private static ProblemHttpResult BadIfMatch() =>
        Problems.BadRequest("If-Match is the sequence number of the value you have seen, such as 1234; 0 expects none");

    private static ProblemHttpResult BadPrefix(string[] prefixes)
    {
        var wrong = prefixes.First(p => !KeyFilter.TryCreate([p], out _));
        return Problems.BadRequest($"prefix '{KeySegment.ForDisplay(wrong)}': a prefix starts with '/'");
    }

    private static ProblemHttpResult NotFound(string path) => Problems.Of(
        StatusCodes.Status404NotFound,
        "No such value",
        $"there is no value '/{KeySegment.ForDisplay(path)}'; 'gatehouse ls' lists what there is");
}
