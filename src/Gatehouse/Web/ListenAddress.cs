using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Gatehouse.Web;

/// <summary>Where to listen: an address and a port, and whether the next free port will do.</summary>
internal readonly record struct ListenAddress(IPEndPoint EndPoint, bool MayMove)
{
    private const string LocalName = "localhost:";

    /// <summary>
    /// Reads <c>address:port</c>, <c>[address]:port</c> or <c>localhost:port</c>; null is the default. Port 0 is any free one.
    /// </summary>
    public static bool TryParse(string? text, out ListenAddress address)
    {
        address = new ListenAddress(new IPEndPoint(IPAddress.Loopback, WebOptions.DefaultPort), MayMove: true);
        if (text is null) return true;
        if (text.StartsWith(LocalName, StringComparison.OrdinalIgnoreCase)) text = IPAddress.Loopback + text[(LocalName.Length - 1)..];
        // An address alone would parse too, with port 0, and one of version 6 with its last group taken for a port.
        if (!IPEndPoint.TryParse(text, out var endPoint)
            || !text.EndsWith(string.Create(CultureInfo.InvariantCulture, $":{endPoint.Port}"), StringComparison.Ordinal)
            || (text[0] != '[' && endPoint.AddressFamily != AddressFamily.InterNetwork))
        {
            return false;
        }
        address = new ListenAddress(endPoint, MayMove: false);
        return true;
    }

    public bool IsLoopback => IPAddress.IsLoopback(EndPoint.Address);
}
