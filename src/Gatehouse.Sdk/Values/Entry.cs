namespace Gatehouse.Sdk.Values;

/// <summary>One value as it stands, or stood, in the tree. Immutable once it is seen; safe to keep and to share between threads.</summary>
public sealed class Entry
{
    // The value in its parts: its kind shares eight bytes with what else is small, and there may be a million entries.
    private readonly object? _reference;
    private readonly long _bits;
    private readonly ValueKind _kind;

    /// <summary>Its name.</summary>
    public required Key Key { get; init; }

    /// <summary>The value; <see cref="Value.Null"/> when <see cref="Removed"/>.</summary>
    public Value Value
    {
        get => new(_kind, _bits, _reference);
        init => (_kind, _bits, _reference) = (value.Kind, value.Bits, value.Reference);
    }

    /// <summary>When it was true at its source, UTC.</summary>
    public DateTime Time { get; init; }

    /// <summary>When the hub took it, UTC.</summary>
    public DateTime Received { get; init; }

    /// <summary>How far it can be trusted.</summary>
    public Quality Quality { get; init; }

    /// <summary>True when this says that the value was removed.</summary>
    public bool Removed { get; init; }

    /// <summary>Who set it.</summary>
    public required Origin Origin { get; init; }

    /// <summary>Its place in the hub's one sequence of changes. Never goes back, not over restarts either.</summary>
    public long Sequence { get; init; }

    /// <summary>Key, value, quality and sequence, for messages and debuggers.</summary>
    public override string ToString() => Removed ? $"{Key} removed #{Sequence}" : $"{Key} = {Value} ({Quality.ToText()}) #{Sequence}";
}
