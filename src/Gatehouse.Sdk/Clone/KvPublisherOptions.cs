using Gatehouse.Sdk.Io;

namespace Gatehouse.Sdk.Clone;

/// <summary>Where a <see cref="KvPublisherClient"/> sets values, and how.</summary>
public sealed record KvPublisherOptions
{
    /// <summary>One server, or two that are both told.</summary>
    public required IReadOnlyList<KvServer> Servers { get; init; }

    /// <summary>
    /// What the keys begin with, such as <c>/sensors/</c>; slashes at its ends may be left out. The name of a value is put behind it.
    /// </summary>
    public string Subtree { get; init; } = "";

    /// <summary>How the messages are written; the servers must understand it. A time to live needs <see cref="KvForm.Full"/>.</summary>
    public KvForm Form { get; init; }

    /// <summary>
    /// Whether servers are told by PUB, as those of the guide's model 6 are, and not by PUSH. Two servers always are. A hub takes both.
    /// </summary>
    public bool UsesPub { get; init; }

    /// <summary>
    /// How long the first value waits for the second server when the first one is there; from then on what that one misses is missed.
    /// </summary>
    public TimeSpan JoinTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a client that is disposed goes on to send what waits.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>User name for servers that ask for one by PLAIN; null for none.</summary>
    public string? UserName { get; init; }

    /// <summary>Password that goes with <see cref="UserName"/>.</summary>
    public string? Password { get; init; }

    internal IoLoop? Loop { get; init; }

    internal TimeProvider Time { get; init; } = TimeProvider.System;

    internal bool IsPub => UsesPub || Servers.Count > 1;

    internal KvPublisherOptions Checked()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(JoinTimeout, TimeSpan.Zero, nameof(JoinTimeout));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(JoinTimeout, TimeSpan.FromHours(1), nameof(JoinTimeout));
        ArgumentOutOfRangeException.ThrowIfLessThan(Linger, TimeSpan.Zero, nameof(Linger));
        if (!Enum.IsDefined(Form)) throw new ArgumentOutOfRangeException(nameof(Form), Form, "There is no such form.");
        foreach (var server in KvServer.Checked(Servers, nameof(Servers))) Majordomo.MdpChecks.Address(server.Collector);
        return this;
    }
}
