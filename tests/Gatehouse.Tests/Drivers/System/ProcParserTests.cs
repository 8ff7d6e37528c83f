using System.Text;
using Gatehouse.Drivers.System;

namespace Gatehouse.Tests.Drivers.System;

public sealed class ProcParserTests
{
    private const long Kibi = 1024;

    [Fact]
    public void Processor_times_are_read_for_all_cores_and_each()
    {
        var (times, rejected) = ReadTimes(ProcSamples.Stat);
        Assert.Equal(0, rejected);
        Assert.Equal([CpuTimes.AllCores, 0, 1], times.Select(t => t.Core));
        Assert.Equal((366348UL + 358, 17742UL + 426 + 6224 + 366348 + 358 + 0 + 102 + 15), (times[0].Idle, times[0].Total));
    }

    [Fact]
    public void Processor_times_of_four_columns_are_enough()
    {
        var (times, rejected) = ReadTimes(ProcSamples.ShortStat);
        Assert.Equal((0, new CpuTimes(0, 850, 1000)), (rejected, times[1]));
    }

    [Theory]
    [InlineData("cpu0 1 2 3")]
    [InlineData("cpu0 1 2 x 4 5")]
    [InlineData("cpu0 1 2 3 -4")]
    [InlineData("cpux 1 2 3 4")]
    [InlineData("cpu99999 1 2 3 4")]
    [InlineData("cpu0 1 2 3 99999999999999999999999")]
    public void Processor_times_that_make_no_sense_are_counted(string line) =>
        Assert.Equal(1, ReadTimes(ProcSamples.Bytes($"cpu 1 2 3 4\n{line}\n")) is ([_], var rejected) ? rejected : -1);

    [Theory]
    [InlineData(100, 200, 150, 300, 50.0)]
    [InlineData(100, 200, 100, 300, 100.0)]
    [InlineData(100, 200, 200, 300, 0.0)]
    [InlineData(100, 200, 100, 200, null)] // no time went by
    [InlineData(100, 200, 10, 20, null)] // reset
    [InlineData(100, 200, 90, 300, null)] // idle time went back, as it does when a core is switched off
    [InlineData(100, 200, 300, 300, null)] // more idle than time
    public void Load_is_busy_time_of_all_time(ulong idle, ulong total, ulong idleNow, ulong totalNow, double? load) =>
        Assert.Equal(load, CpuTimes.Load(new CpuTimes(0, idle, total), new CpuTimes(0, idleNow, totalNow)));

    [Fact]
    public void Load_averages_are_the_first_three_words()
    {
        Assert.True(LoadAverage.TryParse(ProcSamples.LoadAverage, out var load));
        Assert.Equal(new LoadAverage(0.31, 0.59, 0.35), load);
        Assert.False(LoadAverage.TryParse("0.31 0.59"u8, out _));
        Assert.False(LoadAverage.TryParse("0.31 nan 0.35"u8, out _));
    }

    [Fact]
    public void Memory_of_a_Raspberry_Pi_is_read()
    {
        Assert.True(MemoryInfo.TryParse(ProcSamples.PiMemory, out var memory, out var rejected));
        Assert.Equal(new MemoryInfo(947732 * Kibi, 692116 * Kibi, 102396 * Kibi, 92396 * Kibi), memory);
        Assert.Equal(((947732 - 692116) * Kibi, 10000 * Kibi, 0), (memory.Used, memory.SwapUsed, rejected));
    }

    [Fact]
    public void Available_memory_is_worked_out_where_an_old_kernel_does_not_say_it()
    {
        Assert.True(MemoryInfo.TryParse(ProcSamples.OldMemory, out var memory, out _));
        Assert.Equal((72836 + 30292 + 258828 + 19440 - 772) * Kibi, memory.Available);
        Assert.Equal(0, memory.SwapTotal);
    }

    [Fact]
    public void Memory_without_a_total_or_a_sensible_number_is_not_known()
    {
        Assert.False(MemoryInfo.TryParse("MemFree: 12 kB\n"u8, out _, out _));
        Assert.False(MemoryInfo.TryParse("MemTotal: 12 kB\n"u8, out _, out _));
        Assert.False(MemoryInfo.TryParse("MemTotal: x kB\nMemFree: 18446744073709551615 kB\n"u8, out _, out var rejected));
        Assert.Equal(2, rejected);
    }

    [Fact]
    public void Disks_of_a_Raspberry_Pi_are_read_without_partitions_and_boot_areas()
    {
        var (disks, rejected) = ReadDisks(ProcSamples.PiDisks);
        Assert.Equal(0, rejected);
        Assert.Equal([("mmcblk0", new BlockCounters(671466, 175106, 35930)), ("sda", new BlockCounters(9240, 24, 380))], disks);
    }

    [Fact]
    public void Disks_of_a_newer_kernel_have_more_columns()
    {
        var (disks, rejected) = ReadDisks(ProcSamples.PcDisks);
        Assert.Equal(0, rejected);
        Assert.Equal(
            [("nvme0n1", new BlockCounters(15893842, 35914408, 301972)), ("vda", new BlockCounters(4912186, 5411064, 6556))], disks);
    }

    [Theory]
    [InlineData("sda", true)]
    [InlineData("sda12", false)]
    [InlineData("sdaa", true)]
    [InlineData("xvda", true)]
    [InlineData("xvda1", false)]
    [InlineData("hdb3", false)]
    [InlineData("nvme10n2", true)]
    [InlineData("nvme10n2p11", false)]
    [InlineData("mmcblk1", true)]
    [InlineData("mmcblk1p2", false)]
    [InlineData("mmcblk1boot1", false)]
    [InlineData("mmcblk1rpmb", false)]
    [InlineData("mmcblk1gp0", false)]
    [InlineData("mtdblock0", true)]
    [InlineData("nbd0p1", false)]
    [InlineData("ram1", false)]
    [InlineData("dm-12", false)]
    [InlineData("fd0", false)]
    public void Whole_disks_are_told_from_their_parts(string name, bool isWhole) =>
        Assert.Equal(isWhole, BlockCounters.IsWholeDisk(Encoding.ASCII.GetBytes(name)));

    [Fact]
    public void Disks_that_make_no_sense_are_counted()
    {
        var (disks, rejected) = ReadDisks("8 0\n8 0 sda 1 2 3\n8 16 sdb 1 2 x 4 5 6 7 8 9 10 11\n8 32 sdc 1 2 3 4 5 6 7 8 9 10 11\n"u8);
        Assert.Equal((1, 3), (disks.Count, rejected));
    }

    [Fact]
    public void Interfaces_are_read_with_huge_counters_and_without_loopback()
    {
        var (interfaces, rejected) = ReadInterfaces(ProcSamples.Network);
        Assert.Equal(0, rejected);
        Assert.Equal(["eth0", "wlan0", "eth0.100"], interfaces.Select(i => i.Name));
        Assert.Equal(new InterfaceCounters(ulong.MaxValue, 12345678901, 3, 9007199254740993, 987654321, 4), interfaces[0].Counters);
    }

    [Theory]
    [InlineData("eth0 1 2 3")]
    [InlineData(": 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16")]
    [InlineData("eth0: 1 2 x 4 5 6 7 8 9 10 11 12")]
    [InlineData("eth0: 1 2 3 4 5")]
    [InlineData("eth0: 1 2 3 4 5 6 7 8 9 10")]
    public void Interfaces_that_make_no_sense_are_counted(string line) =>
        Assert.Equal(1, ReadInterfaces(Encoding.ASCII.GetBytes(line)) is ([], var rejected) ? rejected : -1);

    [Fact]
    public void Only_real_file_systems_are_listed_each_device_once()
    {
        var mounts = Mount.ReadAll(ProcSamples.Mounts, out var rejected);
        Assert.Equal(0, rejected);
        Assert.Equal(
            [
                new Mount("/dev/root", "/", true, false), new Mount("/dev/mmcblk0p1", "/boot", true, false),
                new Mount("/dev/sda1", "/media/pi/My Stick\\a", true, false), new Mount("nas.local:/export", "/mnt/nas", true, true),
                new Mount("/dev/sdb1", "/home", false, false), new Mount("tank", "/tank", true, false),
            ],
            mounts);
    }

    [Theory]
    [InlineData("27 1 179:2 / / rw")]
    [InlineData("27 1 179:2 / / rw shared:1 ext4 /dev/sda1 rw")]
    [InlineData("27 1 179:2 / / rw -")]
    [InlineData("27 1 179:2")]
    [InlineData(@"27 1 179:2 / /a\04 rw - ext4 /dev/sda1 rw")]
    [InlineData(@"27 1 179:2 / /a\400 rw - ext4 /dev/sda1 rw")]
    [InlineData(@"27 1 179:2 / /a\000b rw - ext4 /dev/sda1 rw")]
    [InlineData("27 1 179:2 / a rw - ext4 /dev/sda1 rw")]
    public void Mounts_that_make_no_sense_are_counted(string line)
    {
        Assert.Empty(Mount.ReadAll(Encoding.ASCII.GetBytes(line), out var rejected));
        Assert.Equal(1, rejected);
    }

    [Fact]
    public void A_very_long_mount_point_is_read()
    {
        var point = "/" + new string('é', 2000);
        Assert.Equal(point, Assert.Single(Mount.ReadAll(ProcSamples.Bytes($"27 1 8:1 / {point} rw - ext4 /dev/sda1 rw"), out _)).Point);
    }

    [Theory]
    [InlineData("1984.42 3661.01\n", 1984.42)]
    [InlineData("0.00 0.00\n", 0.0)]
    [InlineData("12", 12.0)]
    [InlineData("-1.0 2", null)]
    [InlineData("1e300", null)]
    [InlineData("x", null)]
    [InlineData("", null)]
    public void Uptime_is_the_first_word(string text, double? seconds) =>
        Assert.Equal(seconds, UptimeSensors.TryParse(Encoding.ASCII.GetBytes(text), out var read) ? read : null);

    [Theory]
    [InlineData(100, 300, 2, 100.0)]
    [InlineData(300, 100, 2, null)]
    [InlineData(100, 300, 0, null)]
    [InlineData(0, ulong.MaxValue, 1, 18446744073709551615.0)]
    public void A_counter_that_went_back_gives_no_rate(ulong before, ulong now, int seconds, double? rate) =>
        Assert.Equal(rate, ProcText.PerSecond(before, now, TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData("48312\n", 48312L)]
    [InlineData(" -5 ", -5L)]
    [InlineData("5 5", null)]
    [InlineData("", null)]
    public void A_file_of_one_number_is_read(string text, long? number) =>
        Assert.Equal(number, ProcText.TryParseNumber(Encoding.ASCII.GetBytes(text), out var read) ? read : null);

    [Theory]
    [InlineData("eth0.100", "eth0-100")]
    [InlineData("a%b", "a%25b")]
    [InlineData("x.y", "x-y-3")]
    public void A_word_has_no_dot_and_is_unique(string name, string word) =>
        Assert.Equal(word, Machine.Word(name, taken => taken is "x-y" or "x-y-2"));

    internal static (List<CpuTimes> Times, int Rejected) ReadTimes(ReadOnlySpan<byte> text)
    {
        var reader = new CpuTimesReader(text);
        List<CpuTimes> all = [];
        while (reader.TryNext(out var times)) all.Add(times);
        return (all, reader.Rejected);
    }

    internal static (List<(string Name, BlockCounters Counters)> Disks, int Rejected) ReadDisks(ReadOnlySpan<byte> text)
    {
        var reader = new BlockCountersReader(text);
        List<(string, BlockCounters)> all = [];
        while (reader.TryNext(out var name, out var counters)) all.Add((Encoding.UTF8.GetString(name), counters));
        return (all, reader.Rejected);
    }

    internal static (List<(string Name, InterfaceCounters Counters)> Interfaces, int Rejected) ReadInterfaces(ReadOnlySpan<byte> text)
    {
        var reader = new InterfaceCountersReader(text);
        List<(string, InterfaceCounters)> all = [];
        while (reader.TryNext(out var name, out var counters)) all.Add((Encoding.UTF8.GetString(name), counters));
        return (all, reader.Rejected);
    }
}
