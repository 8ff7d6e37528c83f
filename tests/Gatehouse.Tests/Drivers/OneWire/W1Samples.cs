using System.Globalization;
using System.Text;
using Gatehouse.Drivers.OneWire;

namespace Gatehouse.Tests.Drivers.OneWire;

/// <summary>Files as the kernel writes them.</summary>
internal static class W1Samples
{
    public static string Slave(string bytes, string crc, int thousandths, bool isRight = true) =>
        $"{bytes} {crc} : crc={crc} {(isRight ? "YES" : "NO")}\n{bytes} {crc} t={thousandths}\n";

    public static string Plain { get; } = Slave("72 01 4b 46 7f ff 0e 10", "57", 23125);

    public static string Cold { get; } = Slave("5e ff 4b 46 7f ff 02 10", "b6", -10125);

    public static string PowerOn { get; } = Slave("50 05 4b 46 7f ff 0c 10", "1c", 85000);

    public static string Shorted { get; } = Slave("00 00 00 00 00 00 00 00", "00", 0);

    public static string Damaged { get; } = Slave("72 01 4b 46 7f ff 0e 10", "57", 23125, isRight: false);

    public static string NoPower { get; } = Of(0xff, 0x07, 0x4b, 0x46, 0x7f, 0xff, 0x0c, 0x10);

    public static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);

    /// <summary>A sound file for eight bytes of a chip.</summary>
    public static string Of(params byte[] chip)
    {
        var hex = string.Join(' ', chip.Select(b => b.ToString("x2", CultureInfo.InvariantCulture)));
        var crc = Crc8.Of(chip).ToString("x2", CultureInfo.InvariantCulture);
        return Slave(hex, crc, 0);
    }
}
