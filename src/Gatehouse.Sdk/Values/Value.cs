using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace Gatehouse.Sdk.Values;

/// <summary>
/// One small typed value: null, boolean, integer, real, text, JSON or bytes. Immutable; numbers and booleans allocate nothing.
/// </summary>
/// <remarks>
/// It has two outer forms. <i>JSON</i> (<see cref="TryParse(ReadOnlySpan{byte}, out Value)"/>, <see cref="WriteJson(Utf8JsonWriter)"/>) is
/// for HTTP and storage. <i>Text</i> (<see cref="FromText(ReadOnlySpan{byte})"/>, <see cref="WriteText"/>) is for wires that carry bare
/// text: what came in by it leaves unchanged, byte for byte. Kind and number survive both: 47 and 47.0 stay different.
/// </remarks>
public readonly struct Value : IEquatable<Value>
{
    /// <summary>The most bytes that a value in the tree may have (64 KiB), measured by <see cref="Size"/>.</summary>
    public const int MaxSize = 64 * 1024;

    // Real: the number's own text, when a double would print it differently. Text: the string. Json, Bytes: the array.
    private readonly object? _reference;
    private readonly long _bits;

    internal Value(ValueKind kind, long bits, object? reference)
    {
        Kind = kind;
        _bits = bits;
        _reference = reference;
    }

    /// <summary>The value that says "nothing"; also <c>default</c>.</summary>
    public static Value Null => default;

    /// <summary>What it holds.</summary>
    public ValueKind Kind { get; }

    /// <summary>Bytes of its payload: of the UTF-8 text, the JSON or the bytes; 8 for numbers and booleans; 0 for null.</summary>
    public int Size => Kind switch
    {
        ValueKind.Null => 0,
        ValueKind.Text => Encoding.UTF8.GetByteCount((string)_reference!),
        ValueKind.Json or ValueKind.Bytes => ((byte[])_reference!).Length,
        _ => _reference is string text ? text.Length : sizeof(long),
    };

    /// <summary>Makes a boolean.</summary>
    public static Value From(bool value) => new(ValueKind.Boolean, value ? 1 : 0, null);

    /// <summary>Makes an integer.</summary>
    public static Value From(long value) => new(ValueKind.Integer, value, null);

    /// <summary>Makes a real; NaN and infinities are kept in memory and are null in JSON.</summary>
    public static Value From(double value) => new(ValueKind.Real, BitConverter.DoubleToInt64Bits(value), null);

    /// <summary>Makes a text. A null string makes <see cref="Null"/>.</summary>
    public static Value From(string? value) => value is null ? Null : new(ValueKind.Text, 0, value);

    /// <inheritdoc cref="From(bool)"/>
    public static implicit operator Value(bool value) => From(value);

    /// <inheritdoc cref="From(long)"/>
    public static implicit operator Value(long value) => From(value);

    /// <inheritdoc cref="From(double)"/>
    public static implicit operator Value(double value) => From(value);

    /// <inheritdoc cref="From(string)"/>
    public static implicit operator Value(string? value) => From(value);

    /// <summary>Makes bytes from a copy.</summary>
    public static Value FromBytes(ReadOnlySpan<byte> value) => new(ValueKind.Bytes, 0, value.ToArray());

    /// <summary>Takes a JSON document of any kind. Objects and arrays keep their bytes.</summary>
    /// <exception cref="FormatException">It is not one JSON document.</exception>
    public static Value FromJson(ReadOnlySpan<byte> utf8) =>
        TryParse(utf8, out var value) ? value : throw new FormatException("The text is not one JSON document.");

    /// <summary>
    /// Reads the JSON form: the inverse of <see cref="WriteJson(Utf8JsonWriter)"/>. False when it is not one JSON document.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out Value value) => ValueJson.TryParse(utf8, out value);

    /// <summary>
    /// Reads the text form: a JSON number, object, array, true, false or null is that; anything else that is UTF-8, also text that starts
    /// with a quote, is text; what is not UTF-8 is bytes. Never fails.
    /// </summary>
    public static Value FromText(ReadOnlySpan<byte> utf8) => ValueText.Read(utf8);

    /// <inheritdoc cref="FromText(ReadOnlySpan{byte})"/>
    public static Value FromText(string text) => ValueText.Read(Encoding.UTF8.GetBytes(text));

    /// <summary>The boolean, when it is one.</summary>
    public bool TryGetBoolean(out bool value)
    {
        value = _bits != 0;
        return Kind == ValueKind.Boolean;
    }

    /// <summary>The integer, when it is one.</summary>
    public bool TryGetInteger(out long value)
    {
        value = _bits;
        return Kind == ValueKind.Integer;
    }

    /// <summary>The number as a double, when it is an integer or a real.</summary>
    public bool TryGetNumber(out double value)
    {
        value = Kind == ValueKind.Integer ? _bits : BitConverter.Int64BitsToDouble(_bits);
        return Kind is ValueKind.Integer or ValueKind.Real;
    }

    /// <summary>The text, when it is text.</summary>
    public bool TryGetText([NotNullWhen(true)] out string? value)
    {
        value = Kind == ValueKind.Text ? (string)_reference! : null;
        return value is not null;
    }

    /// <summary>The payload of JSON or bytes; empty for all other kinds.</summary>
    public ReadOnlyMemory<byte> Payload => Kind is ValueKind.Json or ValueKind.Bytes ? (byte[])_reference! : default;

    /// <summary>False for NaN and the infinities, true for everything else.</summary>
    public bool IsFinite => Kind != ValueKind.Real || double.IsFinite(BitConverter.Int64BitsToDouble(_bits));

    /// <summary>Writes the JSON form into <paramref name="output"/>.</summary>
    public void WriteJson(IBufferWriter<byte> output) => ValueJson.Write(this, output);

    /// <summary>Writes the JSON form as the next value of <paramref name="writer"/>.</summary>
    public void WriteJson(Utf8JsonWriter writer) => ValueJson.Write(this, writer);

    /// <summary>Writes the text form: text and bytes bare, the rest as JSON.</summary>
    public void WriteText(IBufferWriter<byte> output) => ValueText.Write(this, output);

    /// <summary>The text form as a string; bytes that are not UTF-8 show as replacement characters.</summary>
    public override string ToString()
    {
        if (TryGetText(out var text)) return text;
        var output = new ArrayBufferWriter<byte>();
        WriteText(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>Equal in kind and content; numbers also in their text: 1.0 and 1.00 differ, and so do 1 and 1.0. NaN equals NaN.</summary>
    public bool Equals(Value other) => Kind == other.Kind && _bits == other._bits && (_reference, other._reference) switch
    {
        (byte[] mine, byte[] its) => mine.AsSpan().SequenceEqual(its),
        (string mine, string its) => mine == its,
        var (mine, its) => ReferenceEquals(mine, its),
    };

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Value other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Kind);
        hash.Add(_bits);
        if (_reference is byte[] bytes) hash.AddBytes(bytes);
        else hash.Add(_reference);
        return hash.ToHashCode();
    }

    /// <summary>Equal by <see cref="Equals(Value)"/>.</summary>
    public static bool operator ==(Value left, Value right) => left.Equals(right);

    /// <summary>Not equal by <see cref="Equals(Value)"/>.</summary>
    public static bool operator !=(Value left, Value right) => !left.Equals(right);

    /// <summary>A number whose own text must be kept: <paramref name="text"/> is a valid JSON number.</summary>
    internal static Value FromNumberText(double nearest, string text) =>
        new(ValueKind.Real, BitConverter.DoubleToInt64Bits(nearest), text);

    /// <summary>Takes bytes known to be one JSON object or array, without a copy.</summary>
    internal static Value FromCheckedJson(byte[] json) => new(ValueKind.Json, 0, json);

    /// <summary>The number's own text, when it has to be kept.</summary>
    internal string? NumberText => Kind == ValueKind.Real ? (string?)_reference : null;

    /// <summary>Bytes of memory beside the value itself; 0 for what needs none.</summary>
    internal int Footprint => _reference switch
    {
        string text => text.Length * sizeof(char),
        byte[] bytes => bytes.Length,
        _ => 0,
    };

    internal object? Reference => _reference;

    internal long Bits => _bits;

    internal double Real => BitConverter.Int64BitsToDouble(_bits);
}
