using Gatehouse.Sdk.Io;
using Gatehouse.Sdk.Zmtp;

namespace Gatehouse.Sdk.Majordomo;

/// <summary>How an <see cref="MdpWorker"/> serves.</summary>
public sealed record MdpWorkerOptions
{
    /// <summary>
    /// Most requests at a time. A broker gives a worker one request at a time, so the worker registers as often as this, each time over a
    /// connection of its own.
    /// </summary>
    public int Concurrency { get; init; } = 1;

    /// <summary>How often to tell the broker that the worker lives, also while it works on a request; at least 10 ms.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(2.5);

    /// <summary>
    /// For how many heartbeats a broker may be silent before the worker connects anew; at least 2. Silence counts only while the worker has
    /// nothing to do: older brokers say nothing to one that has.
    /// </summary>
    public int Liveness { get; init; } = 4;

    /// <summary>How messages are written; the broker must understand it.</summary>
    public MdpDialect Dialect { get; init; } = MdpDialect.Mdp01;

    /// <summary>
    /// How long the requests in hand may take when the worker stops; then their handlers are cancelled, and nobody is answered.
    /// </summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Largest request in bytes.</summary>
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
        // A broker that starts again shall have its workers back soon.
        ReconnectMaximum = TimeSpan.FromSeconds(1),
        // A broker's machine that went while a request is worked on is noticed by PING alone.
        HeartbeatInterval = Heartbeat,
        HeartbeatTimeout = Heartbeat * Liveness,
    };

    internal MdpWorkerOptions Checked()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Concurrency, 1, nameof(Concurrency));
        ArgumentOutOfRangeException.ThrowIfLessThan(Heartbeat, TimeSpan.FromMilliseconds(10), nameof(Heartbeat));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Heartbeat, TimeSpan.FromHours(1), nameof(Heartbeat));
        ArgumentOutOfRangeException.ThrowIfLessThan(Liveness, 2, nameof(Liveness));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Liveness, 1000, nameof(Liveness));
        ArgumentOutOfRangeException.ThrowIfLessThan(StopTimeout, TimeSpan.Zero, nameof(StopTimeout));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(StopTimeout, TimeSpan.FromDays(1), nameof(StopTimeout));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxMessageSize, 1, nameof(MaxMessageSize));
        if (!Enum.IsDefined(Dialect)) throw new ArgumentOutOfRangeException(nameof(Dialect), Dialect, "There is no such dialect.");
        return this;
    }
}
