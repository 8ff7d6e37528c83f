using Gatehouse.Security;

namespace Gatehouse.Web.Door;

/// <summary>Has the token's file and the cookie's name ready before the first request, and says aloud when the door is open.</summary>
internal sealed partial class DoorLife(WebOptions options, AccessToken token, SessionCookie cookie, ILogger<DoorLife> logger)
    : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(token);
        await cookie.KeepNameAsync(cancellationToken);
        if (options.Insecure) LogInsecure(logger);
        else if (options.Open) LogOpen(logger);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(8001, LogLevel.Warning, "web.insecure is set: everybody on the network may read and set everything, without signing in")]
    private static partial void LogInsecure(ILogger logger);

    [LoggerMessage(8002, LogLevel.Warning, "web.open is set: every user and program of this machine may read and set everything")]
    private static partial void LogOpen(ILogger logger);
}
