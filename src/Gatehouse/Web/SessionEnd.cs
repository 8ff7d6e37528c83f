using Gatehouse.Security;

namespace Gatehouse.Web;

/// <summary>Long connections end with the session that opened them.</summary>
internal static class SessionEnd
{
    /// <summary>The token of the request's session; one that never comes when there is no session.</summary>
    public static CancellationToken Of(HttpContext http) => http.Features.Get<Visitor>()?.Session?.Ended ?? CancellationToken.None;
}
