using System.Buffers;
using System.Text.Json;
using Gatehouse.Runtime.Logs;
using Gatehouse.Sdk.Values;
using Gatehouse.Web.Events;

namespace Gatehouse.Web.Streams;

/// <summary>Builds messages to a client of <c>/api/stream</c>, one at a time, in a buffer that is used again.</summary>
internal sealed class StreamMessage : IDisposable
{
    private const int UsualCapacity = 64 * 1024;

    private readonly Utf8JsonWriter _json;
    private ArrayBufferWriter<byte> _bytes = new(4096);

    public StreamMessage() => _json = new Utf8JsonWriter(_bytes, JsonStyle.Trusted);

    /// <summary>Shows that the connection lives.</summary>
    public static ReadOnlyMemory<byte> Beat { get; } = """{"event":"beat"}"""u8.ToArray();

    /// <summary>The message that was built last.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.WrittenMemory;

    public void Change(int channel, in ChangeEvent next)
    {
        Begin(channel, next.Name);
        _json.WriteString("id"u8, next.Id.ToString());
        _json.WriteStartArray("data"u8);
        foreach (var entry in next.Entries) EntryJson.Write(_json, entry);
        _json.WriteEndArray();
        End();
    }

    public void Records(int channel, in LogReading reading)
    {
        Begin(channel, "records");
        LogRecordJson.WriteMembers(_json, "data"u8, reading);
        End();
    }

    public void Refused(int channel, string detail)
    {
        Begin(channel, "refused");
        _json.WriteString("detail"u8, detail);
        End();
    }

    public void Dispose() => _json.Dispose();

    // Without the memory that one large snapshot has taken.
    private void Begin(int channel, string name)
    {
        if (_bytes.Capacity > UsualCapacity) _bytes = new ArrayBufferWriter<byte>(4096);
        _bytes.ResetWrittenCount();
        _json.Reset(_bytes);
        _json.WriteStartObject();
        _json.WriteNumber("channel"u8, channel);
        _json.WriteString("event"u8, name);
    }

    private void End()
    {
        _json.WriteEndObject();
        _json.Flush();
    }
}
