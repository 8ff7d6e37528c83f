using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Gatehouse.Sdk.Hub;

/// <summary>Addresses below a hub's own, made so that the hub reads from them the very key or name they were made of.</summary>
internal static class HubPath
{
    /// <summary>
    /// A key without its first slash, or a service name, for a path. Every percent sign is escaped too, so that <c>a%2Fb</c> travels as
    /// <c>a%252Fb</c> and arrives as it was.
    /// </summary>
    /// <exception cref="ArgumentException">No address can carry it; see <see cref="CanCarry"/>.</exception>
    public static string Escape(string path)
    {
        if (!CanCarry(path, out var reason)) throw new ArgumentException(reason, nameof(path));
        return string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
    }

    /// <summary>The path of a device.</summary>
    /// <exception cref="ArgumentException">No address can carry its name.</exception>
    public static string Device(string name)
    {
        if (name.Length == 0) throw new ArgumentException("The device's name is empty.", nameof(name));
        return $"api/devices/{Escape(name)}";
    }

    /// <summary>False for a path with a segment <c>.</c> or <c>..</c>, which everything that handles addresses takes for itself.</summary>
    public static bool CanCarry(string path, [NotNullWhen(false)] out string? reason)
    {
        reason = path.Split('/').Any(s => s is "." or "..")
            ? $"'{Values.KeySegment.ForDisplay(path)}' has a segment '.' or '..', which no address can carry; list what is above it instead"
            : null;
        return reason is null;
    }

    /// <summary>The query part that repeats <c>prefix</c>; empty for none.</summary>
    public static string Prefixes(IEnumerable<string> prefixes) =>
        string.Join('&', prefixes.Select(p => "prefix=" + Uri.EscapeDataString(p)));

    /// <summary>A number of seconds for a query.</summary>
    public static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>The hub's address with a slash at its end, so that paths are resolved below it.</summary>
    /// <exception cref="ArgumentException">It is not an absolute http or https address.</exception>
    public static Uri Root(Uri address)
    {
        if (!address.IsAbsoluteUri || address.Scheme is not ("http" or "https"))
        {
            throw new ArgumentException($"'{address}' is not an address such as http://127.0.0.1:8080.", nameof(address));
        }
        var path = address.GetLeftPart(UriPartial.Path);
        return new Uri(path.EndsWith('/') ? path : path + "/");
    }
}
