using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gatehouse.Sdk.Devices;
using Gatehouse.Sdk.Hub;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Cli;

/// <summary>Results as JSON, each document on one line.</summary>
internal static class JsonText
{
    public static string Of(Action<Utf8JsonWriter> write)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output, JsonStyle.Trusted)) write(writer);
        return TerminalText.EscapeJson(Encoding.UTF8.GetString(output.WrittenSpan));
    }

    public static string Of(Entry entry) => Of(writer => EntryJson.Write(writer, entry));

    public static string Of(IEnumerable<Entry> entries) => Of(writer =>
    {
        writer.WriteStartArray();
        foreach (var entry in entries) EntryJson.Write(writer, entry);
        writer.WriteEndArray();
    });

    public static string OfReply(IEnumerable<Value> frames) => Of(writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartArray("frames"u8);
        foreach (var frame in frames) frame.WriteJson(writer);
        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    public static string Of(HubService[] services) =>
        TerminalText.EscapeJson(JsonSerializer.Serialize(services, CliJson.Relaxed.HubServiceArray));

    public static string Of(HistoryImport report) =>
        TerminalText.EscapeJson(JsonSerializer.Serialize(report, CliJson.Relaxed.HistoryImport));

    public static string Of(HubRequestImport report) =>
        TerminalText.EscapeJson(JsonSerializer.Serialize(report, CliJson.Relaxed.HubRequestImport));

    public static string Of(DeviceInfo[] devices) =>
        TerminalText.EscapeJson(JsonSerializer.Serialize(devices, CliJson.Relaxed.DeviceInfoArray));

    public static string Of(DeviceInfo device) => TerminalText.EscapeJson(JsonSerializer.Serialize(device, CliJson.Relaxed.DeviceInfo));

    public static string Of(HubSession[] sessions) =>
        TerminalText.EscapeJson(JsonSerializer.Serialize(sessions, CliJson.Relaxed.HubSessionArray));

    public static string Of(HubCode code) => TerminalText.EscapeJson(JsonSerializer.Serialize(code, CliJson.Relaxed.HubCode));

    public static string Of(HubLogRecord record) => TerminalText.EscapeJson(JsonSerializer.Serialize(record, CliJson.Relaxed.HubLogRecord));

    public static string Of(BrokerBenchResult result) =>
        TerminalText.EscapeJson(JsonSerializer.Serialize(result, CliJson.Relaxed.BrokerBenchResult));

    public static string Of(VersionDocument version) =>
        TerminalText.EscapeJson(JsonSerializer.Serialize(version, CliJson.Relaxed.VersionDocument));
}

/// <summary>What <c>gatehouse version --json</c> prints.</summary>
/// <param name="Version">This program's.</param>
/// <param name="Hub">The running hub's; null when none was reached.</param>
/// <param name="Address">Where it was reached.</param>
internal sealed record VersionDocument(string Version, string? Hub, Uri? Address);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HubService[]))]
[JsonSerializable(typeof(HistoryImport))]
[JsonSerializable(typeof(HubRequestImport))]
[JsonSerializable(typeof(DeviceInfo[]))]
[JsonSerializable(typeof(HubSession[]))]
[JsonSerializable(typeof(HubCode))]
[JsonSerializable(typeof(VersionDocument))]
[JsonSerializable(typeof(HubLogRecord))]
[JsonSerializable(typeof(BrokerBenchResult))]
internal sealed partial class CliJson : JsonSerializerContext
{
    public static CliJson Relaxed { get; } = new(new JsonSerializerOptions(JsonSerializerDefaults.Web)
    {
        Encoder = JsonStyle.Encoder,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    });
}
