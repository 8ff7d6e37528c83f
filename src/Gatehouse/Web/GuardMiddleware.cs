using Gatehouse.Blobs;
using Gatehouse.Requests.Store;
using Gatehouse.Security;
using Gatehouse.Web.Door;
using Microsoft.Net.Http.Headers;

namespace Gatehouse.Web;

/// <summary>
/// Turns away what <see cref="RequestGuard"/> refuses, and writes that a page could send without asking: those of a type that forms have.
/// </summary>
internal sealed class GuardMiddleware(RequestDelegate next, RequestGuard guard)
{
    public async Task InvokeAsync(HttpContext http)
    {
        var request = http.Request;
        var headers = request.Headers;
        var refusal = guard.Refusal(new GuardedRequest(
            request.Method, request.Path, request.Host.Value ?? "", Header(headers.Origin), Header(headers["Sec-Fetch-Site"]),
            Header(headers["Sec-Fetch-Mode"]), Header(headers["Sec-Fetch-Dest"])));
        if (refusal is not null) await Refusal.WriteAsync(http, StatusCodes.Status403Forbidden, "Forbidden", refusal);
        else if (IsWrite(request) && !IsSafeType(request) && !IsBareCall(request))
        {
            await Refusal.WriteAsync(
                http,
                StatusCodes.Status415UnsupportedMediaType,
                "Unsupported media type",
                "send it with the header Content-Type: application/json; points for the history with text/csv or application/x-ndjson, "
                + "a blob with image/jpeg, image/png, image/webp, image/gif, image/avif or application/octet-stream, "
                + "a value of the store with text/plain or application/octet-stream");
        }
        else await next(http);
    }

    private static bool IsWrite(HttpRequest request) =>
        HttpMethods.IsPost(request.Method) || HttpMethods.IsPut(request.Method) || HttpMethods.IsPatch(request.Method)
        || (HttpMethods.IsDelete(request.Method) && request.ContentLength is > 0);

    // JSON, blobs and the two forms of the history: types that a page of another site cannot send without asking first.
    private static bool IsSafeType(HttpRequest request) => request.HasJsonContentType()
        || (request.Path == BlobEndpoints.Path && BlobType.TryParse(request.ContentType, out _))
        || IsStored(request)
        || (MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && type.MediaType is { HasValue: true } media
            && (media.Equals("text/csv", StringComparison.OrdinalIgnoreCase)
                || media.Equals("application/x-ndjson", StringComparison.OrdinalIgnoreCase)));

    // Whatever its type is, a page of another site cannot send a PUT without asking first.
    private static bool IsStored(HttpRequest request) =>
        HttpMethods.IsPut(request.Method) && request.Path.StartsWithSegments(StoreEndpoints.Path)
        && MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && (type.MediaType.Equals(StoreEndpoints.TextType, StringComparison.OrdinalIgnoreCase)
            || type.MediaType.Equals(StoreEndpoints.BytesType, StringComparison.OrdinalIgnoreCase));

    // No body, and a header that a page of another site cannot send without asking first.
    private static bool IsBareCall(HttpRequest request) =>
        request.ContentLength is null or 0 && request.ContentType is null && request.Headers.TransferEncoding.Count == 0
        && (request.Headers[DoorMiddleware.AntiforgeryHeader].Count > 0
            || BearerHeader.TryParse(request.Headers.Authorization.ToString(), out _));

    private static string? Header(Microsoft.Extensions.Primitives.StringValues values) => values.Count == 0 ? null : values.ToString();
}
