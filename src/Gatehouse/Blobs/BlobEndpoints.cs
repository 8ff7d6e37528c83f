using Gatehouse.Runtime;
using Gatehouse.Runtime.Configuration;
using Gatehouse.Sdk.Values;
using Gatehouse.Tree;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace Gatehouse.Blobs;

/// <summary><c>/api/blobs</c>: images and other things too large for a value.</summary>
internal static class BlobEndpoints
{
    public const string Path = "/api/blobs";

    private const string Folder = "blobs";

    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    public static IServiceCollection AddBlobs(this IServiceCollection services)
    {
        services.AddSingleton(provider =>
        {
            var tree = provider.GetRequiredService<ValueTree>();
            return new BlobStore(
                System.IO.Path.Combine(provider.GetRequiredService<DataDirectory>().Path, Folder),
                provider.GetRequiredService<Settings>().Get<BlobOptions>(),
                () => NamedBlobs.In(tree.Snapshot(KeyFilter.All, new Origin(Folder)).Entries),
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<BlobStore>>());
        });
        services.ConfigureHttpJsonOptions(o => o.SerializerOptions.TypeInfoResolverChain.Add(BlobJson.Default));
        return services;
    }

    public static IEndpointRouteBuilder MapBlobs(this IEndpointRouteBuilder routes)
    {
        // Made now, so that what the last run left half written goes at the start and not with somebody's first picture.
        routes.ServiceProvider.GetRequiredService<BlobStore>();
        var blobs = routes.MapGroup(Path).WithTags("blobs");
        blobs.MapPost("", StoreAsync)
            .WithSummary("Stores the body and answers what a value says of it. Answers when it is on disk; the same bytes are one blob.")
            .Accepts<byte[]>(BlobType.All[0].MediaType, [.. BlobType.All.Skip(1).Select(t => t.MediaType)])
            .Produces<BlobDocument>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge).ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status507InsufficientStorage);
        blobs.MapMethods("{id}", Reading, Get)
            .WithSummary("The bytes of a blob. Pictures come as what they are, all else to be saved.")
            .Produces(StatusCodes.Status200OK, contentType: BlobType.Bytes.MediaType)
            .ProducesProblem(StatusCodes.Status404NotFound);
        return routes;
    }

    private static async Task<IResult> StoreAsync(HttpContext http, BlobStore store, CancellationToken stop)
    {
        // Routing has let pass those types alone that the endpoint accepts.
        var type = BlobType.TryParse(http.Request.ContentType, out var named) ? named : BlobType.Bytes;
        // The store counts itself, and says which option allows more.
        http.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = null;
        try
        {
            var document = BlobDocument.Of(await store.StoreAsync(http.Request.Body, type, stop));
            return TypedResults.Created($"{Path}/{document.Id}", document);
        }
        catch (BlobException e)
        {
            var (status, title) = e.Fault switch
            {
                BlobFault.TooLarge => (StatusCodes.Status413PayloadTooLarge, "Too large"),
                BlobFault.Empty => (StatusCodes.Status400BadRequest, "Empty"),
                BlobFault.NotOfType => (StatusCodes.Status415UnsupportedMediaType, "Not of this type"),
                _ => (StatusCodes.Status507InsufficientStorage, "Not stored"),
            };
            return Problems.Of(status, title, e.Message);
        }
    }

    private static IResult Get(string id, HttpContext http, BlobStore store)
    {
        if (!BlobId.IsValid(id) || store.Find(id) is not var (blob, file)) return NotFound();
        var headers = http.Response.Headers;
        // Whatever the bytes are, a browser runs nothing of them.
        headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
        // An address never changes its meaning, yet who has signed out sees nothing any more: so the browser asks, and is told by the tag.
        headers.CacheControl = "private, no-cache";
        return TypedResults.PhysicalFile(
            file,
            blob.Type.MediaType,
            blob.Type.IsPicture ? null : $"{blob.Id}.{blob.Type.Extension}",
            lastModified: null,
            new EntityTagHeaderValue($"\"{blob.Id}\""),
            enableRangeProcessing: true);
    }

    private static ProblemHttpResult NotFound() => Problems.Of(
        StatusCodes.Status404NotFound, "No such blob", "there is no blob of this id, or it went to make room for newer ones");
}
