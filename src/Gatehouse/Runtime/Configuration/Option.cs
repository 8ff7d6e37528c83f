using System.Buffers;
using System.ComponentModel.DataAnnotations;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Gatehouse.Runtime.Configuration;

/// <summary>What an option takes.</summary>
internal enum OptionKind
{
    Object, Map, List, Text, Integer, Number, Flag, Choice, Duration,
}

/// <summary>
/// One place in the settings: a group, a section, an option, or what a list or a map of an option holds. <see cref="SettingsLayout"/> makes
/// them, once.
/// </summary>
internal sealed class Option
{
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public required string Name { get; init; }

    /// <summary>All names from the root, joined by dots; empty for the root.</summary>
    public required string Path { get; init; }

    public required OptionKind Kind { get; init; }

    public string Description { get; init; } = "";

    public bool IsHot { get; init; }

    public bool IsNullable { get; init; }

    /// <summary>The class of the section that it is in; null above sections.</summary>
    public Type? Section { get; init; }

    /// <summary>The generated description of its type; null for the root and for groups of sections.</summary>
    public JsonTypeInfo? Json { get; init; }

    /// <summary>How its value is read from and written to its <see cref="Parent"/>; null for sections and above, and elements.</summary>
    public JsonPropertyInfo? Property { get; init; }

    /// <summary>The option that holds it: an object, a list or a map.</summary>
    public Option? Parent { get; init; }

    /// <summary>What each value must keep to.</summary>
    public IReadOnlyList<ValidationAttribute> Rules { get; init; } = [];

    /// <summary>The names that a <see cref="OptionKind.Choice"/> has.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>The options in an object, in the order of the class.</summary>
    public List<Option> Members { get; } = [];

    /// <summary>What a list or a map holds.</summary>
    public Option? Element { get; set; }

    public Option? Member(string name) => Members.Find(member => member.Name == name);

    /// <summary>Reads the value out of its section's object.</summary>
    public object? Get(object section) => Property is null ? section : Property.Get!(Parent!.Get(section)!);

    /// <summary>Writes the value into its section's object.</summary>
    public void Set(object section, object? value) => Property!.Set!(Parent!.Get(section)!, value);

    public bool Accepts(JsonValueKind found) => Kind switch
    {
        OptionKind.Object or OptionKind.Map => found == JsonValueKind.Object,
        OptionKind.List => found == JsonValueKind.Array,
        OptionKind.Integer or OptionKind.Number => found == JsonValueKind.Number,
        OptionKind.Flag => found is JsonValueKind.True or JsonValueKind.False,
        OptionKind.Duration => found is JsonValueKind.String or JsonValueKind.Number,
        _ => found == JsonValueKind.String,
    };

    /// <summary>A value of this option as JSON, for people: letters beyond ASCII stay themselves.</summary>
    public string Print(object? value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Readable))
        {
            JsonSerializer.Serialize(writer, value, Json!);
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public override string ToString() => Path;
}
