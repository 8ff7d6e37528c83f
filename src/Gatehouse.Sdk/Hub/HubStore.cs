using System.Net.Http.Headers;
using System.Text.Json;

namespace Gatehouse.Sdk.Hub;

/// <summary>
/// The store of a hub, which ZeroMQ programs know as <c>titanic.store</c>: service, section and key lead to any bytes, which last. Any
/// thread.
/// </summary>
/// <remarks>
/// Methods fail as those of <see cref="HubClient"/> do; with <see cref="ArgumentException"/> for a name no address can carry.
/// </remarks>
public sealed class HubStore
{
    private const int AtOnce = 1000;

    private readonly HubRequests _requests;

    internal HubStore(HubRequests requests) => _requests = requests;

    /// <summary>A value; null when there is none.</summary>
    public async Task<HubStored?> GetAsync(string service, string section, string key, CancellationToken stop = default)
    {
        try
        {
            return await _requests.AskAsync(
                _requests.Get(PathOf(service, section, key)),
                (response, body) => new HubStored(body.ToArray(), TagOf(response)), stop).ConfigureAwait(false);
        }
        catch (HubRefusedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    /// <summary>Sets a value; returns its tag when it is on the hub's disk.</summary>
    /// <param name="service">The first part of its name.</param>
    /// <param name="section">The second one.</param>
    /// <param name="key">The third one.</param>
    /// <param name="value">Any bytes.</param>
    /// <param name="expected">
    /// The tag of the value that is there: if it is another one the hub refuses with status 412. "" if there is to be none yet. Null sets
    /// in any case.
    /// </param>
    /// <param name="stop">Stops waiting. Whether the value was set is then not known.</param>
    public Task<string> SetAsync(
        string service, string section, string key, ReadOnlyMemory<byte> value, string? expected = null, CancellationToken stop = default)
    {
        var request = _requests.Request(HttpMethod.Put, PathOf(service, section, key), body: null);
        request.Content = new ReadOnlyMemoryContent(value);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        if (expected is "") request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Any);
        else if (expected is not null) request.Headers.IfMatch.Add(new EntityTagHeaderValue(expected));
        return _requests.AskAsync(request, (response, _) => TagOf(response), stop);
    }

    /// <summary>Deletes a value; without a key a section, without a section all of a service. False when there was nothing.</summary>
    public async Task<bool> DeleteAsync(string service, string? section = null, string? key = null, CancellationToken stop = default)
    {
        try
        {
            var request = _requests.Request(HttpMethod.Delete, PathOf(service, section, key), body: null);
            return await _requests.AskAsync(request, (_, _) => true, stop).ConfigureAwait(false);
        }
        catch (HubRefusedException e) when (e.Status == 404)
        {
            return false;
        }
    }

    /// <summary>
    /// All services, in the order of their names; of a service its sections, of a section its keys. Null when there is no such service or
    /// section.
    /// </summary>
    public async Task<IReadOnlyList<string>?> ListAsync(string? service = null, string? section = null, CancellationToken stop = default)
    {
        var path = service is null ? "api/store" : PathOf(service, section, null);
        var names = new List<string>();
        try
        {
            while (true)
            {
                var after = names.Count == 0 ? "" : $"&after={Uri.EscapeDataString(names[^1])}";
                var some = await _requests.AskAsync(
                    _requests.Get($"{path}?limit={AtOnce}{after}"),
                    (_, body) => JsonSerializer.Deserialize(body.Span, HubJson.Default.StringArray) ?? [],
                    stop).ConfigureAwait(false);
                names.AddRange(some);
                if (some.Length < AtOnce) return names;
            }
        }
        catch (HubRefusedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    private static string PathOf(string service, string? section, string? key)
    {
        if (section is null && key is not null) throw new ArgumentException("A key is in a section.", nameof(key));
        string[] names = section is null ? [service] : key is null ? [service, section] : [service, section, key];
        foreach (var name in names)
        {
            if (name.Length == 0 || name.Contains('/', StringComparison.Ordinal))
            {
                throw new ArgumentException($"'{Values.KeySegment.ForDisplay(name)}' is no name: it is empty, or has a slash.");
            }
        }
        return "api/store/" + HubPath.Escape(string.Join('/', names));
    }

    private static string TagOf(HttpResponseMessage response) =>
        response.Headers.ETag?.Tag ?? throw new JsonException("its answer has no ETag");
}

/// <summary>A value in the store.</summary>
/// <param name="Value">Its bytes.</param>
/// <param name="Tag">Names this very value, for setting it only while it is still there.</param>
public sealed record HubStored(ReadOnlyMemory<byte> Value, string Tag);
