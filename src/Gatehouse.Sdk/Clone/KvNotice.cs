namespace Gatehouse.Sdk.Clone;

/// <summary>What happened to a subscriber beside its values.</summary>
public enum KvNoticeKind
{
    /// <summary>A snapshot is complete: what is there now is what the server has, and is kept so.</summary>
    Ready,

    /// <summary>The connection broke. The values stay as they are until a server has answered a new snapshot.</summary>
    Lost,

    /// <summary>The server fell silent, or answered no snapshot in time.</summary>
    Silent,

    /// <summary>Numbers are missing: updates did not arrive. A fresh snapshot brings what they said last.</summary>
    Gap,

    /// <summary>The server counts anew, so it was started again. A fresh snapshot tells what it has now.</summary>
    NewEpoch,

    /// <summary>The next server's turn.</summary>
    Failover,
}

/// <summary>Something that happened to a subscriber.</summary>
/// <param name="Kind">What.</param>
/// <param name="Server">With which server; for <see cref="KvNoticeKind.Failover"/> the new one.</param>
/// <param name="Text">The same in words.</param>
public readonly record struct KvNotice(KvNoticeKind Kind, KvServer Server, string Text);
