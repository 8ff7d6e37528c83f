using Gatehouse.Web.Door;
using Microsoft.AspNetCore.StaticFiles;

namespace Gatehouse.Web;

/// <summary>The browser application's files, with the headers that keep foreign script out of it.</summary>
internal static class Pages
{
    private const string Policy =
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    /// <summary>Sets the headers of every answer, also of errors.</summary>
    public static void UsePageHeaders(this WebApplication app) => app.Use((http, next) =>
    {
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        return next(http);
    });

    public static void MapPages(this WebApplication app)
    {
        if (!app.Environment.WebRootFileProvider.GetFileInfo("index.html").Exists)
        {
            const string Hint = "The page has not been built; 'make build' builds it. The API is at /openapi/v1.json.";
            app.MapGet("/", () => TypedResults.Text(Hint)).WithMetadata(ForAll.Page).ExcludeFromDescription();
            return;
        }
        var options = new StaticFileOptions { OnPrepareResponse = SetCaching };
        app.UseStaticFiles(options);
        app.MapFallbackToFile("{*path:nonfile}", "index.html", options).WithMetadata(ForAll.Page);
    }

    // Files below assets/ carry a hash of their content in their names.
    private static void SetCaching(StaticFileResponseContext file) =>
        file.Context.Response.Headers.CacheControl =
            file.Context.Request.Path.StartsWithSegments("/assets", StringComparison.Ordinal)
                ? "public, max-age=31536000, immutable"
                : "no-cache";
}
