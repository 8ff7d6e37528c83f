using Gatehouse.Runtime;
using Gatehouse.Sdk.Values;
using Gatehouse.Tree;
using Microsoft.AspNetCore.Mvc;

namespace Gatehouse.Web.Events;

/// <summary><c>/api/changes</c>: server-sent events of everything that changes below the prefixes.</summary>
internal static class ChangesEndpoint
{
    public static void MapChanges(this IEndpointRouteBuilder routes) => routes.MapGet("/api/changes", Open)
        .WithTags("values")
        .WithSummary(
            "Follows changes as server-sent events: snapshot, change and gap, each with an array of entries; the id is epoch-sequence.")
        .Produces<EntryDocument[]>(contentType: "text/event-stream").ProducesProblem(StatusCodes.Status400BadRequest);

    private static IResult Open([FromQuery] string[]? prefix, string? after, HttpContext http, ValueTree tree, TimeProvider time)
    {
        if (!KeyFilter.TryCreate(prefix ?? [], out var filter)) return Problems.BadRequest("a prefix starts with '/'");
        var place = http.Request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } last ? last : after;
        ChangeId? resume = null;
        if (!string.IsNullOrEmpty(place))
        {
            if (!ChangeId.TryParse(place, out var id))
            {
                return Problems.BadRequest("after, and Last-Event-ID, is the id of an event, such as 1700000000-1234");
            }
            resume = id;
        }
        return new ChangeStream(tree, filter, resume, HttpOrigin.Of(http), time);
    }
}
