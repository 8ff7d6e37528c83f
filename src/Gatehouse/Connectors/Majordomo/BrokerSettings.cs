namespace Gatehouse.Connectors.Majordomo;

/// <summary>What the settings mean to the broker's state machine.</summary>
internal static class BrokerSettings
{
    public static BrokerOptions Of(MajordomoOptions options) => new()
    {
        Heartbeat = options.Heartbeat,
        Liveness = options.Liveness,
        RequestExpiry = options.RequestExpiry,
        Deadline = options.Deadline,
        QueueLimit = options.QueueLimit,
        HoldLimit = options.HoldLimit,
        MaxMessage = options.MaxMessage,
        Tries = options.Tries,
        Once = options.Once,
    };
}
