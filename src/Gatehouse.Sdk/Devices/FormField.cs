using System.Text.Json;
using System.Text.Json.Serialization;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Devices;

/// <summary>What a form shows for a property.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FormControl>))]
public enum FormControl : byte
{
    /// <summary>A box to tick.</summary>
    [JsonStringEnumMemberName("checkbox")]
    Checkbox,

    /// <summary>An input for a number.</summary>
    [JsonStringEnumMemberName("number")]
    Number,

    /// <summary>An input for text.</summary>
    [JsonStringEnumMemberName("text")]
    Text,

    /// <summary>A list to choose from.</summary>
    [JsonStringEnumMemberName("select")]
    Select,

    /// <summary>Fields of its own, with a frame around them.</summary>
    [JsonStringEnumMemberName("fieldset")]
    Fieldset,

    /// <summary>An editor for schedules.</summary>
    [JsonStringEnumMemberName("schedule")]
    Schedule,

    /// <summary>A button, which sends true.</summary>
    [JsonStringEnumMemberName("button")]
    Button,

    /// <summary>The value as text, which nobody can change here.</summary>
    [JsonStringEnumMemberName("reading")]
    Reading,
}

/// <summary>One field of a form, made from what is known of a property.</summary>
public sealed record FormField
{
    /// <summary>The property.</summary>
    public required string Name { get; init; }

    /// <summary>Its name for people.</summary>
    public required string Label { get; init; }

    /// <summary>What to show.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required FormControl Control { get; init; }

    /// <summary>What its values are, in the words of <see cref="PropertyInfo.Type"/>.</summary>
    public string? Type { get; init; }

    /// <summary>True when an object cannot be without it.</summary>
    public bool Required { get; init; }

    /// <summary>True when its past is worth a graph.</summary>
    public bool Graph { get; init; }

    /// <summary>True when it can be set and not be read: the field starts empty.</summary>
    public bool WriteOnly { get; init; }

    /// <summary>Its present value; null when there is none, or none that can be read.</summary>
    [JsonConverter(typeof(ValueConverter))]
    public Value Value { get; init; }

    /// <summary>What one press on an arrow of a number adds; numbers in between may be typed. Null for what is no number.</summary>
    public double? Step { get; init; }

    /// <summary>The least number; null for no bound.</summary>
    public double? Minimum { get; init; }

    /// <summary>The greatest number; null for no bound.</summary>
    public double? Maximum { get; init; }

    /// <summary>The unit; null for none.</summary>
    public string? Unit { get; init; }

    /// <summary>What a list offers; null for what is no list.</summary>
    public IReadOnlyList<string>? Choices { get; init; }

    /// <summary>The fields inside of a fieldset; null for what is none.</summary>
    public IReadOnlyList<FormField>? Fields { get; init; }

    /// <summary>Makes the field of a property.</summary>
    /// <param name="name">The property's name.</param>
    /// <param name="property">What is known of it.</param>
    /// <param name="value">Its present value; not shown of what cannot be read.</param>
    /// <param name="rules">What is known of the members of an object; they come first, then what else the value has.</param>
    public static FormField Of(string name, PropertyInfo property, Value value = default, IReadOnlyList<MemberRule>? rules = null)
    {
        var control = ControlOf(property);
        var isNumber = control == FormControl.Number;
        var isByte = property.Type == DeviceValueTypes.Word(DeviceValueType.Byte);
        return new()
        {
            Name = name,
            Label = property.Title,
            Control = control,
            Type = property.Type,
            Graph = property.DataSource is not null && property.Access != PropertyAccess.Write,
            WriteOnly = property.Access == PropertyAccess.Write,
            Value = property.Access == PropertyAccess.Write ? Value.Null : value,
            Step = isNumber ? StepOf(property) : null,
            Minimum = property.Minimum ?? (isByte ? 0 : null),
            Maximum = property.Maximum ?? (isByte ? 255 : null),
            Unit = property.Unit,
            Choices = control == FormControl.Select ? property.Choices ?? [] : null,
            Fields = control == FormControl.Fieldset ? FieldsOf(value, rules ?? []) : null,
        };
    }

    /// <summary>Makes the field of a member that an object has by rule.</summary>
    /// <param name="rule">What is known of the member.</param>
    /// <param name="value">Its present value.</param>
    public static FormField Of(MemberRule rule, Value value = default) =>
        Of(rule.Name, rule.Describe(), value) with { Required = rule.Required };

    private static FormControl ControlOf(PropertyInfo property) => (property.Access, property.Type) switch
    {
        (PropertyAccess.Read, _) => FormControl.Reading,
        (PropertyAccess.Write, "boolean") => FormControl.Button,
        (_, "boolean") => FormControl.Checkbox,
        (_, "byte" or "integer" or "real") => FormControl.Number,
        (_, "list") => FormControl.Select,
        (_, "schedule") => FormControl.Schedule,
        (_, "json") => FormControl.Fieldset,
        _ => FormControl.Text,
    };

    // A real is set in about a hundred steps, each a power of ten: from 0 to 1 by 0.01, from -20 to 60 by 0.1.
    private static double StepOf(PropertyInfo property) => property switch
    {
        { Type: not "real" } => 1,
        { Minimum: { } from, Maximum: { } to } when to > from => Math.Pow(10, Math.Floor(Math.Log10(to - from)) - 2),
        _ => 0.1,
    };

    private static List<FormField> FieldsOf(Value value, IReadOnlyList<MemberRule> rules)
    {
        var members = JsonMembers.TryParse(value.Payload.Span, out var parts, out _) ? parts.All : [];
        return
        [
            .. from rule in rules
               select Of(rule, members.FirstOrDefault(member => member.Name == rule.Name).Value),
            .. from member in members
               where rules.All(rule => rule.Name != member.Name)
               select Of(member.Name, Guess(member), member.Value),
        ];
    }

    private static PropertyInfo Guess(JsonMember member) => new()
    {
        Title = member.Name,
        Access = PropertyAccess.ReadWrite,
        Type = DeviceValueTypes.Word(member.Value.Kind switch
        {
            ValueKind.Boolean => DeviceValueType.Bool,
            // That a number has no decimals now does not say that it may have none.
            ValueKind.Integer or ValueKind.Real => DeviceValueType.Real,
            ValueKind.Json when ValueCheck.IsObject(member.Value) => DeviceValueType.Dict,
            _ => DeviceValueType.Str,
        }),
    };
}

/// <summary>A value in a record that the generated context writes.</summary>
internal sealed class ValueConverter : JsonConverter<Value>
{
    public override bool HandleNull => true;

    public override Value Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        ValueJson.TryRead(ref reader, out var value) ? value : throw new JsonException("A text is not valid Unicode.");

    public override void Write(Utf8JsonWriter writer, Value value, JsonSerializerOptions options) => value.WriteJson(writer);
}
