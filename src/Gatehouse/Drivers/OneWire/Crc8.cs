namespace Gatehouse.Drivers.OneWire;

/// <summary>The checksum of 1-Wire: x⁸+x⁵+x⁴+1, least bit first, beginning with zero.</summary>
internal static class Crc8
{
    private const int Polynomial = 0x8C;

    public static byte Of(ReadOnlySpan<byte> bytes)
    {
        var sum = 0;
        foreach (var octet in bytes)
        {
            sum ^= octet;
            for (var bit = 0; bit < 8; bit++) sum = (sum & 1) != 0 ? (sum >> 1) ^ Polynomial : sum >> 1;
        }
        return (byte)sum;
    }
}
