using System.Text.Json;

namespace Gatehouse.Sdk.Hub;

/// <summary>The browsers that are signed in at a hub, and codes that let in more. Any thread.</summary>
/// <remarks>Methods fail as those of <see cref="HubClient"/> do.</remarks>
public sealed class HubSessions
{
    private readonly HubRequests _requests;

    internal HubSessions(HubRequests requests) => _requests = requests;

    /// <summary>Makes a code that opens the page once, in another browser: at <c>…/#code=</c> with the code behind it.</summary>
    public Task<HubCode> MintCodeAsync(CancellationToken stop = default) => _requests.AskAsync(
        _requests.Request(HttpMethod.Post, "api/session/codes", "{}"u8.ToArray()),
        (_, body) => JsonSerializer.Deserialize(body.Span, HubJson.Default.HubCode) ?? throw new JsonException("its code is null"),
        stop);

    /// <summary>The browsers that are signed in, the one seen last first.</summary>
    public Task<IReadOnlyList<HubSession>> ListAsync(CancellationToken stop = default) => _requests.AskAsync<IReadOnlyList<HubSession>>(
        _requests.Get("api/sessions"),
        (_, body) => JsonSerializer.Deserialize(body.Span, HubJson.Default.HubSessionArray) ?? throw new JsonException("its list is null"),
        stop);

    /// <summary>Signs a browser out, and ends what it follows; false when there is no such session.</summary>
    /// <param name="id">The session's <see cref="HubSession.Id"/>.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="ArgumentException">No address can carry the id.</exception>
    public async Task<bool> EndAsync(string id, CancellationToken stop = default)
    {
        try
        {
            var request = _requests.Request(HttpMethod.Delete, "api/sessions/" + HubPath.Escape(id), body: null);
            return await _requests.AskAsync(request, (_, _) => true, stop).ConfigureAwait(false);
        }
        catch (HubRefusedException e) when (e.Status == 404)
        {
            return false;
        }
    }
}
