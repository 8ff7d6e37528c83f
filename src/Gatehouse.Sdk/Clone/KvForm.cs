namespace Gatehouse.Sdk.Clone;

/// <summary>How a server of the clone protocols writes its messages.</summary>
public enum KvForm : byte
{
    /// <summary>
    /// Three frames, as RasPy and the first models of the guide have them: key, sequence, body. There is no time to live, and no heartbeat.
    /// </summary>
    Short,

    /// <summary>Five frames, as RFC 12 has them: key, sequence, uuid, properties, body.</summary>
    Full,
}
