using Gatehouse.Sdk.Values;
using Gatehouse.Web.Door;
using Gatehouse.Web.Events;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Gatehouse.Web;

/// <summary>The hub's page and HTTP API.</summary>
internal static class WebExtensions
{
    /// <summary>The methods of requests that only ask.</summary>
    public static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

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
        builder.Services.ConfigureHttpJsonOptions(o => o.SerializerOptions.TypeInfoResolverChain.Add(DoorJson.Default));
        builder.Services.AddRouting();
        builder.Services.AddProblemDetails(o => o.CustomizeProblemDetails = problem => problem.ProblemDetails.Extensions.Remove("traceId"));
        builder.Services.ConfigureHttpJsonOptions(o => o.SerializerOptions.Encoder = JsonStyle.Encoder);
        builder.Services.AddOpenApi(ApiDescription.Describe);
        return builder;
    }

    /// <summary>What every request passes before it reaches an endpoint.</summary>
    public static void UseWeb(this WebApplication app)
    {
        app.UsePageHeaders();
        app.UseExceptionHandler(new ExceptionHandlerOptions { StatusCodeSelector = StatusOf });
        app.UseStatusCodePages();
        app.UseMiddleware<GuardMiddleware>();
        app.UseMiddleware<DoorMiddleware>();
    }

    public static void MapWeb(this WebApplication app)
    {
        app.MapHealth();
        app.MapSessions();
        app.MapChanges();
        app.MapOpenApi();
        app.MapMethods("/api/{**rest}", Reading,
            () => TypedResults.Problem(statusCode: StatusCodes.Status404NotFound)).ExcludeFromDescription();
        app.MapPages();
    }

    private static int StatusOf(Exception e) =>
        e is Microsoft.AspNetCore.Http.BadHttpRequestException
            ? StatusCodes.Status400BadRequest
            : StatusCodes.Status500InternalServerError;
}
