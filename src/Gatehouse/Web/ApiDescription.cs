using Gatehouse.Security;
using Gatehouse.Web.Door;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Gatehouse.Web;

/// <summary>What <c>/openapi/v1.json</c> says beside the endpoints.</summary>
internal static class ApiDescription
{
    private const string Token = "token";
    private const string Cookie = "session";

    public static void Describe(OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, context, _) =>
        {
            document.Info.Title = "Gatehouse";
            document.Info.Version = "1";
            document.Info.Description =
                "The present state of everything around this hub, and the services that can be called. Errors are problem documents "
                + "(RFC 9457). Writes are sent as application/json.";
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                [Token] = new OpenApiSecurityScheme
                {
                    Type = SecuritySchemeType.Http,
                    Scheme = BearerHeader.Scheme.ToLowerInvariant(),
                    Description = "The file 'token' of the hub's data directory.",
                },
                [Cookie] = new OpenApiSecurityScheme
                {
                    Type = SecuritySchemeType.ApiKey,
                    In = ParameterLocation.Cookie,
                    Name = context.ApplicationServices.GetRequiredService<SessionCookie>().Name,
                    Description =
                        $"From POST /api/session. Writes need the header {DoorMiddleware.AntiforgeryHeader} too, with the token that "
                        + "GET /api/session tells.",
                },
            };
            document.Security =
            [
                new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Token, document)] = [] },
                new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Cookie, document)] = [] },
            ];
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            if (context.Description.ActionDescriptor.EndpointMetadata.OfType<ForAll>().Any()) operation.Security = [];
            return Task.CompletedTask;
        });
    }
}
