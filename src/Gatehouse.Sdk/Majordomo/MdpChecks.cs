using System.Text;
using Gatehouse.Sdk.Zmtp;

namespace Gatehouse.Sdk.Majordomo;

/// <summary>What is refused before anything is sent.</summary>
internal static class MdpChecks
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(24);

    /// <summary>A service's name as it stands on the wire.</summary>
    public static byte[] Service(string service, string parameter)
    {
        ArgumentNullException.ThrowIfNull(service, parameter);
        if (service.Length == 0) throw new ArgumentException("The name of a service is not empty.", parameter);
        for (var i = 0; i < service.Length; i++)
        {
            if (!char.IsControl(service[i])) continue;
            throw new ArgumentException(
                $"The name of a service has no control characters; this one has U+{(int)service[i]:X4} as number {i + 1}.", parameter);
        }
        var name = Encoding.UTF8.GetBytes(service);
        if (name.Length <= Mdp.MaxService) return name;
        throw new ArgumentException($"The name of a service has at most {Mdp.MaxService} bytes; this one has {name.Length}.", parameter);
    }

    /// <summary>An address that can be connected to.</summary>
    /// <exception cref="ZmtpException">It is none.</exception>
    public static string Address(string address)
    {
        if (ZmtpAddress.Parse(address) is { Path: null, Port: 0 } or { Host: "*" })
        {
            throw new ZmtpException(address, "to connect, a host and a port are needed");
        }
        return address;
    }

    public static TimeSpan Deadline(TimeSpan deadline, string parameter)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(deadline, TimeSpan.Zero, parameter);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(deadline, Longest, parameter);
        return deadline;
    }
}
