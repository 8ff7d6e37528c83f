using Gatehouse.Runtime;

namespace Gatehouse.Web;

/// <summary><c>/healthz</c>: the process answers. <c>/readyz</c>: the hub serves.</summary>
internal static class HealthEndpoints
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/healthz", Methods, () => TypedResults.Text("ok\n")).WithTags("health").WithSummary("The process answers.");
        routes.MapMethods("/readyz", Methods, IResult (Readiness readiness) => readiness.NotYet is { } reason
                ? TypedResults.Text($"{reason}\n", statusCode: StatusCodes.Status503ServiceUnavailable)
                : TypedResults.Text("ready\n"))
            .WithTags("health").WithSummary("The hub has started and serves.");
    }
}
