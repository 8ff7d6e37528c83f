using System.Text;
using Gatehouse.Sdk.Values;

namespace Gatehouse.History;

/// <summary>Why packed points cannot be read any further.</summary>
internal enum PackedFault : byte
{
    None,

    /// <summary>They end in the middle of a point.</summary>
    Truncated,

    /// <summary>No value has this form.</summary>
    UnknownForm,

    /// <summary>The time is none that a calendar has.</summary>
    BadTime,

    /// <summary>The bytes are no such value.</summary>
    BadValue,
}

/// <summary>
/// Unpacks what <see cref="PointWriter"/> wrote. The bytes come from a disk and may be anything: what cannot be read is a fault, never an
/// exception.
/// </summary>
internal ref struct PointReader(ReadOnlySpan<byte> packed)
{
    private ReadOnlySpan<byte> _rest = packed;
    private PointContext _before;

    /// <summary>Why <see cref="TryRead"/> returned false; none at the end.</summary>
    public PackedFault Fault { get; private set; }

    /// <summary>What a writer needs to go on behind the points read so far.</summary>
    public readonly PointContext Context => _before;

    public readonly int Left => _rest.Length;

    /// <summary>Reads the next point. False at the end, and where the bytes are damaged.</summary>
    public bool TryRead(out Point point)
    {
        point = default;
        if (_rest.IsEmpty) return false;
        var tag = _rest[0];
        _rest = _rest[1..];
        if (!TryReadTime(tag)) return false;
        var fault = ReadValue((PointForm)(tag & PointContext.FormMask));
        if (fault != PackedFault.None) return Fail(fault);
        var quality = (Quality)((tag & PointContext.QualityMask) >> PointContext.QualityShift);
        point = new Point(new DateTime(_before.Time, DateTimeKind.Utc), _before.Value, quality, (tag & PointContext.RemovedBit) != 0);
        return true;
    }

    private bool TryReadTime(byte tag)
    {
        if ((tag & PointContext.SameStepBit) == 0)
        {
            if (!Varint.TryTakeSigned(ref _rest, out var change)) return Fail(PackedFault.Truncated);
            _before.Step = unchecked(_before.Step + change);
        }
        _before.Time = unchecked(_before.Time + _before.Step);
        return (ulong)_before.Time <= (ulong)DateTime.MaxValue.Ticks || Fail(PackedFault.BadTime);
    }

    private PackedFault ReadValue(PointForm form)
    {
        switch (form)
        {
            case PointForm.Same:
                return PackedFault.None;
            case PointForm.Null:
                _before.Value = Value.Null;
                return PackedFault.None;
            case PointForm.False or PointForm.True:
                _before.Value = Value.From(form == PointForm.True);
                return PackedFault.None;
            case PointForm.Integer:
                if (!Varint.TryTakeSigned(ref _rest, out var change)) return PackedFault.Truncated;
                _before.Value = Value.From(_before.Integer = unchecked(_before.Integer + change));
                return PackedFault.None;
            case PointForm.Decimal or PointForm.FirstDecimal:
                return ReadDecimal(form);
            case PointForm.Real:
                return ReadBits();
            case PointForm.NumberText or PointForm.Text or PointForm.Json or PointForm.Bytes:
                return ReadBytes(form);
            default:
                return PackedFault.UnknownForm;
        }
    }

    private PackedFault ReadDecimal(PointForm form)
    {
        if (form == PointForm.FirstDecimal)
        {
            if (_rest.IsEmpty) return PackedFault.Truncated;
            if (_rest[0] > PointContext.MaxPlaces) return PackedFault.BadValue;
            (_before.Places, _before.Digits) = (_rest[0], 0);
            _rest = _rest[1..];
        }
        if (!Varint.TryTakeSigned(ref _rest, out var change)) return PackedFault.Truncated;
        _before.Digits = unchecked(_before.Digits + change);
        _before.Value = Value.From(PointContext.ToReal(_before.Digits, _before.Places));
        return PackedFault.None;
    }

    private PackedFault ReadBits()
    {
        if (_rest.IsEmpty) return PackedFault.Truncated;
        var (leading, count) = (_rest[0] >> 4, _rest[0] & 0x0F);
        if (leading + count > 8) return PackedFault.BadValue;
        if (_rest.Length <= count) return PackedFault.Truncated;
        ulong changed = 0;
        for (var i = 0; i < count; i++) changed |= (ulong)_rest[1 + i] << (8 * (8 - leading - count + i));
        _rest = _rest[(1 + count)..];
        _before.RealBits ^= (long)changed;
        _before.Value = Value.From(BitConverter.Int64BitsToDouble(_before.RealBits));
        return PackedFault.None;
    }

    private PackedFault ReadBytes(PointForm form)
    {
        if (!Varint.TryTakeLength(ref _rest, out var length)) return PackedFault.Truncated;
        var bytes = _rest[..length];
        _rest = _rest[length..];
        switch (form)
        {
            case PointForm.Bytes:
                _before.Value = Value.FromBytes(bytes);
                return PackedFault.None;
            case PointForm.Text:
                _before.Value = Value.From(Encoding.UTF8.GetString(bytes));
                return PackedFault.None;
            default:
                // Read as a whole document: a number of its own text and JSON are both one.
                var isOne = Value.TryParse(bytes, out var value) && value.Kind is ValueKind.Real or ValueKind.Integer or ValueKind.Json;
                _before.Value = isOne ? value : _before.Value;
                return isOne ? PackedFault.None : PackedFault.BadValue;
        }
    }

    private bool Fail(PackedFault fault)
    {
        Fault = fault;
        _rest = default;
        return false;
    }
}
