using System.Buffers;
using System.Globalization;

namespace Gatehouse.Drivers.OneWire;

/// <summary>What a device on a bus is called: its family in two hexadecimal digits, and its serial number in twelve.</summary>
internal readonly record struct OneWireId(byte Family, string Text)
{
    private const int Length = 15, Dash = 2;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    /// <summary>Whether it is of a family that measures temperature the way that <see cref="Scratchpad"/> reads.</summary>
    public bool IsThermometer => Family is 0x10 or 0x22 or 0x28 or 0x3B or 0x42;

    /// <summary>What chips of its family are called.</summary>
    public string Chip => Family switch
    {
        0x10 => "DS18S20",
        0x22 => "DS1822",
        0x28 => "DS18B20",
        0x3B => "DS1825",
        0x42 => "DS28EA00",
        _ => $"family {Family:x2}",
    };

    /// <summary>What its chip can measure, in °C.</summary>
    public (double Minimum, double Maximum) Range => Family == 0x42 ? (-40, 85) : (-55, 125);

    /// <summary>Reads the name of an entry; false for bus masters and all else.</summary>
    public static bool TryParse(string name, out OneWireId id)
    {
        id = default;
        if (name.Length != Length || name[Dash] != '-' || name.AsSpan(Dash + 1).ContainsAnyExcept(HexDigits)) return false;
        var digits = name.AsSpan(0, Dash);
        if (!byte.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var family)) return false;
        id = new OneWireId(family, name.ToLowerInvariant());
        return true;
    }

    public override string ToString() => Text;
}
