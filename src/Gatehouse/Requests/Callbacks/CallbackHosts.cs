using System.Globalization;

namespace Gatehouse.Requests.Callbacks;

/// <summary>
/// Which addresses the hub may be told to call back. Whoever may ask for a request could otherwise make it knock at any door of its
/// network.
/// </summary>
internal sealed class CallbackHosts(IReadOnlyCollection<string> names)
{
    public const int MaxLength = 2048;

    /// <summary>What an entry of the option is.</summary>
    public const string EntryRule = "names of hosts such as \"hooks.lan\", or with a port \"hooks.lan:8443\"";

    /// <summary>Why this address may not be called, in words; null when it may.</summary>
    public string? Refusal(string callback)
    {
        if (callback.Length > MaxLength || !Uri.TryCreate(callback, UriKind.Absolute, out var address)
            || address.Scheme is not ("http" or "https") || address.Host.Length == 0)
        {
            return "callback: expected an address such as http://127.0.0.1:9000/done";
        }
        if (address.UserInfo.Length > 0)
        {
            return "callback: the address has a user name, which would be kept readable; use a path that is secret";
        }
        return names.Any(name => IsMeant(name, address)) ? null
            : $"callback: the hub does not call '{HostOf(address)}'; add it to the option requests.callbackHosts if it should";
    }

    /// <summary>Whether an entry of the option is one.</summary>
    public static bool IsEntry(string name) =>
        name.Length > 0 && (Uri.CheckHostName(name) != UriHostNameType.Unknown || TrySplit(name, out _, out _));

    /// <summary>The host of an address, as entries name it.</summary>
    public static string HostOf(Uri address) => address.IdnHost.Trim('[', ']');

    private static bool IsMeant(string name, Uri address)
    {
        var host = HostOf(address);
        if (host.Equals(name.Trim('[', ']'), StringComparison.OrdinalIgnoreCase)) return true;
        return TrySplit(name, out var named, out var port) && port == address.Port
            && host.Equals(named.Trim('[', ']'), StringComparison.OrdinalIgnoreCase);
    }

    private static bool TrySplit(string name, out string host, out int port)
    {
        var colon = name.LastIndexOf(':');
        (host, port) = (colon < 0 ? name : name[..colon], 0);
        return colon > 0 && int.TryParse(name.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port)
            && port is > 0 and <= ushort.MaxValue
            && Uri.CheckHostName(host) is UriHostNameType.Dns or UriHostNameType.IPv4 || (host.StartsWith('[') && host.EndsWith(']')
                && Uri.CheckHostName(host) == UriHostNameType.IPv6);
    }
}
