using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gatehouse.Runtime.Configuration;

/// <summary>A <see cref="Duration"/> in JSON: its text, or a number of seconds. Writes the text.</summary>
internal sealed class DurationJson : JsonConverter<TimeSpan>
{
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        TimeSpan duration = default;
        var isRead = reader.TokenType == JsonTokenType.Number
            ? reader.TryGetDecimal(out var seconds) && Duration.TryFromSeconds(seconds, out duration)
            : Duration.TryParse(reader.GetString(), out duration);
        return isRead
            ? duration
            : throw new JsonException("not a duration such as \"250ms\", \"5s\", \"2m\", \"1h\" or \"7d\", nor a number of seconds");
    }

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Duration.ToText(value));
}
