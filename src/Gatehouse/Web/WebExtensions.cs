using Gatehouse.Sdk.Values;
using Gatehouse.Web.Door;
using Gatehouse.Web.Events;
using Gatehouse.Web.Streams;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Gatehouse.Web;

/// <summary>The hub's page and HTTP API.</summary>
internal static class WebExtensions
{
    /// <summary>The methods of requests that only ask.</summary>
    public static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    // A client that has gone without a word is noticed by its silence: so long to the question, as long to the answer.
    private static readonly TimeSpan Ping = TimeSpan.FromSeconds(15);

    public static WebApplicationBuilder AddWeb(this WebApplicationBuilder builder, WebOptions options)
    {
        if (!ListenAddress.TryParse(options.Listen, out var address)) throw new ArgumentException(options.Listen, nameof(options));
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 1024 * 1024;
            kestrel.Listen(address.EndPoint, listen => listen.Protocols = HttpProtocols.Http1);
        });
        builder.Services.Configure<SocketTransportOptions>(o => o.CreateBoundListenSocket = _ => ListenSocket.Bind(address));
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(RequestGuard.Of(address, options.Names, Environment.MachineName));
        builder.Services.AddSingleton<SessionCookie>();
        builder.Services.AddHostedService<DoorLife>();
        builder.Services.AddSingleton<StreamSources>();
        builder.Services.AddRouting();
        builder.Services.AddProblemDetails(o => o.CustomizeProblemDetails = problem => problem.ProblemDetails.Extensions.Remove("traceId"));
        builder.Services.ConfigureHttpJsonOptions(o =>
        {
            o.SerializerOptions.Encoder = JsonStyle.Encoder;
            o.SerializerOptions.TypeInfoResolverChain.Add(DoorJson.Default);
            o.SerializerOptions.TypeInfoResolverChain.Add(LogDocumentJson.Default);
        });
        builder.Services.AddOpenApi(ApiDescription.Describe);
        return builder;
    }

    /// <summary>What every request passes before it reaches an endpoint.</summary>
    public static void UseWeb(this WebApplication app)
    {
        app.UsePageHeaders();
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            StatusCodeSelector = StatusOf,
            SuppressDiagnosticsCallback = context => IsClientsFault(context.HttpContext, context.Exception),
        });
        app.UseStatusCodePages();
        app.UseMiddleware<GuardMiddleware>();
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = Ping, KeepAliveTimeout = Ping });
        app.UseMiddleware<DoorMiddleware>();
    }

    public static void MapWeb(this WebApplication app)
    {
        app.MapHealth();
        app.MapSessions();
        app.MapChanges();
        app.MapStream();
        app.MapLog();
        app.MapOpenApi();
        app.MapUnknown();
        app.MapPages();
    }

    // Anyone can send half a request and go, also without signing in: that is no error of the hub's, and fills no log.
    private static bool IsClientsFault(HttpContext http, Exception e) =>
        e is Microsoft.AspNetCore.Http.BadHttpRequestException or ConnectionResetException
        || (http.RequestAborted.IsCancellationRequested && e is OperationCanceledException or IOException);

    private static int StatusOf(Exception e) =>
        e is Microsoft.AspNetCore.Http.BadHttpRequestException
            ? StatusCodes.Status400BadRequest
            : StatusCodes.Status500InternalServerError;
}
