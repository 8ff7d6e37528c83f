using System.Buffers;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gatehouse.Runtime.Configuration;

/// <summary>The JSON schema of the file, for editors. <c>deploy/gatehouse.schema.json</c> is this text.</summary>
internal static class SettingsSchema
{
    /// <summary>The member of the root that names the schema, and is no option.</summary>
    public const string RootMember = "$schema";

    private static readonly JsonWriterOptions Layout = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Export(SettingsLayout layout)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Layout))
        {
            writer.WriteStartObject();
            writer.WriteString("$schema", "http://json-schema.org/draft-07/schema#");
            writer.WriteString("title", "Gatehouse settings");
            // Not of the standard; the editors that know the two words read the file as the hub does.
            writer.WriteBoolean("allowComments", true);
            writer.WriteBoolean("allowTrailingCommas", true);
            WriteObject(writer, layout.Root, null);
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }

    private static void WriteObject(Utf8JsonWriter writer, Option option, object? defaults)
    {
        writer.WriteString("type", "object");
        writer.WriteStartObject("properties");
        if (option.Path.Length == 0)
        {
            writer.WriteStartObject(RootMember);
            writer.WriteString("type", "string");
            writer.WriteEndObject();
        }
        foreach (var member in option.Members)
        {
            writer.WriteStartObject(member.Name);
            if (member.Description.Length > 0) writer.WriteString("description", member.Description);
            // A section makes its own defaults; below it they come from the object above.
            var value = member.Property is null ? member.Json?.CreateObject!() : defaults is null ? null : member.Property.Get!(defaults);
            WriteType(writer, member, value);
            if (defaults is not null && member.Kind != OptionKind.Object)
            {
                writer.WritePropertyName("default");
                writer.WriteRawValue(member.Print(value));
            }
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
        writer.WriteBoolean("additionalProperties", false);
    }

    private static void WriteType(Utf8JsonWriter writer, Option option, object? value)
    {
        switch (option.Kind)
        {
            case OptionKind.Object:
                WriteObject(writer, option, value);
                break;
            case OptionKind.List:
                WriteTypeName(writer, option, "array");
                WriteElement(writer, option, "items");
                break;
            case OptionKind.Map:
                WriteTypeName(writer, option, "object");
                WriteElement(writer, option, "additionalProperties");
                break;
            case OptionKind.Choice:
                writer.WriteStartArray("enum");
                foreach (var choice in option.Choices) writer.WriteStringValue(choice);
                if (option.IsNullable) writer.WriteNullValue();
                writer.WriteEndArray();
                break;
            case OptionKind.Duration:
                WriteTypeName(writer, option, "string", "number");
                writer.WriteString("pattern", Duration.Pattern);
                writer.WriteNumber("minimum", 0);
                break;
            case OptionKind.Text:
                WriteTypeName(writer, option, "string");
                WriteText(writer, option);
                break;
            case OptionKind.Integer:
            case OptionKind.Number:
                WriteTypeName(writer, option, option.Kind == OptionKind.Integer ? "integer" : "number");
                WriteRange(writer, option);
                break;
            default:
                WriteTypeName(writer, option, "boolean");
                break;
        }
    }

    private static void WriteElement(Utf8JsonWriter writer, Option option, string name)
    {
        writer.WriteStartObject(name);
        WriteType(writer, option.Element!, option.Element!.Json!.CreateObject?.Invoke());
        writer.WriteEndObject();
    }

    private static void WriteTypeName(Utf8JsonWriter writer, Option option, params ReadOnlySpan<string> names)
    {
        if (names.Length == 1 && !option.IsNullable)
        {
            writer.WriteString("type", names[0]);
            return;
        }
        writer.WriteStartArray("type");
        foreach (var name in names) writer.WriteStringValue(name);
        if (option.IsNullable) writer.WriteStringValue("null");
        writer.WriteEndArray();
    }

    private static void WriteText(Utf8JsonWriter writer, Option option)
    {
        if (option.Rules.OfType<RegularExpressionAttribute>().FirstOrDefault() is { } expression)
        {
            writer.WriteString("pattern", $"^(?:{expression.Pattern})$");
        }
        if (option.Rules.OfType<StringLengthAttribute>().FirstOrDefault() is { } length)
        {
            writer.WriteNumber("minLength", length.MinimumLength);
            writer.WriteNumber("maxLength", length.MaximumLength);
        }
        if (option.Rules.OfType<RequiredAttribute>().Any()) writer.WriteNumber("minLength", 1);
    }

    private static void WriteRange(Utf8JsonWriter writer, Option option)
    {
        if (option.Rules.OfType<RangeAttribute>().FirstOrDefault() is not { } range) return;
        writer.WritePropertyName("minimum");
        writer.WriteRawValue(Convert.ToString(range.Minimum, CultureInfo.InvariantCulture)!);
        writer.WritePropertyName("maximum");
        writer.WriteRawValue(Convert.ToString(range.Maximum, CultureInfo.InvariantCulture)!);
    }
}
