using System.Buffers;
using System.Text.Json;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Web.Events;

/// <summary>Builds events of the change feed (WHATWG HTML, section 9.2.5) in one buffer that is used again.</summary>
internal sealed class EventBuffer : IDisposable
{
    private const int UsualCapacity = 64 * 1024;

    private readonly Utf8JsonWriter _json;
    private ArrayBufferWriter<byte> _bytes = new(4096);

    public EventBuffer() => _json = new Utf8JsonWriter(_bytes, JsonStyle.Trusted);

    /// <summary>What has been built since <see cref="Clear"/>.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.WrittenMemory;

    /// <summary>Begins anew, without the memory that one large snapshot has taken.</summary>
    public void Clear()
    {
        if (_bytes.Capacity > UsualCapacity) _bytes = new ArrayBufferWriter<byte>(4096);
        _bytes.ResetWrittenCount();
    }

    /// <summary>Adds one event.</summary>
    public void Add(in ChangeEvent next)
    {
        _bytes.Write("id: "u8);
        _bytes.Write(System.Text.Encoding.ASCII.GetBytes(next.Id.ToString()));
        _bytes.Write("\nevent: "u8);
        _bytes.Write(System.Text.Encoding.ASCII.GetBytes(next.Name));
        _bytes.Write("\ndata: "u8);
        var start = _bytes.WrittenCount;
        _json.Reset(_bytes);
        _json.WriteStartArray();
        foreach (var entry in next.Entries) EntryJson.Write(_json, entry);
        _json.WriteEndArray();
        _json.Flush();
        KeepOnOneLine(start);
        _bytes.Write("\n\n"u8);
    }

    public void Dispose() => _json.Dispose();

    // A line break would end the data. JSON has them only between its tokens, where a space says the same.
    private void KeepOnOneLine(int start)
    {
        var data = System.Runtime.InteropServices.MemoryMarshal.AsMemory(_bytes.WrittenMemory)[start..].Span;
        if (data.IndexOfAny((byte)'\n', (byte)'\r') < 0) return;
        data.Replace((byte)'\n', (byte)' ');
        data.Replace((byte)'\r', (byte)' ');
    }
}
