using Gatehouse.Runtime;

namespace Gatehouse.Web.Streams;

/// <summary>
/// <c>/api/stream</c>: everything that a page follows, over one WebSocket, which is not one of the six connections that a browser allows.
/// </summary>
internal static class StreamEndpoint
{
    public static void MapStream(this IEndpointRouteBuilder routes) => routes.MapGet("/api/stream", OpenAsync)
        .WithTags("values")
        .WithSummary(
            "A WebSocket that follows changes and the log in numbered channels: {\"open\": 1, \"changes\": {\"prefixes\": [\"/\"]}}, "
            + "{\"open\": 2, \"log\": {\"level\": \"information\"}}, {\"close\": 2}.")
        .ProducesProblem(StatusCodes.Status426UpgradeRequired);

    private static async Task<IResult> OpenAsync(HttpContext http, StreamSources sources, IHostApplicationLifetime lifetime)
    {
        if (!http.WebSockets.IsWebSocketRequest)
        {
            http.Response.Headers.Upgrade = "websocket";
            return Problems.Of(StatusCodes.Status426UpgradeRequired, "Upgrade required", "this address speaks WebSocket (RFC 6455) alone");
        }
        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        using var connection = new StreamConnection(socket, sources, HttpOrigin.Of(http));
        // Not by the request's own token: that is cancelled with the session too, and then there would be no word of farewell.
        await connection.RunAsync(lifetime.ApplicationStopping, SessionEnd.Of(http));
        return Results.Empty;
    }
}
