using System.Net.Http.Headers;
using System.Text.Json;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Hub;

/// <summary>Bytes too large for a value, such as a camera's picture, that a hub stores. Any thread.</summary>
/// <remarks>Methods fail as those of <see cref="HubClient"/> do.</remarks>
public sealed class HubBlobs
{
    private readonly HubRequests _requests;

    internal HubBlobs(HubRequests requests) => _requests = requests;

    /// <summary>Stores bytes; returns when they are on the hub's disk. The same bytes again are the same blob.</summary>
    /// <param name="content">Read to its end; stays open. What it throws goes through.</param>
    /// <param name="type">
    /// <c>image/jpeg</c>, <c>image/png</c>, <c>image/webp</c>, <c>image/gif</c>, <c>image/avif</c>, or for all else
    /// <c>application/octet-stream</c>.
    /// </param>
    /// <param name="stop">Stops in the middle; nothing is stored then, or all of it.</param>
    public Task<HubBlob> StoreAsync(Stream content, string type, CancellationToken stop = default)
    {
        var request = _requests.Request(HttpMethod.Post, "api/blobs", body: null);
        request.Content = new StreamContent(content);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return _requests.AskAsync(
            request,
            (_, body) => JsonSerializer.Deserialize(body.Span, HubJson.Default.HubBlob) ?? throw new JsonException("its blob is null"),
            Timeout.InfiniteTimeSpan,
            stop);
    }

    /// <summary>Opens a blob to be read; null when there is none of this id any more. The caller disposes of it.</summary>
    /// <exception cref="ArgumentException">No address can carry the id.</exception>
    public async Task<Stream?> OpenAsync(string id, CancellationToken stop = default)
    {
        try
        {
            var response = await _requests.OpenAsync(_requests.Get("api/blobs/" + HubPath.Escape(id)), stop).ConfigureAwait(false);
            return await response.Content.ReadAsStreamAsync(stop).ConfigureAwait(false);
        }
        catch (HubRefusedException e) when (e.Status == 404)
        {
            return null;
        }
    }
}

/// <summary>A blob that a hub stores.</summary>
/// <param name="Blob">Its id: the SHA-256 of its bytes, as 64 hexadecimal digits.</param>
/// <param name="Type">Its media type.</param>
/// <param name="Size">How many bytes it has.</param>
public sealed record HubBlob(string Blob, string Type, long Size)
{
    /// <summary>The value that names it: what to set a key to, so that the page shows the picture.</summary>
    public Value ToValue() => Value.FromJson(JsonSerializer.SerializeToUtf8Bytes(this, HubJson.Default.HubBlob));
}
