using System.Globalization;
using Gatehouse.Sdk.Zmtp;

namespace Gatehouse.Sdk.Clone;

/// <summary>Where a server of the clone protocols listens: three addresses, mostly three ports in a row.</summary>
/// <param name="Snapshot">Where it answers what there is.</param>
/// <param name="Updates">Where it publishes what changes.</param>
/// <param name="Collector">Where it takes what others set.</param>
public sealed record KvServer(string Snapshot, string Updates, string Collector)
{
    /// <summary>The first port of a hub, and of RasPy, for three frames.</summary>
    public const int DefaultPort = 5515;

    /// <summary>The first port of a hub, and of the guide's servers, for five frames.</summary>
    public const int FullPort = 5556;

    /// <summary>The server whose three ports begin with that of this address, such as <c>tcp://127.0.0.1:5515</c>.</summary>
    /// <exception cref="ZmtpException">It is not an address to connect to, or has no two ports behind it.</exception>
    public static KvServer At(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var first = ZmtpAddress.Parse(address);
        if (first.Path is not null) throw new ZmtpException(address, "by ipc a server has three addresses: name all three");
        if (first.Port is 0 or > 65_533 || first.Host == "*")
        {
            throw new ZmtpException(address, "to connect, a host and a port with two more behind it are needed");
        }
        var host = address[..address.LastIndexOf(':')];
        return new(address, At(1), At(2));

        string At(int more) => string.Create(CultureInfo.InvariantCulture, $"{host}:{first.Port + more}");
    }

    internal static IReadOnlyList<KvServer> Checked(IReadOnlyList<KvServer> servers, string parameter)
    {
        ArgumentNullException.ThrowIfNull(servers, parameter);
        if (servers.Count is 1 or 2) return servers;
        throw new ArgumentException($"One server is named or two, not {servers.Count}.", parameter);
    }
}
