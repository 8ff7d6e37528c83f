using System.Globalization;
using Gatehouse.Runtime;
using Gatehouse.Sdk.Hub;
using Gatehouse.Security;
using Gatehouse.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gatehouse.Web.Door;

/// <summary><c>/api/session</c>: signing in and out. <c>/api/sessions</c>: the browsers that are signed in.</summary>
internal static class SessionEndpoints
{
    public static void MapSessions(this IEndpointRouteBuilder routes)
    {
        var own = routes.MapGroup("/api/session").WithTags("sessions");
        own.MapGet("", Tell).WithMetadata(ForAll.Endpoint)
            .WithSummary("Whether whoever asks is signed in, or does not have to be.");
        own.MapPost("", OpenAsync).WithMetadata(ForAll.Endpoint)
            .WithSummary("Signs in by a one-time code: sets a cookie. What writes by it needs the header Gatehouse-Antiforgery.")
            .Accepts<CodeDocument>("application/json")
            .Produces<SessionState>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status429TooManyRequests);
        own.MapDelete("", LeaveAsync).WithMetadata(ForAll.Endpoint).WithSummary("Signs out.");
        own.MapPost("codes", Mint).WithSummary("Makes a code that opens the page once, in another browser.");
        var all = routes.MapGroup("/api/sessions").WithTags("sessions");
        all.MapGet("", List).WithSummary("The browsers that are signed in, the one seen last first.");
        all.MapDelete("{id}", EndAsync).WithSummary("Signs a browser out and ends what it follows.")
            .Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    private static Ok<SessionState> Tell(HttpContext http, WebOptions options, SessionCookie cookie)
    {
        var visitor = Visitor.Of(http);
        return TypedResults.Ok(State(visitor, visitor.Session, cookie.Read(http.Request), options));
    }

    private static async Task<IResult> OpenAsync(
        HttpContext http, WebOptions options, SessionCookie cookie, Sessions sessions, OneTimeCodes codes, CodeTries tries)
    {
        if (await JsonBody.ReadAsync(http.Request, http.RequestAborted) is not { } body) return Problems.TooLong();
        if (!SignIn.TryParse(body.Span, out var code, out var reason)) return Problems.BadRequest(reason);
        var visitor = Visitor.Of(http);
        var address = visitor.IsLocal ? null : http.Connection.RemoteIpAddress;
        if (tries.Begin(address) is { } wait) return TooOften(http, wait);
        if (!codes.TryUse(code))
        {
            return Problems.Of(
                StatusCodes.Status403Forbidden, "Not this code",
                "the code is wrong, used already or too old; 'gatehouse code' on the hub's machine makes another, as a restart does");
        }
        tries.Succeed(address);
        if (visitor.Session is { } before) await TryEndAsync(sessions, before);
        var (session, secret) = await sessions.OpenAsync(
            http.Connection.RemoteIpAddress?.ToString() ?? "", http.Request.Headers.UserAgent.ToString(), http.RequestAborted);
        cookie.Give(http, secret);
        return TypedResults.Ok(State(visitor, session, secret, options));
    }

    private static async Task<NoContent> LeaveAsync(HttpContext http, SessionCookie cookie, Sessions sessions)
    {
        if (Visitor.Of(http).Session is { } session) await TryEndAsync(sessions, session);
        cookie.TakeBack(http);
        // Pictures that the browser has kept to save the way.
        http.Response.Headers["Clear-Site-Data"] = "\"cache\"";
        return TypedResults.NoContent();
    }

    private static Ok<HubCode> Mint(OneTimeCodes codes)
    {
        var code = codes.Mint();
        return TypedResults.Ok(new HubCode { Code = code.Text, Expires = code.Expires!.Value });
    }

    private static Ok<HubSession[]> List(HttpContext http, Sessions sessions)
    {
        var current = Visitor.Of(http).Session;
        return TypedResults.Ok(sessions.List().Select(s => SessionState.Describe(s, current)).ToArray());
    }

    private static async Task<IResult> EndAsync(string id, Sessions sessions)
    {
        if (sessions.Find(id) is not { } session)
        {
            return Problems.Of(
                StatusCodes.Status404NotFound, "No such session", "it is over already; 'gatehouse sessions' lists those there are");
        }
        try
        {
            await sessions.EndAsync(session);
            return TypedResults.NoContent();
        }
        catch (StorageException e)
        {
            return Problems.Of(
                StatusCodes.Status503ServiceUnavailable, "Not kept",
                $"the session is over, but comes back when the hub restarts: {e.Message}");
        }
    }

    // That it may come back after a restart is in the log already; whoever signs out can do nothing about it.
    private static async Task TryEndAsync(Sessions sessions, BrowserSession session)
    {
        try
        {
            await sessions.EndAsync(session);
        }
        catch (StorageException)
        {
        }
    }

    private static SessionState State(Visitor visitor, BrowserSession? session, Secret? secret, WebOptions options) => new(
        session is not null, options.Insecure || (options.Open && visitor.IsLocal), options.Insecure,
        session is null || secret is null ? null : Antiforgery.TokenOf(secret),
        session is null ? null : SessionState.Describe(session, session));

    private static ProblemHttpResult TooOften(HttpContext http, TimeSpan wait)
    {
        var seconds = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        http.Response.Headers.RetryAfter = seconds;
        return Problems.Of(
            StatusCodes.Status429TooManyRequests, "Too many tries", $"too many wrong codes came from there; try again in {seconds} s");
    }
}
