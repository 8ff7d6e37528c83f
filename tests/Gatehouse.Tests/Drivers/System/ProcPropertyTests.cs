using FsCheck;
using FsCheck.Fluent;
using Gatehouse.Drivers.System;

namespace Gatehouse.Tests.Drivers.System;

/// <summary>Whatever happens to a text, no parser throws, and every line is understood, of no interest, or counted.</summary>
public sealed class ProcPropertyTests
{
    private delegate (int Accepted, int Rejected) Parser(byte[] text);

    [Fact]
    public void Mutated_processor_times_are_read_or_counted() =>
        Check(ProcSamples.Stat, 3, text => ProcParserTests.ReadTimes(text) is var (times, rejected) ? (times.Count, rejected) : default);

    [Fact]
    public void Mutated_disks_are_read_or_counted()
    {
        Check(ProcSamples.PiDisks, 2, text => ProcParserTests.ReadDisks(text) is var (disks, rejected) ? (disks.Count, rejected) : default);
        Check(ProcSamples.PcDisks, 2, text => ProcParserTests.ReadDisks(text) is var (disks, rejected) ? (disks.Count, rejected) : default);
    }

    [Fact]
    public void Mutated_interfaces_are_read_or_counted() =>
        Check(ProcSamples.Network, 3, text => ProcParserTests.ReadInterfaces(text) is var (all, bad) ? (all.Count, bad) : default);

    [Fact]
    public void Mutated_mounts_are_read_or_counted() =>
        Check(ProcSamples.Mounts, 6, text => (Mount.ReadAll(text, out var rejected).Count, rejected));

    [Fact]
    public void Mutated_memory_is_read_or_counted() =>
        Check(ProcSamples.PiMemory, 1, text => (MemoryInfo.TryParse(text, out _, out var rejected) ? 1 : 0, rejected));

    [Fact]
    public void Mutated_load_averages_and_uptimes_are_read_or_refused()
    {
        Check(ProcSamples.LoadAverage, 1, text => LoadAverage.TryParse(text, out _) ? (1, 0) : (0, 1));
        Check(ProcSamples.Uptime, 1, text => UptimeSensors.TryParse(text, out _) ? (1, 0) : (0, 1));
    }

    [Fact]
    public void A_broken_number_costs_its_own_line_alone()
    {
        var text = ProcSamples.PiDisks.ToArray();
        text[text.AsSpan().IndexOf("671466"u8)] = (byte)'x';
        var (disks, rejected) = ProcParserTests.ReadDisks(text);
        Assert.Equal(("sda", 1), (Assert.Single(disks).Name, rejected));
    }

    private static void Check(byte[] sample, int items, Parser parse)
    {
        Assert.Equal((items, 0), parse(sample));
        var somethingRejected = false;
        var edits = Gen.Choose(0, int.MaxValue - 1).ArrayOf().ToArbitrary();
        Prop.ForAll(edits, edit =>
        {
            var text = Mutate(sample, edit);
            var (accepted, rejected) = parse(text);
            somethingRejected |= rejected > 0;
            return accepted >= 0 && rejected >= 0 && accepted + rejected <= 1 + text.Count(b => b == (byte)'\n');
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
        Assert.True(somethingRejected);
    }

    private static byte[] Mutate(byte[] sample, int[] edits)
    {
        var text = sample.ToList();
        foreach (var edit in edits)
        {
            if (text.Count == 0) break;
            var at = edit / 1024 % text.Count;
            switch (edit % 4)
            {
                case 0: text[at] = (byte)(edit >> 2); break;
                case 1: text.RemoveAt(at); break;
                case 2: text.InsertRange(at, text.GetRange(at, Math.Min(40, text.Count - at))); break;
                default: text.RemoveRange(at, Math.Min(edit >> 2 & 31, text.Count - at)); break;
            }
        }
        return [.. text];
    }
}
