using System.Net;

namespace Gatehouse.Web;

/// <summary>Where to listen: an address and a port, and whether the next free port will do.</summary>
internal readonly record struct ListenAddress(IPEndPoint EndPoint, bool MayMove)
{
    /// <summary>Reads <c>address:port</c>, <c>[address]:port</c>, <c>localhost:port</c> or <c>:port</c> (every address); null for the default.</summary>
    public static bool TryParse(string? text, out ListenAddress address)
    {
        address = new ListenAddress(new IPEndPoint(IPAddress.Loopback, WebOptions.DefaultPort), MayMove: true);
        if (text is null) return true;
        var literal = text.StartsWith(':') ? IPAddress.Any + text
            : text.StartsWith("localhost:", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback + text["localhost".Length..]
            : text;
        // Without a port an address parses too, as port 0: the text must name one.
        if (!IPEndPoint.TryParse(literal, out var endPoint) || !literal.EndsWith($":{endPoint.Port}", StringComparison.Ordinal)) return false;
        address = new ListenAddress(endPoint, MayMove: false);
        return true;
    }

    public bool IsLoopback => IPAddress.IsLoopback(EndPoint.Address);
}
