using Gatehouse.Runtime;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.AspNetCore.Routing.Template;

namespace Gatehouse.Web;

/// <summary>
/// Answers what nothing else of the API answers. It catches every method, so that a write to what is not there is not found; for what is
/// there it says itself which methods, or that not this type of body, it takes.
/// </summary>
internal static class UnknownEndpoint
{
    private const string Rest = "/api/{**rest}";

    public static void MapUnknown(this IEndpointRouteBuilder routes) => routes.Map(Rest, Answer).ExcludeFromDescription();

    private static ProblemHttpResult Answer(HttpContext http, EndpointDataSource endpoints)
    {
        var methods = new SortedSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var endpoint in endpoints.Endpoints.OfType<RouteEndpoint>())
        {
            if (endpoint.Metadata.GetMetadata<HttpMethodMetadata>() is not { } taken || !IsOfApi(endpoint.RoutePattern)) continue;
            var matcher = new TemplateMatcher(new RouteTemplate(endpoint.RoutePattern), []);
            if (matcher.TryMatch(http.Request.Path, [])) methods.UnionWith(taken.HttpMethods);
        }
        if (methods.Count == 0) return TypedResults.Problem(statusCode: StatusCodes.Status404NotFound);
        if (methods.Contains(http.Request.Method)) return TypedResults.Problem(statusCode: StatusCodes.Status415UnsupportedMediaType);
        var allowed = string.Join(", ", methods);
        http.Response.Headers.Allow = allowed;
        return Problems.Of(StatusCodes.Status405MethodNotAllowed, "Method not allowed", $"there it takes {allowed}");
    }

    private static bool IsOfApi(RoutePattern pattern) =>
        pattern.PathSegments is [{ IsSimple: true, Parts: [RoutePatternLiteralPart { Content: "api" }] }, ..];
}
