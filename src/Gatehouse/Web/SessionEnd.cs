namespace Gatehouse.Web;

/// <summary>
/// Long connections end with the session that opened them: whoever knows the session leaves a token with the request, which is cancelled
/// when it ends.
/// </summary>
internal static class SessionEnd
{
    /// <summary>Under this name among the request's items.</summary>
    public const string ItemKey = "session-end";

    /// <summary>The token of the request's session; one that never comes when there is no session.</summary>
    public static CancellationToken Of(HttpContext http) =>
        http.Items.TryGetValue(ItemKey, out var item) && item is CancellationToken end ? end : CancellationToken.None;
}
