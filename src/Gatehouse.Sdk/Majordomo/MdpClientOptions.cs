using Gatehouse.Sdk.Io;
using Gatehouse.Sdk.Zmtp;

namespace Gatehouse.Sdk.Majordomo;

/// <summary>How an <see cref="MdpClient"/> asks.</summary>
public sealed record MdpClientOptions
{
    /// <summary>
    /// How long a call may take, its wait for a free connection and all tries together; more than zero, at most 24 days. A call may be
    /// given another one. Brokers answer <c>404</c> for a name that nobody serves after a while, a hub after 10 s; with less time nobody
    /// hears it.
    /// </summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How often a request is sent at most. Each try waits for its share of what is left until the deadline. A request that was sent may
    /// have been carried out although no answer came, so more than one is right only for services that may be asked twice.
    /// </summary>
    public int Tries { get; init; } = 1;

    /// <summary>
    /// Most requests in flight, each on a connection of its own: MDP does not say which request a reply belongs to. They are made as they
    /// are needed, and kept.
    /// </summary>
    public int Lanes { get; init; } = 64;

    /// <summary>Most calls that wait for a free connection; one more ends at once with <see cref="MdpOutcome.Busy"/>.</summary>
    public int QueueLimit { get; init; } = 65_536;

    /// <summary>
    /// How long a call waits while there is no connection to the broker at all; then it ends with
    /// <see cref="MdpOutcome.Unreachable"/>. Zero or less: until its deadline.
    /// </summary>
    public TimeSpan ConnectTimeout { get; init; }

    /// <summary>How messages are written; the broker must understand it.</summary>
    public MdpDialect Dialect { get; init; } = MdpDialect.Mdp01;

    /// <summary>Largest reply in bytes, all its parts together.</summary>
    public int MaxMessageSize { get; init; } = 64 * 1024 * 1024;

    /// <summary>User name for a broker that asks for one by PLAIN; null for none.</summary>
    public string? UserName { get; init; }

    /// <summary>Password that goes with <see cref="UserName"/>.</summary>
    public string? Password { get; init; }

    internal IoLoop? Loop { get; init; }

    internal ZmtpOptions ToSocket() => new()
    {
        SocketType = ZmtpSocketType.Dealer,
        UserName = UserName,
        Password = Password,
        MaxMessageSize = MaxMessageSize,
        // A lane that was given up is wanted again soon, and a broker that starts again shall be found soon.
        ReconnectDelay = TimeSpan.FromMilliseconds(5),
        ReconnectMaximum = TimeSpan.FromSeconds(1),
    };

    internal MdpClientOptions Checked()
    {
        MdpChecks.Deadline(Deadline, nameof(Deadline));
        ArgumentOutOfRangeException.ThrowIfLessThan(Tries, 1, nameof(Tries));
        ArgumentOutOfRangeException.ThrowIfLessThan(Lanes, 1, nameof(Lanes));
        ArgumentOutOfRangeException.ThrowIfLessThan(QueueLimit, 1, nameof(QueueLimit));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxMessageSize, 1, nameof(MaxMessageSize));
        if (!Enum.IsDefined(Dialect)) throw new ArgumentOutOfRangeException(nameof(Dialect), Dialect, "There is no such dialect.");
        return this;
    }
}
