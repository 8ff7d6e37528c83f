using Gatehouse.Runtime;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gatehouse.Services;

/// <summary><c>/api/services</c>: what can be called, and calling it.</summary>
internal static class ServicesEndpoints
{
    private const double DefaultDeadline = 10;

    public static IServiceCollection AddServices(this IServiceCollection services)
    {
        services.AddSingleton<ServiceDirectory>();
        services.ConfigureHttpJsonOptions(o => o.SerializerOptions.TypeInfoResolverChain.Add(ServicesJson.Default));
        return services;
    }

    public static IEndpointRouteBuilder MapServices(this IEndpointRouteBuilder routes)
    {
        var services = routes.MapGroup("/api/services").WithTags("services");
        services.MapGet("", (ServiceDirectory directory) => TypedResults.Ok(directory.List().Select(ServiceDocument.Of).ToArray()))
            .WithSummary("Every service that is offered now.");
        services.MapPost("{**name:minlength(1)}", CallAsync)
            .WithSummary("Calls a service. A JSON array is one frame for each element, any other body one frame, no body no frame.")
            .Produces<ReplyDocument>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status502BadGateway).ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .ProducesProblem(StatusCodes.Status504GatewayTimeout);
        return routes;
    }

    private static async Task<IResult> CallAsync(string name, double? deadline, ServiceDirectory directory, HttpContext http)
    {
        var seconds = deadline ?? DefaultDeadline;
        if (!(seconds > 0 && seconds <= ServiceDirectory.LongestDeadline.TotalSeconds))
        {
            var most = ServiceDirectory.LongestDeadline.TotalSeconds;
            return Problems.BadRequest($"deadline is in seconds, more than 0 and at most {most:0}");
        }
        if (!ServiceName.TryParse(name, out var service))
        {
            return Problems.BadRequest(ServiceName.Rule);
        }
        if (await JsonBody.ReadAsync(http.Request, http.RequestAborted) is not { } body) return Problems.TooLong();
        if (!FramesJson.TryRead(body, out var frames, out var reason)) return Problems.BadRequest(reason!);

        var wait = TimeSpan.FromSeconds(seconds);
        var reply = await directory.CallAsync(service.Text, frames, wait, HttpOrigin.Of(http), http.RequestAborted);
        return reply.Status == CallStatus.Ok ? JsonBody.Write(writer => FramesJson.Write(writer, reply.Frames)) : Problem(reply);
    }

    private static ProblemHttpResult Problem(Reply reply)
    {
        var (status, title) = reply.Status switch
        {
            CallStatus.NoSuchService => (StatusCodes.Status404NotFound, "No such service"),
            CallStatus.Timeout => (StatusCodes.Status504GatewayTimeout, "No answer"),
            CallStatus.Busy => (StatusCodes.Status503ServiceUnavailable, "Busy"),
            CallStatus.Forbidden => (StatusCodes.Status403Forbidden, "Forbidden"),
            _ => (StatusCodes.Status502BadGateway, "Failed"),
        };
        return Problems.Of(status, title, reply.Reason);
    }
}
