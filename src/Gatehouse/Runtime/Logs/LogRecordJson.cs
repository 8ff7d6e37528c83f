using System.Text.Json;

namespace Gatehouse.Runtime.Logs;

/// <summary>The log on HTTP: <c>{number, time, level, category, message, exception?}</c> for each record.</summary>
internal static class LogRecordJson
{
    /// <summary>Writes what was read as members of the object that is open: after, lost when anything was, and the records.</summary>
    public static void WriteMembers(Utf8JsonWriter writer, ReadOnlySpan<byte> records, in LogReading reading)
    {
        writer.WriteNumber("after"u8, reading.After);
        if (reading.Lost > 0) writer.WriteNumber("lost"u8, reading.Lost);
        writer.WriteStartArray(records);
        foreach (var record in reading.Records)
        {
            writer.WriteStartObject();
            writer.WriteNumber("number"u8, record.Number);
            writer.WriteString("time"u8, record.Time);
            writer.WriteString("level"u8, LogLevelNames.Of(record.Level));
            writer.WriteString("category"u8, record.Category);
            writer.WriteString("message"u8, record.Message);
            if (record.Exception is { } exception) writer.WriteString("exception"u8, exception);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }
}
