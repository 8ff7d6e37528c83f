using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;

namespace Gatehouse.Sdk.Hub;

/// <summary>Sends requests to one hub and turns every way in which they fail into the documented exceptions. Any thread.</summary>
internal sealed class HubRequests(Uri root, HttpClient http, TimeProvider time, string? token = null)
{
    /// <summary>How long a plain request may take: longer than the hub waits for an owner to confirm a write.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private const string NoToken =
        "the hub takes nobody without a token; HubClient.OfThisMachine() finds the one of a hub on this machine, and another hub's is in "
        + "the file 'token' of its data directory";

    private const string WrongToken =
        "the token is not the hub's; the right one is in the file 'token' of its data directory";

    private const string ProblemType = "application/problem+json";

    public Uri Root => root;

    public TimeProvider Time => time;

    public HttpRequestMessage Get(string path) => Request(HttpMethod.Get, path, body: null);

    public HttpRequestMessage Request(HttpMethod method, string path, ReadOnlyMemory<byte>? body)
    {
        var request = new HttpRequestMessage(method, new Uri(root, path));
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (body is { } bytes)
        {
            request.Content = new ReadOnlyMemoryContent(bytes);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }
        return request;
    }

    /// <summary>Sends it and hands the whole answer to <paramref name="read"/>, which may throw a <see cref="JsonException"/>.</summary>
    public Task<T> AskAsync<T>(
        HttpRequestMessage request, Func<HttpResponseMessage, ReadOnlyMemory<byte>, T> read, CancellationToken stop) =>
        AskAsync(request, read, Patience, stop);

    /// <inheritdoc cref="AskAsync{T}(HttpRequestMessage, Func{HttpResponseMessage, ReadOnlyMemory{byte}, T}, CancellationToken)"/>
    public async Task<T> AskAsync<T>(
        HttpRequestMessage request, Func<HttpResponseMessage, ReadOnlyMemory<byte>, T> read, TimeSpan patience, CancellationToken stop)
    {
        using (request)
        using (var response = await SendAsync(request, HttpCompletionOption.ResponseContentRead, patience, stop).ConfigureAwait(false))
        {
            var body = await response.Content.ReadAsByteArrayAsync(stop).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode) throw Refusal(response, body);
            try
            {
                return read(response, body);
            }
            catch (JsonException e)
            {
                throw new HubAnswerException(root, e.Message, e);
            }
        }
    }

    /// <summary>Sends it and returns as soon as the answer begins. The caller disposes of the answer.</summary>
    public async Task<HttpResponseMessage> OpenAsync(HttpRequestMessage request, CancellationToken stop)
    {
        using (request)
        {
            var response = await SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Patience, stop).ConfigureAwait(false);
            if (response.IsSuccessStatusCode) return response;
            using (response)
            {
                var body = await WithinAsync(Patience, response.Content.ReadAsByteArrayAsync, stop).ConfigureAwait(false);
                throw Refusal(response, body);
            }
        }
    }

    /// <summary>Reads some of an answer that comes bit by bit; 0 at its end.</summary>
    /// <exception cref="HubUnreachableException">The connection broke, or fell silent.</exception>
    public async Task<int> ReadAsync(PatientStream stream, Memory<byte> buffer, CancellationToken stop)
    {
        try
        {
            stream.BeginEvent();
            return await stream.ReadAsync(buffer, stop).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw Failure(e);
        }
        catch (OperationCanceledException e) when (!stop.IsCancellationRequested)
        {
            throw new HubUnreachableException(root, "it has fallen silent", e);
        }
    }

    /// <summary>What a failed connection or a stream that broke off means to the caller.</summary>
    public GatehouseException Failure(Exception e) => e switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } =>
            new HubAnswerException(root, "it does not speak HTTP", e),
        { InnerException: SocketException inner } => new HubUnreachableException(root, inner.Message, e),
        _ => new HubUnreachableException(root, e.Message, e),
    };

    private Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, HttpCompletionOption completion, TimeSpan patience, CancellationToken stop) =>
        WithinAsync(patience, either => http.SendAsync(request, completion, either), stop);

    private async Task<T> WithinAsync<T>(TimeSpan patience, Func<CancellationToken, Task<T>> act, CancellationToken stop)
    {
        using var deadline = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, deadline.Token);
        try
        {
            return await act(either.Token).ConfigureAwait(false);
        }
        catch (HttpRequestException e)
        {
            throw Failure(e);
        }
        catch (OperationCanceledException e) when (!stop.IsCancellationRequested)
        {
            throw new HubUnreachableException(root, "it did not answer in time", e);
        }
    }

    private GatehouseException Refusal(HttpResponseMessage response, byte[] body)
    {
        var status = (int)response.StatusCode;
        if (response.StatusCode == HttpStatusCode.Unauthorized && response.Headers.WwwAuthenticate.Any(h => h.Scheme == "Bearer"))
        {
            return new HubRefusedException(status, "Not let in", token is null ? NoToken : WrongToken);
        }
        if (response.Content.Headers.ContentType?.MediaType == ProblemType && TryReadProblem(body) is { } problem)
        {
            return new HubRefusedException(status, problem.Title ?? $"Status {status}", problem.Detail);
        }
        return response.StatusCode == HttpStatusCode.NotFound || status < 400
            ? new HubAnswerException(root, $"it answers with status {status} where a hub has its API")
            : new HubRefusedException(status, $"Status {status}", response.ReasonPhrase is { Length: > 0 } phrase ? phrase : null);
    }

    private static ProblemDocument? TryReadProblem(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, HubJson.Default.ProblemDocument);
        }
        catch (JsonException)
        {
            return null; // then the status alone is what is known
        }
    }
}
