using System.Security.Cryptography;
using Gatehouse.Security;
using Gatehouse.Storage;

namespace Gatehouse.Web.Door;

/// <summary>
/// The cookie that a session's secret is kept in. Cookies do not tell ports apart, so each hub has a name of its own for it, and two hubs
/// on one machine do not sign each other out.
/// </summary>
internal sealed partial class SessionCookie(HubSettings settings, ILogger<SessionCookie> logger)
{
    private const string SettingName = "web.cookie";
    private const int SuffixBytes = 4;

    private readonly string _suffix = settings.Get(SettingName) ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SuffixBytes));

    public string Name => $"gatehouse-{_suffix}";

    /// <summary>Sees that the name is the same after a restart.</summary>
    public async Task KeepNameAsync(CancellationToken stop)
    {
        if (settings.Get(SettingName) is not null) return;
        try
        {
            await settings.SetAsync(SettingName, _suffix, stop);
        }
        catch (StorageException e)
        {
            LogNotKept(logger, e.Message);
        }
    }

    /// <summary>What the browser sent; null when that is nothing that this hub gave.</summary>
    public Secret? Read(HttpRequest request) =>
        request.Cookies.TryGetValue(Name, out var value) && Secret.TryParse(value, out var secret) ? secret : null;

    public void Give(HttpContext http, Secret secret) => http.Response.Cookies.Append(Name, secret.Text, Options(http.Request));

    public void TakeBack(HttpContext http) => http.Response.Cookies.Delete(Name, Options(http.Request));

    // A proxy that speaks https to the browser says so. Were that a lie, the liar would lose his own cookie.
    private static CookieOptions Options(HttpRequest request) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Path = "/",
        MaxAge = BrowserSession.Lifetime,
        Secure = request.IsHttps || request.Headers["X-Forwarded-Proto"] is ["https"],
    };

    [LoggerMessage(8003, LogLevel.Warning, "The cookie's name is not kept, so browsers must sign in again after a restart: {Reason}")]
    private static partial void LogNotKept(ILogger logger, string reason);
}
