using System.Globalization;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;
using Microsoft.Net.Http.Headers;

namespace Gatehouse.Web;

/// <summary>
/// Serves the page's files: compressed by the build where the browser takes that, whole to those that ask for a range. A path that is a
/// place in the page gets <c>index.html</c>.
/// </summary>
internal sealed class PageFiles(IFileProvider files)
{
    private const string Shell = "/index.html";

    // In the order of preference: what a file is called, and what that is called on the wire.
    private static readonly (string Coding, string Suffix)[] Codings = [("br", ".br"), ("gzip", ".gz")];

    private static readonly FileExtensionContentTypeProvider Types = new();

    public IResult Serve(HttpRequest request)
    {
        var path = PathOf(request.Path.Value ?? "/");
        if (path is null || IsPacked(path) || !Types.TryGetContentType(path, out var type)) return TypedResults.NotFound();
        var (file, coding) = Pick(path, request.Headers);
        if (!file.Exists || file.PhysicalPath is null) return TypedResults.NotFound();

        var headers = request.HttpContext.Response.Headers;
        headers.CacheControl = IsNamedByContent(path) ? "public, max-age=31536000, immutable" : "no-cache";
        headers.Vary = HeaderNames.AcceptEncoding;
        if (coding is not null) headers.ContentEncoding = coding;
        var tag = string.Create(
            CultureInfo.InvariantCulture, $"\"{file.LastModified.UtcTicks ^ file.Length:x}{(coding is null ? "" : "-" + coding)}\"");
        return TypedResults.PhysicalFile(
            file.PhysicalPath, WithCharset(type), fileDownloadName: null, file.LastModified, new EntityTagHeaderValue(tag),
            enableRangeProcessing: true);
    }

    /// <summary>
    /// The file that answers a path: itself, or the page for its places, which have names of devices in them, with dots. Null for a file
    /// that is not there.
    /// </summary>
    private string? PathOf(string path)
    {
        if (files.GetFileInfo(path) is { Exists: true, IsDirectory: false }) return path;
        if (IsNamedByContent(path)) return null;
        var isPlace = path.StartsWith("/device/", StringComparison.Ordinal) || !path.AsSpan(path.LastIndexOf('/') + 1).Contains('.');
        return isPlace ? Shell : null;
    }

    private (IFileInfo File, string? Coding) Pick(string path, IHeaderDictionary headers)
    {
        // A range of what is compressed is of use to nobody.
        if (headers.Range.Count == 0 && StringWithQualityHeaderValue.TryParseList(headers.AcceptEncoding, out var accepted))
        {
            foreach (var (coding, suffix) in Codings)
            {
                if (Accepts(accepted, coding) && files.GetFileInfo(path + suffix) is { Exists: true } packed) return (packed, coding);
            }
        }
        return (files.GetFileInfo(path), null);
    }

    // A coding that is named counts before a star that means all others; quality 0 is a no.
    private static bool Accepts(IList<StringWithQualityHeaderValue> accepted, string coding)
    {
        var named = accepted.FirstOrDefault(a => a.Value.Equals(coding, StringComparison.OrdinalIgnoreCase))
            ?? accepted.FirstOrDefault(a => a.Value == "*");
        return named is not null && named.Quality is not 0;
    }

    private static bool IsPacked(string path) => Codings.Any(c => path.EndsWith(c.Suffix, StringComparison.Ordinal));

    private static bool IsNamedByContent(string path) => path.StartsWith("/assets/", StringComparison.Ordinal);

    private static string WithCharset(string type) =>
        type.StartsWith("text/", StringComparison.Ordinal) || type is "application/manifest+json" ? type + "; charset=utf-8" : type;
}
