using System.Buffers;
using System.Text;
using Gatehouse.Sdk.Clone;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Connectors.Clone;

/// <summary>Encodes one update at a time: key and body once, and a head for each set of ports that sends it. One thread.</summary>
internal sealed class UpdateEncoder
{
    private readonly byte[] _key = new byte[WireKey.MaxSize];
    private readonly BodyBuffer _body = new();
    private byte[] _head = new byte[1024];
    private int _keySize;

    /// <summary>The key on the wire.</summary>
    public ReadOnlySpan<byte> Key => _key.AsSpan(0, _keySize);

    /// <summary>The value as text; none for a removal.</summary>
    public ReadOnlySpan<byte> Body => _body.Written;

    public void TakeKey(string path) => _keySize = WireKey.Write(path, _key);

    public void TakeBody(Entry entry)
    {
        _body.Clear();
        if (entry.Removed) return;
        // Most values are; the general way asks a writer for each.
        if (entry.Value.TryGetText(out var text)) _body.Advance(Encoding.UTF8.GetBytes(text, _body.Room(text.Length * 3)));
        else entry.Value.WriteText(_body);
    }

    /// <summary>All that stands before the body; valid until the next call.</summary>
    public ReadOnlySpan<byte> Head(
        KvForm form, int width, ReadOnlySpan<byte> key, long number, ReadOnlySpan<byte> uuid, ReadOnlySpan<byte> properties, int body)
    {
        var size = KvHead.Size(form, width, key.Length, uuid.Length, properties.Length, body);
        if (size > _head.Length) _head = new byte[Math.Max(size, _head.Length * 2)];
        return _head.AsSpan(0, KvHead.Write(_head, form, width, key, number, uuid, properties, body));
    }

    private sealed class BodyBuffer : IBufferWriter<byte>
    {
        private byte[] _bytes = new byte[1024];
        private int _count;

        public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _count);

        public void Clear() => _count = 0;

        public void Advance(int count) => _count += count;

        public Span<byte> Room(int size)
        {
            if (_bytes.Length - _count < size) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _count + size));
            return _bytes.AsSpan(_count);
        }

        public Span<byte> GetSpan(int sizeHint = 0) => Room(Math.Max(1, sizeHint));

        public Memory<byte> GetMemory(int sizeHint = 0)
        {
            Room(Math.Max(1, sizeHint));
            return _bytes.AsMemory(_count);
        }
    }
}
