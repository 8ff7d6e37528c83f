using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Devices;

/// <summary>One thing that somebody says of a device in place of what its driver says.</summary>
/// <param name="Field">
/// Of a device <c>title</c>, <c>room</c>, <c>kind</c>, <c>log</c> or <c>retention</c> (seconds); of a property <c>title</c>, <c>unit</c>,
/// <c>log</c>, <c>retention</c>, <c>minimum</c> or <c>maximum</c>.
/// </param>
/// <param name="Value">
/// What it is from now on; an empty text is no room and no unit. <see cref="Value.Null"/> takes the edit back: what the driver says counts
/// again.
/// </param>
/// <param name="Property">Which property it is about; null for the device itself.</param>
public readonly record struct FieldEdit(string Field, Value Value, string? Property = null)
{
    /// <summary>As messages name it: <c>title</c>, <c>properties.level.unit</c>.</summary>
    public override string ToString() => Property is null ? Field : $"properties.{Property}.{Field}";
}
