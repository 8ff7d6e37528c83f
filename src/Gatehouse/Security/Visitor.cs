using System.Net;
using Microsoft.AspNetCore.Http.Features;

namespace Gatehouse.Security;

/// <summary>Who makes a request, as one of the request's features: a connection may carry those of several.</summary>
/// <param name="Admission">How he came in.</param>
/// <param name="Session">The session of his cookie, whether that let him in or something else did; null when there is none.</param>
/// <param name="IsLocal">A program on this machine asks, and no proxy passed it on.</param>
internal sealed record Visitor(Admission Admission, BrowserSession? Session, bool IsLocal)
{
    private static readonly string[] ProxyHeaders = ["X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via"];

    public static Visitor Of(HttpContext http) => http.Features.GetRequiredFeature<Visitor>();

    /// <summary>Whether a request begins on this machine. What a proxy here passes on can come from anywhere.</summary>
    public static bool IsFromHere(HttpContext http) =>
        http.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && !ProxyHeaders.Any(http.Request.Headers.ContainsKey);
}
