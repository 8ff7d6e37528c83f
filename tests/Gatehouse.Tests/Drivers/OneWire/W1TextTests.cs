using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Gatehouse.Drivers.OneWire;

namespace Gatehouse.Tests.Drivers.OneWire;

public sealed class W1TextTests
{
    private const byte Ds18B20 = 0x28, Ds18S20 = 0x10;

    [Theory]
    [InlineData("72 01 4b 46 7f ff 0e 10", "57", 23.125)]
    [InlineData("5e ff 4b 46 7f ff 02 10", "b6", -10.125)]
    [InlineData("90 fc 4b 46 7f ff 0c 10", "4f", -55.0)]
    public void A_sound_file_is_decoded(string bytes, string crc, double celsius)
    {
        foreach (var family in (byte[])[0x22, 0x28, 0x3B, 0x42])
        {
            Assert.Equal(new OneWireReading(RejectReason.None, celsius), Read(W1Samples.Slave(bytes, crc, 1), family));
        }
    }

    [Fact]
    public void Eighty_five_degrees_are_told_apart() =>
        Assert.Equal(new OneWireReading(RejectReason.PowerOn, 85), Read(W1Samples.PowerOn));

    [Theory]
    [InlineData("32 00 4b 46 ff ff 0c 10", 25.0)]
    [InlineData("32 00 4b 46 ff ff 02 10", 25.625)]
    [InlineData("33 00 4b 46 ff ff 0a 10", 25.125)]
    [InlineData("ce ff 4b 46 ff ff 0c 10", -25.0)]
    [InlineData("32 00 4b 46 ff ff 0c 00", 25.0)]
    [InlineData("33 00 4b 46 ff ff 20 10", 25.5)]
    public void The_ds18s20_gains_from_the_rest_of_its_counter(string bytes, double celsius) =>
        Assert.Equal(celsius, Read(W1Samples.Of(Convert.FromHexString(bytes.Replace(" ", ""))), Ds18S20).Celsius);

    [Fact]
    public void The_ds18s20_has_the_same_value_before_its_first_measurement() => Assert.Equal(
        new OneWireReading(RejectReason.PowerOn, 85), Read(W1Samples.Of(0xaa, 0x00, 0x4b, 0x46, 0xff, 0xff, 0x0c, 0x10), Ds18S20));

    [Fact]
    public void What_is_no_measurement_has_its_reason_and_no_temperature()
    {
        (RejectReason Reason, string Text)[] all =
        [
            (RejectReason.KernelChecksum, W1Samples.Damaged),
            (RejectReason.Shorted, W1Samples.Shorted),
            (RejectReason.TooLittlePower, W1Samples.NoPower),
            (RejectReason.Checksum, W1Samples.Plain.Replace("72 01", "73 01", StringComparison.Ordinal)),
            (RejectReason.Checksum, W1Samples.Plain.Replace("crc=57", "crc=58", StringComparison.Ordinal)),
            (RejectReason.Converting, ""),
            (RejectReason.Malformed, "72 01"),
            (RejectReason.Malformed, "\n\n"),
            (RejectReason.Malformed, W1Samples.Plain[..40]),
            (RejectReason.Malformed, W1Samples.Plain.Replace("t=", "u=", StringComparison.Ordinal)),
            (RejectReason.Malformed, W1Samples.Plain.Replace("YES", "YEAH", StringComparison.Ordinal)),
            (RejectReason.Malformed, W1Samples.Plain.Replace("72 ", "7g ", StringComparison.Ordinal)),
            (RejectReason.Malformed, W1Samples.Plain + "more"),
        ];
        Assert.All(all, one => Assert.Equal(OneWireReading.Of(one.Reason), Read(one.Text)));
        Assert.Equal(OneWireReading.Of(RejectReason.Malformed), Scratchpad.Read([1, 2], Ds18B20));
    }

    [Theory]
    [InlineData("23125\n", RejectReason.None, 23.125)]
    [InlineData("-10125\n", RejectReason.None, -10.125)]
    [InlineData("0\n", RejectReason.None, 0.0)]
    [InlineData("85000\n", RejectReason.PowerOn, 85.0)]
    [InlineData("127937\n", RejectReason.TooLittlePower, null)]
    [InlineData("\n", RejectReason.Converting, null)]
    [InlineData("", RejectReason.Converting, null)]
    [InlineData("warm\n", RejectReason.Malformed, null)]
    [InlineData("99999999999\n", RejectReason.Malformed, null)]
    public void The_newer_file_is_read(string text, object reason, double? celsius) =>
        Assert.Equal(new OneWireReading((RejectReason)reason, celsius), W1Text.ReadTemperature(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Every_reason_has_its_words()
    {
        var words = Enum.GetValues<RejectReason>().Select(OneWireReading.Words).ToList();
        Assert.Equal(words.Count - 1, words.Distinct().Count()); // two sorts of wrong checksum are one to people
    }

    [Fact]
    public void A_single_wrong_bit_in_the_chips_bytes_is_always_found()
    {
        var chip = Gen.Choose(0, 255).Select(i => (byte)i).ArrayOf(8);
        Prop.ForAll(chip.ToArbitrary(), Gen.Choose(0, 71).ToArbitrary(), (bytes, bit) =>
        {
            byte[] all = [.. bytes, Crc8.Of(bytes)];
            all[bit / 8] ^= (byte)(1 << (bit % 8));
            return Scratchpad.Read(all, Ds18B20).Reason == RejectReason.Checksum;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
    }

    [Fact]
    public void What_a_chip_measures_survives_the_way_through_the_file()
    {
        Prop.ForAll(Gen.Choose(-55 * 16, 125 * 16).ToArbitrary(), number =>
        {
            var celsius = number / 16.0;
            var reading = Read(W1Samples.Of((byte)number, (byte)(number >> 8), 0x4b, 0x46, 0x7f, 0xff, 0x0c, 0x10));
            return reading.Celsius == celsius && reading.Reason == (celsius == 85 ? RejectReason.PowerOn : RejectReason.None);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
    }

    [Fact]
    public void Whatever_happens_to_a_file_it_is_the_same_temperature_or_none()
    {
        var edits = from at in Gen.Choose(0, W1Samples.Plain.Length - 1)
                    from kind in Gen.Choose(0, 2)
                    from octet in Gen.Choose(0, 255)
                    select (at, kind, (byte)octet);
        Prop.ForAll(edits.ListOf().ToArbitrary(), list =>
        {
            var text = W1Samples.Bytes(W1Samples.Plain).ToList();
            foreach (var (at, kind, octet) in list.Where(e => e.at < text.Count))
            {
                if (kind == 0) text[at] = octet;
                else if (kind == 1) text.RemoveAt(at);
                else text.Insert(at, octet);
            }
            var reading = W1Text.ReadSlave([.. text], Ds18B20);
            return reading.Celsius is null or 23.125 or 85;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
    }

    [Theory]
    [InlineData("28-0316a2794bff", true, 0x28, true)]
    [InlineData("28-0316A2794BFF", true, 0x28, true)]
    [InlineData("10-000802b4a1c2", true, 0x10, true)]
    [InlineData("42-000802b4a1c2", true, 0x42, true)]
    [InlineData("29-000802b4a1c2", true, 0x29, false)]
    [InlineData("w1_bus_master1", false, 0, false)]
    [InlineData("28-0316a2794bf", false, 0, false)]
    [InlineData("28-0316a2794bfg", false, 0, false)]
    [InlineData("2x-0316a2794bff", false, 0, false)]
    [InlineData("28_0316a2794bff", false, 0, false)]
    [InlineData("", false, 0, false)]
    public void An_entry_is_a_device_by_its_name(string name, bool isDevice, byte family, bool isThermometer)
    {
        Assert.Equal(isDevice, OneWireId.TryParse(name, out var id));
        Assert.Equal((family, isThermometer), (id.Family, id.IsThermometer));
        if (isDevice) Assert.Equal(name.ToLowerInvariant(), id.ToString());
    }

    private static OneWireReading Read(string text, byte family = Ds18B20) => W1Text.ReadSlave(W1Samples.Bytes(text), family);
}
