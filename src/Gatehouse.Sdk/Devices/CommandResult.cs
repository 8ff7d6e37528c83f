using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Devices;

/// <summary>How the call of a command ended.</summary>
public enum CommandStatus : byte
{
    /// <summary>It was done.</summary>
    Done,

    /// <summary>Neither the device nor a sub-device of it has this oid.</summary>
    NoSuchDevice,

    /// <summary>The device has no such command.</summary>
    NoSuchCommand,

    /// <summary>It was given a value, and can be read alone.</summary>
    ReadOnly,

    /// <summary>It was given no value, and can be set alone.</summary>
    WriteOnly,

    /// <summary>The value breaks a rule of the command.</summary>
    BadValue,

    /// <summary>The device did not do it.</summary>
    Refused,
}

/// <summary>What came of calling a command.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Value">
/// What was asked for, or true after setting. <see cref="Value.Null"/> whenever <paramref name="Status"/> is another than
/// <see cref="CommandStatus.Done"/>, and after reading what has no value yet.
/// </param>
/// <param name="Reason">Why it was not done, in words; null when it was.</param>
public readonly record struct CommandResult(CommandStatus Status, Value Value, string? Reason)
{
    /// <summary>True when it was done.</summary>
    public bool IsDone => Status == CommandStatus.Done;

    internal static CommandResult Done(Value value) => new(CommandStatus.Done, value, null);

    internal static CommandResult Not(CommandStatus status, string reason) => new(status, Value.Null, reason);
}
