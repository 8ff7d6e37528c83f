using Gatehouse.Sdk.Values;

namespace Gatehouse.Tree;

/// <summary>How a write ended.</summary>
internal enum WriteStatus : byte
{
    /// <summary>Done, and the tree shows it.</summary>
    Done,

    /// <summary>The present value has another number than the writer expected.</summary>
    Conflict,

    /// <summary>Its owner never takes writes.</summary>
    ReadOnly,

    /// <summary>Its owner does not take this value.</summary>
    Refused,

    /// <summary>The writer has no right to.</summary>
    Forbidden,

    /// <summary>Its owner did not answer in time; whether it was done is not known.</summary>
    Timeout,

    /// <summary>Its owner tried and failed.</summary>
    Failed,
}

/// <summary>The answer to a write: the entry that stands now, when known, and in words why it was not done.</summary>
internal readonly record struct WriteResult(WriteStatus Status, Entry? Current, string? Reason = null)
{
    public static WriteResult Done(Entry? current) => new(WriteStatus.Done, current);

    public static WriteResult Conflict(Entry? current) => new(
        WriteStatus.Conflict,
        current,
        current is null ? "there is no value now" : $"the value has changed: its number is {current.Sequence} now");
}
