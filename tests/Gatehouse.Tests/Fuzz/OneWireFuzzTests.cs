using Gatehouse.Drivers.OneWire;
using Gatehouse.Tests.Drivers.OneWire;

namespace Gatehouse.Tests.Fuzz;

/// <summary>What the kernel, or whatever stands in its place, says of a thermometer.</summary>
[Trait("Run", "Fuzz")]
public sealed class OneWireFuzzTests
{
    [Fact(Explicit = true)]
    public void Every_file_is_a_temperature_or_has_a_reason() => Fuzzer.Run(
        [
            .. ((string[])[W1Samples.Plain, W1Samples.Cold, W1Samples.PowerOn, W1Samples.Shorted, W1Samples.Damaged, W1Samples.NoPower])
                .Select(W1Samples.Bytes),
        ],
        input =>
        {
            var (slave, newer) = (W1Text.ReadSlave(input, 0x10), W1Text.ReadTemperature(input));
            Assert.Equal(slave.Celsius is not null, slave.Reason is RejectReason.None or RejectReason.PowerOn);
            Assert.Equal(newer.Celsius is not null, newer.Reason is RejectReason.None or RejectReason.PowerOn);
            return slave.Reason.ToString();
        },
        "None", "Malformed", "Checksum", "KernelChecksum", "Shorted");
}
