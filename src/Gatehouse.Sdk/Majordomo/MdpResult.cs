using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Majordomo;

/// <summary>How a call ended.</summary>
public enum MdpOutcome
{
    /// <summary>
    /// With a reply. What it means is between caller and service: a status such as <c>404</c>, by which a broker says that nobody answers
    /// to the name, is a frame as any other.
    /// </summary>
    Ok,

    /// <summary>Its deadline passed. The request may have been carried out.</summary>
    Timeout,

    /// <summary>No connection to the broker came about in time. The request was not sent.</summary>
    Unreachable,

    /// <summary>The connection broke after the request was sent, and no try was left. The request may have been carried out.</summary>
    ConnectionLost,

    /// <summary>
    /// What came back is no reply to this request: another service's, or another protocol. The request may have been carried out.
    /// </summary>
    BadReply,

    /// <summary>Too many calls wait already. The request was not sent.</summary>
    Busy,
}

/// <summary>How a call ended, and its reply when it has one.</summary>
public readonly record struct MdpResult
{
    internal MdpResult(MdpOutcome outcome, string reason) => (Outcome, Reason) = (outcome, reason);

    internal MdpResult(Frames frames) => Frames = frames;

    /// <summary>How it ended.</summary>
    public MdpOutcome Outcome { get; }

    /// <summary>Whether there is a reply.</summary>
    public bool IsOk => Outcome == MdpOutcome.Ok;

    /// <summary>The reply's body; none when there is no reply.</summary>
    public Frames Frames { get; }

    /// <summary>What went wrong, in words; null when there is a reply.</summary>
    public string? Reason { get; }

    /// <summary>The reply.</summary>
    /// <exception cref="MdpException">There is none.</exception>
    internal Frames OrThrow() => IsOk ? Frames : throw ToException();

    internal MdpException ToException() => Outcome switch
    {
        MdpOutcome.Timeout => new MdpTimeoutException(Reason!),
        MdpOutcome.Unreachable => new MdpUnreachableException(Reason!),
        MdpOutcome.ConnectionLost => new MdpConnectionLostException(Reason!),
        MdpOutcome.Busy => new MdpBusyException(Reason!),
        _ => new MdpReplyException(Reason!),
    };
}

/// <summary>A part of a reply that comes in several.</summary>
/// <param name="Frames">Its body.</param>
/// <param name="IsFinal">Whether it is the last one.</param>
public readonly record struct MdpPart(Frames Frames, bool IsFinal);
