namespace Gatehouse.Sdk.Values;

/// <summary>What a <see cref="Value"/> holds.</summary>
public enum ValueKind : byte
{
    /// <summary>Nothing: known to have no value.</summary>
    Null,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A whole number of 64 bits.</summary>
    Integer,

    /// <summary>A double; NaN and the infinities too. A number that a double would print differently keeps its text beside it.</summary>
    Real,

    /// <summary>Unicode text.</summary>
    Text,

    /// <summary>A JSON object or array, as the bytes it came in.</summary>
    Json,

    /// <summary>Bytes that are not text.</summary>
    Bytes,
}
