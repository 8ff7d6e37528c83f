using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Clone;

/// <summary>A key and what it holds, or that it was deleted.</summary>
/// <param name="Key">The whole key, with its subtree.</param>
/// <param name="Body">The bytes as they came; none when the key was deleted.</param>
/// <param name="Sequence">The number that its server gave this value; another server, or the same after a restart, gives others.</param>
public readonly record struct KvEntry(string Key, ReadOnlyMemory<byte> Body, long Sequence)
{
    /// <summary>Whether the key is no longer there. In the clone protocols a value of no bytes says so.</summary>
    public bool IsDeleted => Body.IsEmpty;

    /// <summary>The bytes read as text: a number, a boolean, JSON or text, and bytes when they are none of it. Null when deleted.</summary>
    public Value Value => IsDeleted ? Value.Null : Value.FromText(Body.Span);
}
