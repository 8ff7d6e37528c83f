using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Gatehouse.Runtime.Configuration;

/// <summary>One value of the text and where it stands, so that whatever is found wrong with it later has a line and a column.</summary>
internal sealed record SettingsNode(SettingsText Text, int Offset, JsonValueKind Kind)
{
    /// <summary>Longer ones are cut, as a problem is one line.</summary>
    public const int LongestQuote = 40;

    /// <summary>The text of a text, the digits of a number.</summary>
    public string Scalar { get; init; } = "";

    /// <summary>What an object holds, in its order, with duplicates.</summary>
    public IReadOnlyList<SettingsMember> Members { get; init; } = [];

    /// <summary>What a list holds.</summary>
    public IReadOnlyList<SettingsNode> Items { get; init; } = [];

    /// <summary>As in "found …": <c>the text "abc"</c>.</summary>
    public string Found => Kind switch
    {
        JsonValueKind.String => $"the text \"{Quote()}\"",
        JsonValueKind.Number => Scalar.Length <= LongestQuote ? Scalar : Scalar[..LongestQuote] + "…",
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Null => "null",
        JsonValueKind.Array => "a list",
        _ => "an object",
    };

    public SettingsProblem Problem(SettingsProblemKind kind, string path, string message) => Text.Problem(kind, Offset, path, message);

    /// <exception cref="JsonException">It is none of that type.</exception>
    public object? Deserialize(JsonTypeInfo type)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(writer);
        }
        return JsonSerializer.Deserialize(buffer.WrittenSpan, type);
    }

    private void Write(Utf8JsonWriter writer)
    {
        switch (Kind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var (name, _, value) in Members)
                {
                    writer.WritePropertyName(name);
                    value.Write(writer);
                }
                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in Items) item.Write(writer);
                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                writer.WriteStringValue(Scalar);
                break;
            case JsonValueKind.Number:
                writer.WriteRawValue(Scalar);
                break;
            case JsonValueKind.Null:
                writer.WriteNullValue();
                break;
            default:
                writer.WriteBooleanValue(Kind == JsonValueKind.True);
                break;
        }
    }

    private string Quote()
    {
        var quote = JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(Scalar.Length <= LongestQuote ? Scalar : Scalar[..LongestQuote]);
        return Scalar.Length <= LongestQuote ? quote : quote + "…";
    }
}

/// <summary>One name of an object, where the name stands, and its value.</summary>
internal sealed record SettingsMember(string Name, int Offset, SettingsNode Value);
