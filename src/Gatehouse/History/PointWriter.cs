using System.Text;
using Gatehouse.Sdk.Values;

namespace Gatehouse.History;

/// <summary>
/// Packs points one behind the other into a growing buffer. What is written never changes again, so it can be copied piecewise.
/// </summary>
internal sealed class PointWriter
{
    private PointContext _before;
    private byte[] _bytes;
    private int _length;

    public PointWriter(int capacity = 32) => _bytes = new byte[capacity];

    /// <summary>
    /// Goes on where other points ended: behind <paramref name="packed"/>, whose last ones left <paramref name="context"/>.
    /// </summary>
    public PointWriter(ReadOnlySpan<byte> packed, in PointContext context) : this(packed.Length + 64)
    {
        packed.CopyTo(_bytes);
        _length = packed.Length;
        _before = context;
    }

    public int Length => _length;

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>What is written so far; it stays as it is while more is written.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    public void Write(in Point point)
    {
        Reserve(1 + (3 * Varint.MaxBytes));
        var tagAt = _length++;
        var ticks = point.Time.Ticks;
        var step = ticks - _before.Time;
        var tag = ((int)point.Quality << PointContext.QualityShift) | (point.Removed ? PointContext.RemovedBit : 0);
        if (step == _before.Step) tag |= PointContext.SameStepBit;
        else Put(Varint.ZigZag(step - _before.Step));
        (_before.Time, _before.Step) = (ticks, step);
        tag |= (int)WriteValue(point.Value); // which may move the buffer
        _bytes[tagAt] = (byte)tag;
        _before.Value = point.Value;
    }

    private PointForm WriteValue(in Value value)
    {
        if (value == _before.Value) return PointForm.Same;
        switch (value.Kind)
        {
            case ValueKind.Null:
                return PointForm.Null;
            case ValueKind.Boolean:
                return value.TryGetBoolean(out var flag) && flag ? PointForm.True : PointForm.False;
            case ValueKind.Integer:
                value.TryGetInteger(out var integer);
                Put(Varint.ZigZag(unchecked(integer - _before.Integer)));
                _before.Integer = integer;
                return PointForm.Integer;
            case ValueKind.Real:
                return value.NumberText is { } text ? PutBytes(PointForm.NumberText, text) : WriteReal(value.Real);
            case ValueKind.Text:
                return PutBytes(PointForm.Text, value.ToString());
            case ValueKind.Json:
                return PutBytes(PointForm.Json, value.Payload.Span);
            default:
                return PutBytes(PointForm.Bytes, value.Payload.Span);
        }
    }

    private PointForm WriteReal(double real)
    {
        if (PointContext.TryGetDigits(real, _before.Places, out var digits))
        {
            Put(Varint.ZigZag(digits - _before.Digits));
            _before.Digits = digits;
            return PointForm.Decimal;
        }
        for (var places = 0; places <= PointContext.MaxPlaces; places++)
        {
            if (!PointContext.TryGetDigits(real, places, out digits)) continue;
            _bytes[_length++] = (byte)places;
            Put(Varint.ZigZag(digits));
            (_before.Digits, _before.Places) = (digits, places);
            return PointForm.FirstDecimal;
        }
        return WriteBits(BitConverter.DoubleToInt64Bits(real));
    }

    private PointForm WriteBits(long bits)
    {
        var changed = (ulong)(bits ^ _before.RealBits);
        _before.RealBits = bits;
        var leading = Math.Min(7, ulong.LeadingZeroCount(changed) / 8);
        var trailing = Math.Min(7 - leading, ulong.TrailingZeroCount(changed) / 8);
        var count = 8 - leading - trailing;
        _bytes[_length++] = (byte)((leading << 4) | count);
        for (var i = 0UL; i < count; i++) _bytes[_length++] = (byte)(changed >> (int)(8 * (trailing + i)));
        return PointForm.Real;
    }

    private PointForm PutBytes(PointForm form, string text)
    {
        var count = Encoding.UTF8.GetByteCount(text);
        Put((ulong)count);
        Reserve(count);
        _length += Encoding.UTF8.GetBytes(text, _bytes.AsSpan(_length));
        return form;
    }

    private PointForm PutBytes(PointForm form, ReadOnlySpan<byte> bytes)
    {
        Put((ulong)bytes.Length);
        Reserve(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
        return form;
    }

    private void Put(ulong number) => _length += Varint.Write(_bytes.AsSpan(_length), number);

    private void Reserve(int count)
    {
        if (_bytes.Length - _length < count) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + count));
    }
}
