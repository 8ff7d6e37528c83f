using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;
using Gatehouse.Runtime;
using Gatehouse.Sdk.Devices;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Devices;

/// <summary>
/// The body of a PATCH of a device: <c>{title?, room?, kind?, log?, retention?, properties?: {name: {title?, unit?, …}}}</c>, where null
/// takes an edit back.
/// </summary>
internal static class DevicePatch
{
    private static readonly string DeviceFields = string.Join(", ", EditRules.OfDevice.Select(r => r.Field));
    private static readonly string PropertyFields = string.Join(", ", EditRules.OfProperty.Select(r => r.Field));

    /// <summary>Reads the body; false with the error when anything in it is wrong, so that nothing is half done.</summary>
    public static bool TryParse(
        ReadOnlySpan<byte> body, [NotNullWhen(true)] out IReadOnlyList<FieldEdit>? edits, [NotNullWhen(false)] out FieldError? error)
    {
        edits = null;
        var found = new List<FieldEdit>();
        if (body.IsEmpty) error = NoObject("");
        else if (!Utf8.IsValid(body)) error = new FieldError("", "utf8", "the body is not UTF-8");
        else error = Read(body, found);
        if (error is null) edits = found;
        return error is null;
    }

    private static FieldError? Read(ReadOnlySpan<byte> body, List<FieldEdit> edits)
    {
        var reader = new Utf8JsonReader(body);
        try
        {
            reader.Read();
            var error = ReadFields(ref reader, null, edits);
            return error ?? (reader.Read() ? new FieldError("", "json", "something follows the JSON object") : null);
        }
        catch (JsonException e)
        {
            return new FieldError("", "json", $"the body is not JSON: {e.Message}");
        }
    }

    private static FieldError? ReadFields(ref Utf8JsonReader reader, string? property, List<FieldEdit> edits)
    {
        if (reader.TokenType != JsonTokenType.StartObject) return NoObject(property is null ? "" : $"properties.{property}");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (ReadName(ref reader) is not { } name) return NotUnicode(property is null ? "" : $"properties.{property}");
            reader.Read();
            var error = property is null && name == "properties"
                ? ReadProperties(ref reader, edits)
                : ReadField(ref reader, new FieldEdit(name, default, property), edits);
            if (error is not null) return error;
        }
        return null;
    }

    private static FieldError? ReadProperties(ref Utf8JsonReader reader, List<FieldEdit> edits)
    {
        if (reader.TokenType != JsonTokenType.StartObject) return NoObject("properties");
        for (var count = 0; reader.Read() && reader.TokenType == JsonTokenType.PropertyName; count++)
        {
            if (ReadName(ref reader) is not { } name) return NotUnicode("properties");
            if (name.Length == 0) return new("properties", "name", "the name of a property is not empty");
            if (count == EditRules.MostProperties) return new("properties", "size", $"at most {EditRules.MostProperties} properties");
            reader.Read();
            if (ReadFields(ref reader, name, edits) is { } error) return error;
        }
        return null;
    }

    private static FieldError? ReadField(ref Utf8JsonReader reader, FieldEdit edit, List<FieldEdit> edits)
    {
        var shown = KeySegment.ForDisplay(edit.ToString());
        if (EditRules.Find(edit.Field, edit.Property is not null) is not { } rule)
        {
            var known = edit.Property is null ? $"{DeviceFields} and properties" : PropertyFields;
            return new FieldError(shown, "unknown", $"this cannot be edited; {known} can");
        }
        if (!ValueJson.TryRead(ref reader, out var value)) return NotUnicode(shown);
        if (value.Kind != ValueKind.Null && !rule.Allows(value)) return new FieldError(shown, "value", rule.Words);
        edits.Add(edit with { Value = value });
        return null;
    }

    private static string? ReadName(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return null; // an escaped lone surrogate
        }
    }

    private static FieldError NoObject(string field) =>
        new(field, "object", """an object belongs here, such as {"title": "Lamp", "properties": {"level": {"unit": "%"}}}""");

    private static FieldError NotUnicode(string field) => new(field, "unicode", "the text is not valid Unicode");
}
