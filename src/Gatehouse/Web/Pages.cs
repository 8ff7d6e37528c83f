using Gatehouse.Web.Door;
using Microsoft.Net.Http.Headers;

namespace Gatehouse.Web;

/// <summary>The browser application's files, with the headers that keep foreign script out of it.</summary>
internal static class Pages
{
    private const string Policy =
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    /// <summary>Sets the headers of every answer, also of errors, unless the answer has its own.</summary>
    public static void UsePageHeaders(this WebApplication app) => app.Use((http, next) =>
    {
        // When it starts, and not now: what answers after a failure clears the headers first.
        http.Response.OnStarting(static state => SetHeadersAsync((HttpContext)state), http);
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
        var files = new PageFiles(app.Environment.WebRootFileProvider);
        app.MapMethods("/{**path}", WebExtensions.Reading, (HttpRequest request) => files.Serve(request))
            .WithOrder(int.MaxValue).WithMetadata(ForAll.Page).ExcludeFromDescription();
    }

    private static Task SetHeadersAsync(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.TryAdd(HeaderNames.ContentSecurityPolicy, Policy);
        headers.TryAdd(HeaderNames.XContentTypeOptions, "nosniff");
        headers.TryAdd("Referrer-Policy", "no-referrer");
        headers.TryAdd("Cross-Origin-Resource-Policy", "same-origin");
        // What the hub knows outlives no session in a browser's cache. Whatever may be kept says so itself.
        if (http.Request.Path.StartsWithSegments("/api")) headers.TryAdd(HeaderNames.CacheControl, "no-store");
        return Task.CompletedTask;
    }
}
