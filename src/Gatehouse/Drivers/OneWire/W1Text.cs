using System.Buffers.Text;

namespace Gatehouse.Drivers.OneWire;

/// <summary>The files of a thermometer, as the kernel writes them. Pure.</summary>
internal static class W1Text
{
    /// <summary>
    /// Reads <c>w1_slave</c>: nine bytes and <c>: crc=XX YES</c>, then nine bytes and <c>t=</c> thousandths of a degree. The second line
    /// repeats the last good bytes, so the first one counts.
    /// </summary>
    public static OneWireReading ReadSlave(ReadOnlySpan<byte> text, byte family)
    {
        var end = text.IndexOf((byte)'\n');
        if (end < 0) return OneWireReading.Of(text.IsEmpty ? RejectReason.Converting : RejectReason.Malformed);
        var first = text[..end];
        var second = text[(end + 1)..].TrimEnd((byte)'\n');
        Span<byte> bytes = stackalloc byte[Scratchpad.Length];
        Span<byte> repeated = stackalloc byte[Scratchpad.Length];
        if (!TryReadBytes(ref first, bytes) || !TryReadVerdict(first, out var crc, out var isRight)) return Malformed;
        if (!TryReadBytes(ref second, repeated) || !TryReadLast(second)) return Malformed;
        if (!isRight) return OneWireReading.Of(RejectReason.KernelChecksum);
        return crc == bytes[^1] ? Scratchpad.Read(bytes, family) : OneWireReading.Of(RejectReason.Checksum);
    }

    /// <summary>Reads <c>temperature</c>: thousandths of a degree, checked by the kernel alone; empty while the chip measures.</summary>
    public static OneWireReading ReadTemperature(ReadOnlySpan<byte> text)
    {
        if (text.Trim(" \n"u8).IsEmpty) return OneWireReading.Of(RejectReason.Converting);
        return TryReadNumber(text, out var thousandths) ? Scratchpad.Judge(thousandths / 1000.0) : Malformed;
    }

    /// <summary>Reads a file of one whole number.</summary>
    public static bool TryReadNumber(ReadOnlySpan<byte> text, out int number)
    {
        text = text.Trim(" \n"u8);
        return Utf8Parser.TryParse(text, out number, out var used) && used == text.Length;
    }

    private static OneWireReading Malformed => OneWireReading.Of(RejectReason.Malformed);

    // "50 05 4b 46 7f ff 0c 10 1c "
    private static bool TryReadBytes(ref ReadOnlySpan<byte> line, scoped Span<byte> bytes)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            if (!TryReadHex(line, out bytes[i]) || line.Length < 3 || line[2] != ' ') return false;
            line = line[3..];
        }
        return true;
    }

    // ": crc=1c YES"
    private static bool TryReadVerdict(ReadOnlySpan<byte> line, out byte crc, out bool isRight)
    {
        (crc, isRight) = (0, false);
        if (!line.StartsWith(": crc="u8) || !TryReadHex(line[6..], out crc)) return false;
        isRight = line[8..].SequenceEqual(" YES"u8);
        return isRight || line[8..].SequenceEqual(" NO"u8);
    }

    // "t=85000"
    private static bool TryReadLast(ReadOnlySpan<byte> line) => line.StartsWith("t="u8) && TryReadNumber(line[2..], out _);

    private static bool TryReadHex(ReadOnlySpan<byte> text, out byte octet)
    {
        octet = 0;
        return text.Length >= 2 && Utf8Parser.TryParse(text[..2], out octet, out var used, 'x') && used == 2;
    }
}
