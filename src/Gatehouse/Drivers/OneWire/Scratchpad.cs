using System.Buffers.Binary;

namespace Gatehouse.Drivers.OneWire;

/// <summary>The memory of a thermometer, nine bytes of which the last is the checksum of the others, and what it says.</summary>
internal static class Scratchpad
{
    public const int Length = 9;

    private const byte Ds18S20 = 0x10;

    /// <summary>What chips hold before their first measurement.</summary>
    private const double PowerOn = 85;

    /// <summary>Above what any of these chips can measure: too little power leaves all bits of the number at one.</summary>
    private const double TooLittlePower = 127;

    /// <summary>Reads the temperature in °C, or why there is none.</summary>
    public static OneWireReading Read(ReadOnlySpan<byte> bytes, byte family)
    {
        if (bytes.Length != Length) return OneWireReading.Of(RejectReason.Malformed);
        if (Crc8.Of(bytes[..^1]) != bytes[^1]) return OneWireReading.Of(RejectReason.Checksum);
        if (!bytes.ContainsAnyExcept((byte)0)) return OneWireReading.Of(RejectReason.Shorted);
        return Judge(family == Ds18S20 ? Fine(bytes) : Number(bytes) / 16.0);
    }

    /// <summary>What a temperature that a chip gave is worth.</summary>
    public static OneWireReading Judge(double celsius) => celsius switch
    {
        PowerOn => new OneWireReading(RejectReason.PowerOn, celsius),
        >= TooLittlePower => OneWireReading.Of(RejectReason.TooLittlePower),
        _ => new OneWireReading(RejectReason.None, celsius),
    };

    // The number is in half degrees. The datasheet of the DS18S20 gains more from what remains of its counter (byte 6) and the count of
    // one degree (byte 7): whole degrees - 0.25 + (count - remain) / count.
    private static double Fine(ReadOnlySpan<byte> bytes)
    {
        var number = Number(bytes);
        var (remain, count) = (bytes[6], bytes[7]);
        return count == 0 || remain > count ? number / 2.0 : (number >> 1) - 0.25 + ((double)(count - remain) / count);
    }

    private static short Number(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt16LittleEndian(bytes);
}
