using Gatehouse.Security;
using Microsoft.Net.Http.Headers;

namespace Gatehouse.Web.Door;

/// <summary>Lets in who has signed in or brings a token, and ends what a session opened when that is ended.</summary>
internal sealed class DoorMiddleware(
    RequestDelegate next, WebOptions options, AccessToken hubToken, Sessions sessions, SessionCookie cookie)
{
    /// <summary>The header that shows that the hub's own page sends a write.</summary>
    public const string AntiforgeryHeader = "Gatehouse-Antiforgery";

    private const string HowToEnter =
        "open the link that the hub printed at its start, or one by 'gatehouse code', and the page signs in; programs send the token of "
        + "the file 'token' in the hub's data directory, as Authorization: Bearer";

    private readonly Digest? _scriptsToken = options.Token is { } token ? Digest.Of(token) : null;

    public async Task InvokeAsync(HttpContext http)
    {
        var secret = cookie.Read(http.Request);
        var session = secret is null ? null : sessions.Find(secret);
        var isLocal = Visitor.IsFromHere(http);
        var admission = Security.Door.Decide(new Knock
        {
            IsForAll = ForAll.Includes(http),
            IsWrite = !HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method),
            IsLocal = isLocal,
            Token = Check(http.Request.Headers.Authorization),
            HasSession = session is not null,
            HasAntiforgery = session is not null && Antiforgery.Has(http.Request, secret!),
            IsOpen = options.Open,
            IsInsecure = options.Insecure,
        });
        if (!admission.IsAdmitted())
        {
            await RefuseAsync(http, admission);
            return;
        }
        http.Features.Set(new Visitor(admission, session, isLocal));
        if (admission == Admission.BySession) await EnterAsync(http, session!);
        else await next(http);
    }

    private async Task EnterAsync(HttpContext http, BrowserSession session)
    {
        await sessions.SeeAsync(session);
        var aborted = http.RequestAborted;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(aborted, session.Ended);
        http.RequestAborted = either.Token;
        try
        {
            await next(http);
        }
        finally
        {
            http.RequestAborted = aborted;
            // A stream can be open for weeks: it is seen as long as that.
            if (!session.Ended.IsCancellationRequested) await sessions.SeeAsync(session);
        }
    }

    private TokenCheck Check(Microsoft.Extensions.Primitives.StringValues header)
    {
        if (header.Count == 0) return TokenCheck.None;
        if (header.Count > 1 || !BearerHeader.TryParse(header.ToString(), out var token)) return TokenCheck.Wrong;
        if (hubToken.Is(token)) return TokenCheck.Hubs;
        return _scriptsToken is { } scripts && Digest.Of(token).Equals(scripts) ? TokenCheck.Scripts : TokenCheck.Wrong;
    }

    private static async Task RefuseAsync(HttpContext http, Admission admission)
    {
        if (admission == Admission.NoAntiforgery)
        {
            await Refusal.WriteAsync(
                http, StatusCodes.Status400BadRequest, "Antiforgery",
                $"what a session writes needs the header {AntiforgeryHeader} with the token that GET /api/session tells; reload the page");
            return;
        }
        http.Response.Headers[HeaderNames.WWWAuthenticate] = BearerHeader.Scheme;
        await Refusal.WriteAsync(http, StatusCodes.Status401Unauthorized, "Not signed in", admission switch
        {
            Admission.WrongToken => $"the token is not the hub's; {HowToEnter}",
            Admission.TokenFromElsewhere => $"the token of the option web.token holds on the hub's own machine alone; {HowToEnter}",
            _ => HowToEnter,
        });
    }
}
