namespace Gatehouse.Connectors.Majordomo;

/// <summary>What the broker goes by. The connector makes it of the settings.</summary>
internal sealed record BrokerOptions
{
    /// <summary>How often a worker hears from the broker at the least.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(2.5);

    /// <summary>After how many silent intervals an idle worker is given up.</summary>
    public int Liveness { get; init; } = 7;

    /// <summary>The interval towards programs of zeromq/majordomo, who give a broker up after three of it.</summary>
    public TimeSpan PackedHeartbeat { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>After how many of those intervals such a worker is given up.</summary>
    public int PackedLiveness { get; init; } = 3;

    /// <summary>How long a request waits for a worker.</summary>
    public TimeSpan RequestExpiry { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a worker may take for a request.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How many requests wait at most of each client, and for a service of more than one each.</summary>
    public int QueueLimit { get; init; } = 10_000;

    /// <summary>How many bytes all requests together hold at most.</summary>
    public long HoldLimit { get; init; } = 256L << 20;

    /// <summary>What a reply in parts may grow to for a caller who wants it in one piece.</summary>
    public long MaxMessage { get; init; } = 64L << 20;

    /// <summary>To how many workers a request is given, one after the other, when they die over it.</summary>
    public int Tries { get; init; } = 3;

    /// <summary>Services, and with a dot at the end families of them, whose requests are given to one worker only.</summary>
    public IReadOnlyList<string> Once { get; init; } = [];
}
