namespace Gatehouse.Runtime.Supervision;

/// <summary>How a part is.</summary>
internal enum PartState : byte
{
    /// <summary>Not started yet.</summary>
    Waiting,

    Running,

    /// <summary>It failed and will be started again.</summary>
    BackingOff,

    /// <summary>It failed too often and stays down.</summary>
    Failed,

    /// <summary>It ended by itself or with the hub.</summary>
    Stopped,
}

/// <summary>How a part is, since when, how often it was started again and what it died of last.</summary>
internal sealed record PartStatus(string Name, PartState State, DateTimeOffset Since, int Restarts, string? LastError);
