using System.Net;

namespace Gatehouse.Web;

/// <summary>What the guard looks at in a request.</summary>
internal readonly record struct GuardedRequest(
    string Method, string Path, string Host, string? Origin, string? FetchSite, string? FetchMode, string? FetchDestination);

/// <summary>
/// Keeps other sites' pages out: a browser sends its user's requests to the loopback for any page he visits. A request must name the hub by
/// a name that is its own, which a rebound DNS name is not, and must not come from a foreign origin.
/// </summary>
/// <param name="names">Names of its own beside those of the loopback.</param>
/// <param name="isOnNetwork">It listens beyond the loopback: an address is a good name then, for rebinding needs a name.</param>
internal sealed class RequestGuard(IReadOnlyCollection<string> names, bool isOnNetwork = false)
{
    /// <summary>The guard of a hub that listens there; on the network this machine's name is the hub's too.</summary>
    public static RequestGuard Of(ListenAddress address, IReadOnlyList<string> names, string machine)
    {
        if (address.IsLoopback) return new RequestGuard(names);
        var host = machine.Split('.')[0];
        return new RequestGuard([.. names, machine, host, $"{host}.local"], isOnNetwork: true);
    }

    /// <summary>Why the request is turned away; null when it may pass.</summary>
    public string? Refusal(in GuardedRequest request)
    {
        if (!IsOwnName(HostName(request.Host)))
        {
            var name = Sdk.Values.KeySegment.ForDisplay(HostName(request.Host));
            return $"the hub does not go by the name '{name}'; add it to the option web.names if it should";
        }
        if (request.Origin is { } origin && !IsSameOrigin(origin, request.Host)) return "the request comes from a page of another origin";
        if (request.FetchSite is null or "same-origin" or "none" || IsVisit(request)) return null;
        return "the request comes from a page of another site";
    }

    // Following a link to the page is no danger: the other site does not see what comes of it, and the API is left out.
    private static bool IsVisit(in GuardedRequest request) =>
        request is { Method: "GET", FetchMode: "navigate", FetchDestination: "document", Origin: null }
        && !request.Path.StartsWith("/api/", StringComparison.OrdinalIgnoreCase);

    private static bool IsSameOrigin(string origin, string host)
    {
        var scheme = origin.IndexOf("://", StringComparison.Ordinal);
        return scheme > 0 && origin.AsSpan(scheme + 3).Equals(host, StringComparison.OrdinalIgnoreCase);
    }

    private static string HostName(string host)
    {
        if (host.StartsWith('[')) return host[1..Math.Max(1, host.IndexOf(']', StringComparison.Ordinal))];
        var colon = host.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? host : host[..colon];
    }

    private bool IsOwnName(string name) =>
        name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(name, out var address) && (isOnNetwork || IPAddress.IsLoopback(address)))
        || names.Contains(name, StringComparer.OrdinalIgnoreCase);
}
