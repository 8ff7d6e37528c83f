using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Gatehouse.Sdk.Zmtp;

/// <summary>
/// Where a socket listens or connects to: <c>tcp://host:port</c>, with <c>*</c> for all of this machine's addresses or any port, or
/// <c>ipc://path</c>, a Unix domain socket; with an @ before the name it has no file (Linux).
/// </summary>
internal sealed record ZmtpAddress
{
    private ZmtpAddress(string host, int port, string? path) => (Host, Port, Path) = (host, port, path);

    /// <summary>Name or address without brackets; <c>*</c> for all.</summary>
    public string Host { get; }

    /// <summary>0 lets the system choose.</summary>
    public int Port { get; }

    /// <summary>Of ipc; null for tcp.</summary>
    public string? Path { get; }

    /// <summary>The path as the system wants it: an abstract name begins with a zero byte.</summary>
    public UnixDomainSocketEndPoint UnixEndPoint => new(Path![0] == '@' ? string.Concat("\0", Path.AsSpan(1)) : Path);

    /// <summary>Whether there is a file to remove.</summary>
    public bool HasFile => Path is not null && Path[0] != '@';

    public static bool TryParse(string? text, [NotNullWhen(true)] out ZmtpAddress? address, out string reason)
    {
        address = null;
        reason = "an address begins with tcp:// or ipc://";
        if (text is null) return false;
        if (text.StartsWith("ipc://", StringComparison.Ordinal)) return TryParsePath(text[6..], out address, out reason);
        if (!text.StartsWith("tcp://", StringComparison.Ordinal)) return false;
        var colon = text.LastIndexOf(':');
        reason = "tcp:// is followed by a host, a colon and a port";
        if (colon <= 6) return false;
        var host = text[6..colon];
        if (host is ['[', .., ']']) host = host[1..^1];
        else if (host.Contains(':', StringComparison.Ordinal)) return false;
        var number = text[(colon + 1)..];
        var port = 0;
        if (number != "*" && (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out port) || port > ushort.MaxValue))
        {
            reason = "a port is a number up to 65535";
            return false;
        }

        if (host.Length == 0 || host.Any(c => char.IsWhiteSpace(c) || c is '/' or '[' or ']')) return false;
        address = new ZmtpAddress(host, port, null);
        return true;
    }

    /// <exception cref="ZmtpException">It is not an address.</exception>
    public static ZmtpAddress Parse(string text) =>
        TryParse(text, out var address, out var reason) ? address : throw new ZmtpException(text, reason);

    public static string Format(EndPoint? point) => point switch
    {
        IPEndPoint { Address: { IsIPv4MappedToIPv6: true } mapped } ip => $"tcp://{mapped.MapToIPv4()}:{ip.Port}",
        IPEndPoint ip => $"tcp://{ip}",
        null => "",
        _ => $"ipc://{point}",
    };

    public ZmtpAddress WithPort(int port) => new(Host, port, Path);

    public override string ToString() => Path is not null ? $"ipc://{Path}"
        : Host.Contains(':', StringComparison.Ordinal) ? $"tcp://[{Host}]:{Port}" : $"tcp://{Host}:{Port}";

    private static bool TryParsePath(string path, [NotNullWhen(true)] out ZmtpAddress? address, out string reason)
    {
        address = null;
        reason = "ipc:// is followed by the path of a socket file, of at most 107 bytes";
        if (path.Length == 0 || path == "@" || path.Contains('\0', StringComparison.Ordinal)) return false;
        if (System.Text.Encoding.UTF8.GetByteCount(path) > 107) return false;
        address = new ZmtpAddress("", 0, path);
        return true;
    }
}
