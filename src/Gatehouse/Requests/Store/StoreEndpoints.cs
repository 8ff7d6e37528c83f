using System.Security.Cryptography;
using System.Text.Unicode;
using Gatehouse.Runtime;
using Gatehouse.Security;
using Gatehouse.Storage;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace Gatehouse.Requests.Store;

/// <summary><c>/api/store</c>: the values of <c>titanic.store</c>, as bytes.</summary>
internal static class StoreEndpoints
{
    public const string Path = "/api/store";

    public const string BytesType = "application/octet-stream";
    public const string TextType = "text/plain";

    private const int UsualLimit = 1000, MostNames = 10_000;

    public static IEndpointRouteBuilder MapStore(this IEndpointRouteBuilder routes)
    {
        var store = routes.MapGroup(Path).WithTags("store").AddEndpointFilter(AskAccessAsync);
        store.MapGet("", (KeptValues values, string? after, int? limit) =>
                List(limit, most => values.Services(after ?? "", most), isThere: null))
            .WithSummary("The services that the store has values of, in the order of their names; ?after= goes on behind one, ?limit= is "
                + "how many.")
            .Produces<string[]>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        store.MapGet("{service}", (string service, KeptValues values, string? after, int? limit) =>
                List(limit, most => values.Sections(service, after ?? "", most), () => values.Sections(service, "", 1).Count > 0))
            .WithSummary("The sections of a service, likewise.")
            .Produces<string[]>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        store.MapGet("{service}/{section}", (string service, string section, KeptValues values, string? after, int? limit) =>
                List(limit, most => values.Keys(service, section, after ?? "", most), isThere: null))
            .WithSummary("The keys of a section, likewise.")
            .Produces<string[]>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        store.MapGet("{service}/{section}/{key}", Get)
            .WithSummary("A value: text, where its bytes are UTF-8. Its ETag is for If-Match.")
            .Produces(StatusCodes.Status200OK, contentType: BytesType, additionalContentTypes: [TextType])
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        store.MapPut("{service}/{section}/{key}", PutAsync)
            .WithSummary("Sets a value to the body's bytes. Answers when it is on disk. If-Match: only while it is what that ETag names; "
                + "If-None-Match: * only if there is none.")
            .Accepts<byte[]>(BytesType, TextType, "application/json")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge).ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .ProducesProblem(StatusCodes.Status507InsufficientStorage);
        store.MapDelete("{service}/{section}/{key}", DeleteAsync)
            .WithSummary("Deletes a value; If-Match as above.")
            .Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        store.MapDelete("{service}/{section}", (string service, string section, KeptValues values, CancellationToken stop) =>
                DeleteAllAsync(values, service, section, stop))
            .WithSummary("Deletes a section with all its keys.")
            .Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        store.MapDelete("{service}", (string service, KeptValues values, CancellationToken stop) =>
                DeleteAllAsync(values, service, null, stop))
            .WithSummary("Deletes all that the store has of a service.")
            .Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        return routes;
    }

    // Whoever may call the service may do the same here.
    private static async ValueTask<object?> AskAccessAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (!http.RequestServices.GetRequiredService<IAccess>().MayCall(HttpOrigin.Of(http), StoreService.ServiceName))
        {
            return Problems.Of(StatusCodes.Status403Forbidden, "Forbidden", $"you may not call '{StoreService.ServiceName}'");
        }
        // A path keeps this escape, as the only one, so it could not be told from %252F, which is a name with a percent sign.
        if (http.Features.Get<IHttpRequestFeature>()?.RawTarget is { } target
            && target.AsSpan(0, target.IndexOf('?') is var end and >= 0 ? end : target.Length)
                .Contains("%2F", StringComparison.OrdinalIgnoreCase))
        {
            return Problems.BadRequest(StoreName.Rule);
        }
        try
        {
            return await next(context);
        }
        catch (StorageException e) when (e.Fault == StorageFault.Full)
        {
            return Problems.Of(StatusCodes.Status507InsufficientStorage, "Not stored", e.Message);
        }
        catch (StorageException e)
        {
            return Problems.Of(StatusCodes.Status503ServiceUnavailable, "Not kept", e.Message);
        }
    }

    private static IResult List(int? limit, Func<int, IReadOnlyList<string>?> read, Func<bool>? isThere)
    {
        if (limit is < 1 or > MostNames) return Problems.BadRequest($"limit is 1 to {MostNames}");
        var names = read(limit ?? UsualLimit);
        if (names is null || (names.Count == 0 && isThere?.Invoke() == false)) return NotFound();
        return JsonBody.Write(writer =>
        {
            writer.WriteStartArray();
            foreach (var name in names) writer.WriteStringValue(name);
            writer.WriteEndArray();
        });
    }

    private static IResult Get(string service, string section, string key, HttpContext http, KeptValues values)
    {
        if (values.Get(new StoreKey(service, section, key)) is not { } value) return NotFound();
        var headers = http.Response.Headers;
        // Whatever the bytes are, a browser runs nothing of them.
        headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
        headers.CacheControl = "private, no-cache";
        var type = Utf8.IsValid(value) ? TextType + "; charset=utf-8" : BytesType;
        return TypedResults.Bytes(value, type, entityTag: new EntityTagHeaderValue(TagOf(value)));
    }

    private static async Task<IResult> PutAsync(string service, string section, string key, HttpContext http, KeptValues values)
    {
        if (!new[] { service, section, key }.All(StoreName.IsValid)) return Problems.BadRequest(StoreName.Rule);
        if (!TryReadCondition(http.Request, out var condition, out var wrong)) return Problems.BadRequest(wrong!);
        var most = values.Options.MaxValue;
        if (await JsonBody.ReadLargeAsync(http.Request, most, http.RequestAborted) is not { } body) return TooLarge(values);
        return await values.SetAsync(new StoreKey(service, section, key), body, condition, http.RequestAborted) switch
        {
            StoreOutcome.Done => Done(http, body.Span),
            StoreOutcome.Differs => Differs(),
            StoreOutcome.TooLarge => TooLarge(values),
            _ => Problems.Of(
                StatusCodes.Status507InsufficientStorage, "Not stored",
                "the store is full; delete what is not needed, or raise the options requests.store.maxEntries and requests.store.maxSize"),
        };
    }

    private static async Task<IResult> DeleteAsync(string service, string section, string key, HttpContext http, KeptValues values)
    {
        if (!TryReadCondition(http.Request, out var condition, out var wrong)) return Problems.BadRequest(wrong!);
        return await values.DeleteAsync(new StoreKey(service, section, key), condition, http.RequestAborted) switch
        {
            StoreOutcome.Done => TypedResults.NoContent(),
            StoreOutcome.Differs => Differs(),
            _ => NotFound(),
        };
    }

    private static async Task<IResult> DeleteAllAsync(KeptValues values, string service, string? section, CancellationToken stop) =>
        await values.DeleteAsync(service, section, stop) == StoreOutcome.Done ? TypedResults.NoContent() : NotFound();

    private static NoContent Done(HttpContext http, ReadOnlySpan<byte> value)
    {
        http.Response.Headers.ETag = TagOf(value);
        return TypedResults.NoContent();
    }

    private static bool TryReadCondition(HttpRequest request, out Func<byte[]?, bool>? condition, out string? wrong)
    {
        condition = null;
        wrong = null;
        var (match, none) = (request.Headers.IfMatch, request.Headers.IfNoneMatch);
        if (match.Count == 0 && none.Count == 0) return true;
        if (match.Count == 0 && none is ["*"]) condition = found => found is null;
        else if (none.Count == 0 && match is ["*"]) condition = found => found is not null;
        else if (none.Count == 0 && match is [{ } tag] && EntityTagHeaderValue.TryParse(tag, out var parsed) && !parsed.IsWeak)
        {
            condition = found => found is not null && TagOf(found) == parsed.Tag;
        }
        else wrong = "If-Match is the ETag of a value or *, If-None-Match is *; one of the two";
        return wrong is null;
    }

    private static string TagOf(ReadOnlySpan<byte> value)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(value, hash);
        return $"\"{Convert.ToHexStringLower(hash[..16])}\"";
    }

    private static ProblemHttpResult NotFound() => Problems.Of(
        StatusCodes.Status404NotFound, "Not in the store", "the store has nothing there; 'gatehouse store list' shows what it has");

    private static ProblemHttpResult Differs() => Problems.Of(
        StatusCodes.Status412PreconditionFailed, "Another value",
        "the value is another than was expected; read it again, then try again with its ETag");

    private static ProblemHttpResult TooLarge(KeptValues values) => Problems.Of(
        StatusCodes.Status413PayloadTooLarge, "Too large",
        $"a value in the store has at most {values.Options.MaxValue} bytes (option requests.store.maxValue)");
}
