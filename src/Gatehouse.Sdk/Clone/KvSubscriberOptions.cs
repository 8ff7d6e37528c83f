using Gatehouse.Sdk.Io;

namespace Gatehouse.Sdk.Clone;

/// <summary>Whom a <see cref="KvSubscriberClient"/> follows, and how.</summary>
public sealed record KvSubscriberOptions
{
    /// <summary>One server, or two of which the second is followed when the first is gone, and the other way round.</summary>
    public required IReadOnlyList<KvServer> Servers { get; init; }

    /// <summary>
    /// The part of the keys that is wanted, such as <c>/device/</c>; slashes at its ends may be left out. Empty for all, and only then can
    /// the numbers tell that an update was missed.
    /// </summary>
    public string Subtree { get; init; } = "";

    /// <summary>
    /// How its servers write. Either is read; with <see cref="KvForm.Full"/> a server that falls silent is given up, with
    /// <see cref="KvForm.Short"/> only one whose connection is lost.
    /// </summary>
    public KvForm Form { get; init; }

    /// <summary>
    /// After how long a silent server is given up, and how long one may take for each step of a snapshot; 10 ms to an hour. Where there is
    /// no other server, silence counts only with one that has sent a heartbeat before.
    /// </summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Largest message in bytes; a server that sends a larger one is disconnected.</summary>
    public int MaxMessageSize { get; init; } = 64 * 1024 * 1024;

    /// <summary>User name for servers that ask for one by PLAIN; null for none.</summary>
    public string? UserName { get; init; }

    /// <summary>Password that goes with <see cref="UserName"/>.</summary>
    public string? Password { get; init; }

    internal IoLoop? Loop { get; init; }

    internal KvSubscriberOptions Checked()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Silence, TimeSpan.FromMilliseconds(10), nameof(Silence));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Silence, TimeSpan.FromHours(1), nameof(Silence));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxMessageSize, 1, nameof(MaxMessageSize));
        if (!Enum.IsDefined(Form)) throw new ArgumentOutOfRangeException(nameof(Form), Form, "There is no such form.");
        foreach (var server in KvServer.Checked(Servers, nameof(Servers)))
        {
            Majordomo.MdpChecks.Address(server.Snapshot);
            Majordomo.MdpChecks.Address(server.Updates);
        }
        return this;
    }
}
