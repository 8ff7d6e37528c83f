using Gatehouse.Drivers.System;
using Gatehouse.Tests.Drivers.System;

namespace Gatehouse.Tests.Fuzz;

/// <summary>What the kernel, or whatever stands in its place, says of the machine.</summary>
[Trait("Run", "Fuzz")]
public sealed class ProcFuzzTests
{
    [Fact(Explicit = true)]
    public void Every_line_is_understood_or_counted() => Fuzzer.Run(
        [
            ProcSamples.Stat, ProcSamples.PiMemory, ProcSamples.PiDisks, ProcSamples.PcDisks,
            ProcSamples.Network, ProcSamples.Mounts, ProcSamples.LoadAverage,
        ],
        input =>
        {
            var rejected = ProcParserTests.ReadTimes(input).Rejected + ProcParserTests.ReadDisks(input).Rejected
                + ProcParserTests.ReadInterfaces(input).Rejected;
            Mount.ReadAll(input, out var mounts);
            var memory = MemoryInfo.TryParse(input, out _, out var lines);
            var load = LoadAverage.TryParse(input, out _);
            return $"{(memory ? "memory " : "")}{(load ? "load " : "")}{(rejected + mounts + lines > 0 ? "rejected" : "all understood")}";
        },
        "memory rejected", "load rejected", "rejected");
}
