using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gatehouse.Parts;
using Gatehouse.Requests.Callbacks;
using Gatehouse.Requests.Import;
using Gatehouse.Requests.Store;
using Gatehouse.Runtime;
using Gatehouse.Security;
using Gatehouse.Storage;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gatehouse.Requests;

/// <summary><c>/api/requests</c>: durable requests, their answers, and what becomes of them.</summary>
internal static class RequestsEndpoints
{
    public const string Path = "/api/requests";

    private const double LongestWait = 60;
    private const int UsualLimit = 100, MostListed = 1000;

    /// <summary>Adds what HTTP has of requests: callbacks, the import, and the store. Behind the requests themselves.</summary>
    public static IServiceCollection AddRequestsApi(this IServiceCollection services)
    {
        services.AddSingleton(CallbackTables.Migrations);
        services.AddSingleton(StoreTables.Migrations);
        services.TryAddSingleton<CallbackSender>();
        services.AddSingleton<IPart>(provider => provider.GetRequiredService<CallbackSender>());
        services.TryAddSingleton(provider =>
            new KeptValues(provider.GetRequiredService<HubDatabase>(), provider.GetRequiredService<RequestOptions>().Store));
        services.TryAddSingleton<StoreService>(provider => new StoreService(provider.GetRequiredService<KeptValues>()));
        services.AddSingleton<IPart, StorePart>();
        services.ConfigureHttpJsonOptions(o =>
        {
            o.SerializerOptions.TypeInfoResolverChain.Add(RequestsJson.Default);
            o.SerializerOptions.TypeInfoResolverChain.Add(RequestImportJson.Default);
        });
        return services;
    }

    public static IEndpointRouteBuilder MapRequests(this IEndpointRouteBuilder routes)
    {
        var requests = routes.MapGroup(Path).WithTags("requests").AddEndpointFilter(TellTroubleAsync);
        requests.MapPost("", PostAsync)
            .WithSummary("Keeps a request on disk and delivers it to its service until that answers. With an id of the caller's own, "
                + "asking twice does no more than asking once. ?wait= waits for the answer.")
            .Accepts<NewRequestDocument>("application/json")
            .Produces<RequestDocument>().Produces<RequestDocument>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        requests.MapGet("", List)
            .WithSummary("Requests, newest first, without their frames.")
            .Produces<RequestDocument[]>().ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        requests.MapGet("{id}", GetAsync)
            .WithSummary("A request with its answer, or as far as it is. ?wait= waits for its end.")
            .Produces<RequestDocument>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        requests.MapDelete("{id}", DeleteAsync)
            .WithSummary("Closes a request: it and its answer are forgotten. One that is pending is not delivered again.")
            .Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        requests.MapDelete("", DeleteAllAsync)
            .WithSummary("Closes all requests for a service, or those of one state.")
            .Produces<ClosedDocument>().ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        requests.MapPost("import", ImportAsync)
            .WithSummary("Takes in requests of another database, one on a line, as 'gatehouse requests import' sends them. What the hub "
                + "has already is left as it is.")
            .Accepts<string>(RequestLine.MediaType)
            .Produces<RequestImportDocument>();
        return routes;
    }

    private static async ValueTask<object?> TellTroubleAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (StorageException e)
        {
            return NotStored(e);
        }
    }

    private static ProblemHttpResult NotStored(StorageException e) => e.Fault == StorageFault.Full
        ? Problems.Of(StatusCodes.Status507InsufficientStorage, "Not stored", e.Message)
        : Problems.Of(StatusCodes.Status503ServiceUnavailable, "Not kept", e.Message);

    private static async Task<IResult> PostAsync(
        [Description("Seconds to wait for the answer, at most 60.")] double? wait,
        RequestQueue queue, CallbackSender callbacks, RequestOptions options, IAccess access, IHostApplicationLifetime lifetime,
        HttpContext http)
    {
        if (!IsWait(wait)) return BadWait();
        var most = Math.Max(JsonBody.MaxBytes, options.MaxMessage * 2L);
        if (await JsonBody.ReadLargeAsync(http.Request, most, http.RequestAborted) is not { } body)
        {
            return Problems.BadRequest($"a request has at most {options.MaxMessage} bytes (option requests.maxMessage)");
        }
        if (!RequestBody.TryRead(body, out var asked, out var reason)) return Problems.BadRequest(reason);
        var origin = HttpOrigin.Of(http);
        if (!access.MayCall(origin, asked.Service))
        {
            return Problems.Of(StatusCodes.Status403Forbidden, "Forbidden", $"you may not call '{asked.Service}'");
        }
        if (asked.Callback is { } callback)
        {
            if (callbacks.Refusal(callback) is { } refusal) return Problems.BadRequest(refusal);
            if (callbacks.IsFull)
            {
                return Full($"{options.MaxCallbacks} requests wait for their callback already (option requests.maxCallbacks)");
            }
        }
        var accepted = await queue.AcceptAsync(
            new NewRequest(asked.Id, asked.Service, asked.Frames, origin.Text, asked.Callback), http.RequestAborted);
        switch (accepted.Status)
        {
            case AcceptStatus.Accepted or AcceptStatus.Known:
                break;
            case AcceptStatus.Conflict:
                return Problems.Of(StatusCodes.Status409Conflict, "Another request", accepted.Reason);
            case AcceptStatus.Invalid:
                return Problems.BadRequest(accepted.Reason ?? "");
            case AcceptStatus.Full:
                return Full(accepted.Reason);
            default:
                return NotKept(accepted.Reason);
        }
        if (asked.Callback is not null) callbacks.Watch(accepted.Id, asked.Callback);
        http.Response.Headers.Location = $"{Path}/{Uri.EscapeDataString(accepted.Id)}";
        var found = wait > 0 ? await WaitAsync(queue, accepted.Id, wait.Value, http, lifetime) : null;
        if (found is { State: not RequestState.Pending }) return Show(found, callbacks, StatusCodes.Status200OK);
        return JsonBody.Write(
            writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("id"u8, accepted.Id);
                writer.WriteEndObject();
            },
            accepted.Status == AcceptStatus.Known ? StatusCodes.Status200OK : StatusCodes.Status202Accepted);
    }

    private static IResult List(
        [Description("pending, answered, failed or expired; all, if left out.")] string? state,
        [Description("The service's name, or with a dot at its end what the name starts with.")] string? service,
        [Description("The id of the last one of an earlier answer: those older than that.")] string? after,
        [Description("How many, at most 1000; 100, if left out.")] int? limit,
        RequestQueue queue)
    {
        if (!TryReadState(state, out var only)) return BadState();
        if (limit is < 1 or > MostListed) return Problems.BadRequest($"limit is a number from 1 to {MostListed}");
        var found = queue.List(new RequestQuery(only, service, after, limit ?? UsualLimit));
        return JsonBody.Write(writer =>
        {
            writer.WriteStartArray();
            foreach (var request in found) RequestText.Write(writer, request, withFrames: false);
            writer.WriteEndArray();
        });
    }

    private static async Task<IResult> GetAsync(
        string id,
        [Description("Seconds to wait for the request's end, at most 60.")] double? wait,
        RequestQueue queue, CallbackSender callbacks, IHostApplicationLifetime lifetime, HttpContext http)
    {
        if (!IsWait(wait)) return BadWait();
        var found = await WaitAsync(queue, id, wait ?? 0, http, lifetime);
        return found is null ? NotFound(id) : Show(found, callbacks, StatusCodes.Status200OK);
    }

    private static async Task<IResult> DeleteAsync(string id, RequestQueue queue, HttpContext http) =>
        await queue.CloseAsync(id, http.RequestAborted) ? TypedResults.NoContent() : NotFound(id);

    private static async Task<IResult> DeleteAllAsync(
        [Description("The service's name, or with a dot at its end what the name starts with.")] string? service,
        [Description("pending, answered, failed or expired; all, if left out.")] string? state,
        RequestQueue queue, HttpContext http)
    {
        if (!Services.ServiceName.TryParse(service ?? "", out _))
        {
            return Problems.BadRequest($"service names whose requests to close, all or those of one ?state=; {Services.ServiceName.Rule}");
        }
        if (!TryReadState(state, out var only)) return BadState();
        return TypedResults.Ok(new ClosedDocument(
            await queue.CloseAllAsync(new RequestQuery(only, service, After: null, Limit: 0), http.RequestAborted)));
    }

    private static async Task<IResult> ImportAsync(
        RequestQueue queue, CallbackSender callbacks, RequestOptions options, HttpContext http)
    {
        http.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = null;
        return TypedResults.Ok(await new RequestImporter(queue, callbacks, options).RunAsync(http.Request.BodyReader, http.RequestAborted));
    }

    // A hub that stops answers those who wait with what there is.
    private static async Task<StoredRequest?> WaitAsync(
        RequestQueue queue, string id, double seconds, HttpContext http, IHostApplicationLifetime lifetime)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            http.RequestAborted, lifetime.ApplicationStopping, http.Features.Get<Visitor>()?.Session?.Ended ?? CancellationToken.None);
        try
        {
            return await queue.WaitAsync(id, TimeSpan.FromSeconds(seconds), either.Token);
        }
        catch (OperationCanceledException) when (!http.RequestAborted.IsCancellationRequested)
        {
            return queue.Find(id);
        }
    }

    private static IResult Show(StoredRequest request, CallbackSender callbacks, int status)
    {
        var callback = request.Callback is null ? null : callbacks.Find(request.Id);
        return JsonBody.Write(writer => RequestText.Write(writer, request, withFrames: true, callback), status);
    }

    private static bool TryReadState(string? text, out RequestState? state)
    {
        state = text is null ? null : RequestText.StateOf(text);
        return text is null || state is not null;
    }

    private static ProblemHttpResult BadState() => Problems.BadRequest("state is one of pending, answered, failed, expired");

    private static bool IsWait(double? wait) => wait is null or (>= 0 and <= LongestWait);

    private static ProblemHttpResult BadWait() => Problems.BadRequest($"wait is in seconds, at most {LongestWait:0}");

    private static ProblemHttpResult Full(string? reason) => Problems.Of(StatusCodes.Status503ServiceUnavailable, "Full", reason);

    private static ProblemHttpResult NotKept(string? reason) =>
        Problems.Of(StatusCodes.Status503ServiceUnavailable, "Not kept", reason);

    private static ProblemHttpResult NotFound(string id) => Problems.Of(
        StatusCodes.Status404NotFound, "No such request",
        $"there is no request with the id '{Sdk.Values.KeySegment.ForDisplay(id)}'; it was closed, or its time was over");
}

/// <summary>The body of a POST as the API's description shows it; <see cref="RequestBody"/> reads the real ones.</summary>
internal sealed record NewRequestDocument(
    [property: Description("Who is to answer it; nobody needs to offer that yet.")] string Service,
    [property: Description("What the service is given: an array is one frame for each element, anything else one frame.")]
    JsonElement? Frames,
    [property: Description("The caller's own id, 1 to 128 visible characters; the hub makes one, if left out.")] string? Id,
    [property: Description("An address that the hub posts the ended request to.")] string? Callback);

/// <summary>A request as the API's description shows it; <see cref="RequestText"/> writes the real ones.</summary>
internal sealed record RequestDocument(
    string Id,
    string? Service,
    [property: Description("pending, answered, failed or expired.")] string? State,
    [property: Description("How often it was delivered, or may have been.")] int? Attempts,
    DateTime? Accepted,
    [property: Description("When it stopped being pending.")] DateTime? Ended,
    [property: Description("Why it failed or expired, or why the last delivery of a pending one failed.")] string? Reason,
    [property: Description("Who asked.")] string? Peer,
    CallbackDocument? Callback,
    [property: Description("The frames of the request.")] JsonElement[]? Request,
    [property: Description("The frames of the answer.")] JsonElement[]? Frames);

/// <summary>What became of many.</summary>
internal sealed record ClosedDocument([property: Description("How many were closed.")] long Closed);

/// <summary>A callback in it.</summary>
internal sealed record CallbackDocument(
    string Url,
    [property: Description("waiting, delivered or failed.")] string? State,
    [property: Description("How often it was tried.")] int? Tries,
    [property: Description("When it is tried next.")] DateTime? Next,
    [property: Description("Why the last try failed.")] string? Reason);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(NewRequestDocument))]
[JsonSerializable(typeof(RequestDocument))]
[JsonSerializable(typeof(RequestDocument[]))]
[JsonSerializable(typeof(ClosedDocument))]
internal sealed partial class RequestsJson : JsonSerializerContext;
