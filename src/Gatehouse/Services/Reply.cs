using Gatehouse.Sdk.Values;

namespace Gatehouse.Services;

/// <summary>How a call ended.</summary>
internal enum CallStatus : byte
{
    Ok,

    /// <summary>Nobody ever offered the name.</summary>
    NoSuchService,

    /// <summary>No answer before the deadline.</summary>
    Timeout,

    /// <summary>Whoever offers it cannot take the call now; trying again may help.</summary>
    Busy,

    /// <summary>The owner tried and failed, or the caller's frames make no sense to it.</summary>
    Failed,

    /// <summary>The caller has no right to.</summary>
    Forbidden,
}

/// <summary>The one answer to a call: frames when <see cref="CallStatus.Ok"/>, else the reason in words.</summary>
internal readonly record struct Reply(CallStatus Status, Frames Frames, string? Reason)
{
    public static Reply Ok(Frames frames) => new(CallStatus.Ok, frames, null);

    public static Reply Failed(string reason) => new(CallStatus.Failed, default, reason);

    public static Reply Busy(string reason) => new(CallStatus.Busy, default, reason);

    public static Reply NoSuchService(string name) =>
        new(CallStatus.NoSuchService, default, $"nobody offers a service named '{name}'; 'gatehouse services' lists what there is");

    public static Reply Forbidden(string name) => new(CallStatus.Forbidden, default, $"you may not call '{name}'");

    public static Reply Timeout(string name, TimeSpan deadline) =>
        new(CallStatus.Timeout, default, $"'{name}' did not answer within {deadline.TotalSeconds:0.###} s; it may still be at it");
}
