using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Hub;

/// <summary>The durable requests of a hub: kept on its disk until they are answered, whatever ends meanwhile. Any thread.</summary>
/// <remarks>Methods fail as those of <see cref="HubClient"/> do.</remarks>
public sealed class HubDurable
{
    /// <summary>The longest that a hub waits for an answer at once.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    private readonly HubRequests _requests;

    internal HubDurable(HubRequests requests) => _requests = requests;

    /// <summary>Has a request kept and delivered until its service answers.</summary>
    /// <param name="service">Who is to answer it; nobody needs to offer that yet.</param>
    /// <param name="frames">What it is given: text and bytes bare, other values as JSON.</param>
    /// <param name="id">An id of your own, which makes asking twice harmless; null for one that the hub makes.</param>
    /// <param name="callback">An address that the hub posts the ended request to; null for none.</param>
    /// <param name="wait">How long to wait for the answer, at most <see cref="LongestWait"/>; null not at all.</param>
    /// <param name="stop">Stops waiting. Whether the request was kept is then not known.</param>
    /// <returns>The request as far as it is; of one that is pending its id alone.</returns>
    public Task<HubRequest> RequestAsync(
        string service, IReadOnlyList<Value> frames, string? id = null, string? callback = null, TimeSpan? wait = null,
        CancellationToken stop = default) =>
        RequestJsonAsync(service, HubBodies.Write(frames), id, callback, wait, stop);

    /// <summary>
    /// As <see cref="RequestAsync"/>, with the frames as a JSON document: an array is one frame for each element, anything else one frame,
    /// no bytes no frame.
    /// </summary>
    /// <inheritdoc cref="RequestAsync"/>
    public Task<HubRequest> RequestJsonAsync(
        string service, ReadOnlyMemory<byte> frames, string? id = null, string? callback = null, TimeSpan? wait = null,
        CancellationToken stop = default)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(body, JsonStyle.Trusted))
        {
            writer.WriteStartObject();
            writer.WriteString("service"u8, service);
            if (!frames.Span.Trim(" \t\r\n"u8).IsEmpty)
            {
                writer.WritePropertyName("frames"u8);
                writer.WriteRawValue(frames.Span);
            }
            if (id is not null) writer.WriteString("id"u8, id);
            if (callback is not null) writer.WriteString("callback"u8, callback);
            writer.WriteEndObject();
        }
        var request = _requests.Request(HttpMethod.Post, "api/requests" + WaitOf(wait), body.WrittenMemory);
        return _requests.AskAsync(request, (_, answer) => HubRequest.Read(answer), HubRequests.Patience + (wait ?? TimeSpan.Zero), stop);
    }

    /// <summary>A request with its answer, as far as it is; null when there is none of this id.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="wait">How long to wait until it is not pending, at most <see cref="LongestWait"/>; null not at all.</param>
    /// <param name="stop">Stops waiting.</param>
    /// <exception cref="ArgumentException">No address can carry the id.</exception>
    public async Task<HubRequest?> GetAsync(string id, TimeSpan? wait = null, CancellationToken stop = default)
    {
        try
        {
            var request = _requests.Get(PathOf(id) + WaitOf(wait));
            return await _requests.AskAsync(
                request, (_, body) => HubRequest.Read(body), HubRequests.Patience + (wait ?? TimeSpan.Zero), stop).ConfigureAwait(false);
        }
        catch (HubRefusedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    /// <summary>A request as soon as it is not pending, however long that takes; null when there is none of this id.</summary>
    /// <exception cref="ArgumentException">No address can carry the id.</exception>
    public async Task<HubRequest?> WaitAsync(string id, CancellationToken stop = default)
    {
        while (true)
        {
            var found = await GetAsync(id, LongestWait, stop).ConfigureAwait(false);
            if (found is not { State: HubRequestState.Pending }) return found;
        }
    }

    /// <summary>Requests, newest first, without their frames.</summary>
    /// <param name="state">Those of one state; null for all.</param>
    /// <param name="service">Those for one service, or with a dot at its end for all whose name starts so; null for all.</param>
    /// <param name="after">Those older than the one of this id; null from the newest on.</param>
    /// <param name="limit">How many at most, up to 1000; null for 100.</param>
    /// <param name="stop">Stops waiting.</param>
    public Task<IReadOnlyList<HubRequest>> ListAsync(
        HubRequestState? state = null, string? service = null, string? after = null, int? limit = null, CancellationToken stop = default)
    {
        var query = string.Join('&', (string[])
        [
            .. state is { } only ? (string[])[$"state={only.ToString().ToLowerInvariant()}"] : [],
            .. service is null ? [] : (string[])[$"service={Uri.EscapeDataString(service)}"],
            .. after is null ? [] : (string[])[$"after={Uri.EscapeDataString(after)}"],
            .. limit is { } most ? (string[])[string.Create(CultureInfo.InvariantCulture, $"limit={most}")] : [],
        ]);
        return _requests.AskAsync(_requests.Get($"api/requests?{query}"), (_, body) => HubRequest.ReadList(body), stop);
    }

    /// <summary>Closes a request: the hub forgets it and its answer. False when there is none of this id.</summary>
    /// <exception cref="ArgumentException">No address can carry the id.</exception>
    public async Task<bool> CloseAsync(string id, CancellationToken stop = default)
    {
        try
        {
            var request = _requests.Request(HttpMethod.Delete, PathOf(id), body: null);
            return await _requests.AskAsync(request, (_, _) => true, stop).ConfigureAwait(false);
        }
        catch (HubRefusedException e) when (e.Status == 404)
        {
            return false;
        }
    }

    /// <summary>Closes all requests for a service, however many; how many there were.</summary>
    /// <param name="service">The service's name, or with a dot at its end what the names start with.</param>
    /// <param name="state">Those of one state; null for all.</param>
    /// <param name="stop">Stops; what was closed until then stays closed.</param>
    public Task<long> CloseAllAsync(string service, HubRequestState? state = null, CancellationToken stop = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(service);
        var only = state is { } one ? $"&state={one.ToString().ToLowerInvariant()}" : "";
        var request = _requests.Request(HttpMethod.Delete, $"api/requests?service={Uri.EscapeDataString(service)}{only}", body: null);
        return _requests.AskAsync(
            request,
            (_, body) => JsonSerializer.Deserialize(body.Span, HubJson.Default.HubClosed)?.Closed
                ?? throw new JsonException("its report is null"),
            Timeout.InfiniteTimeSpan,
            stop);
    }

    /// <summary>Has requests of another database taken in, which come as lines that the hub's own command writes.</summary>
    internal Task<HubRequestImport> ImportAsync(Stream lines, CancellationToken stop)
    {
        var request = _requests.Request(HttpMethod.Post, "api/requests/import", body: null);
        request.Content = new StreamContent(lines);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        return _requests.AskAsync(
            request,
            (_, body) => JsonSerializer.Deserialize(body.Span, HubJson.Default.HubRequestImport)
                ?? throw new JsonException("its report is null"),
            Timeout.InfiniteTimeSpan,
            stop);
    }

    private static string PathOf(string id)
    {
        if (id.Length == 0) throw new ArgumentException("The request's id is empty.", nameof(id));
        return "api/requests/" + HubPath.Escape(id);
    }

    private static string WaitOf(TimeSpan? wait) => wait is { } time ? $"?wait={HubPath.Seconds(time)}" : "";
}
