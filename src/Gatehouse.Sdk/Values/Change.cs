namespace Gatehouse.Sdk.Values;

/// <summary>A wish to set, or to remove, one value.</summary>
/// <param name="Key">Which value.</param>
/// <param name="Value">The new value; of no account when it is removed.</param>
/// <param name="Time">When it was true at its source, UTC; <c>default</c> means: now, when the hub takes it.</param>
/// <param name="Quality">How far the source trusts it.</param>
/// <param name="Ttl">The value removes itself after this long without a newer one; null keeps it.</param>
/// <param name="Removed">True to remove the value.</param>
public readonly record struct Change(
    Key Key, Value Value, DateTime Time = default, Quality Quality = Quality.Good, TimeSpan? Ttl = null, bool Removed = false);
