using System.Net;
using Gatehouse.Sdk.Zmtp;

namespace Gatehouse.Connectors;

/// <summary>The hub may not start: a configured address cannot be listened at.</summary>
internal sealed class ListenException(string message, Exception inner) : IOException(message, inner);

/// <summary>What there is to say of an address before anybody uses it.</summary>
internal static class Listening
{
    /// <summary>Whether only programs of this machine reach the address.</summary>
    public static bool IsOfThisMachine(string address) =>
        ZmtpAddress.TryParse(address, out var parsed, out _)
        && (parsed.Path is not null
            || parsed.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(parsed.Host, out var ip) && IPAddress.IsLoopback(ip)));
}
