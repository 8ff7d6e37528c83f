using Gatehouse.Runtime;
using Gatehouse.Web.Door;

namespace Gatehouse.Web;

/// <summary><c>/healthz</c>: the process answers. <c>/readyz</c>: the hub serves and keeps its promises.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/healthz", WebExtensions.Reading, () => TypedResults.Text("ok\n"))
            .WithMetadata(ForAll.Endpoint).WithTags("health")
            .WithSummary("The process answers.");
        routes.MapMethods("/readyz", WebExtensions.Reading, IResult (Readiness readiness) => readiness.NotYet is { } reason
                ? TypedResults.Text($"{reason}\n", statusCode: StatusCodes.Status503ServiceUnavailable)
                : TypedResults.Text("ready\n"))
            .WithMetadata(ForAll.Endpoint).WithTags("health")
            .WithSummary("The hub has started, serves and keeps its promises; else 503 and the reason.");
    }
}
