namespace Gatehouse.Drivers.System;

/// <summary>What a block device has done since boot: a line of <c>/proc/diskstats</c>, of 14 columns or more.</summary>
/// <param name="BusyMilliseconds">Time with a request under way.</param>
internal readonly record struct BlockCounters(ulong ReadSectors, ulong WrittenSectors, ulong BusyMilliseconds)
{
    /// <summary>Always, whatever the device's own sectors are.</summary>
    public const int SectorSize = 512;

    /// <summary>
    /// True for a disk that is neither part of another one nor stacked on others: no partition, loop, memory disk, mapping, array,
    /// drive for removable discs, or boot area of a card.
    /// </summary>
    public static bool IsWholeDisk(ReadOnlySpan<byte> name)
    {
        if (name.StartsWith("loop"u8) || name.StartsWith("ram"u8) || name.StartsWith("zram"u8) || name.StartsWith("dm-"u8)
            || name.StartsWith("md"u8) || name.StartsWith("sr"u8) || name.StartsWith("fd"u8))
        {
            return false;
        }
        var stem = name.TrimEnd("0123456789"u8);
        if (stem.Length == name.Length) return !stem.EndsWith("rpmb"u8);
        if (name.StartsWith("mmcblk"u8) || name.StartsWith("nvme"u8) || name.StartsWith("nbd"u8))
        {
            var isPartition = stem.Length > 1 && stem[^1] == (byte)'p' && char.IsAsciiDigit((char)stem[^2]);
            return !(isPartition || stem.EndsWith("boot"u8) || stem.EndsWith("gp"u8));
        }
        return !(name.StartsWith("sd"u8) || name.StartsWith("hd"u8) || name.StartsWith("vd"u8) || name.StartsWith("xvd"u8));
    }
}

/// <summary>Reads the whole disks of <c>/proc/diskstats</c>, and counts the lines that make no sense.</summary>
internal ref struct BlockCountersReader(ReadOnlySpan<byte> text)
{
    private Lines _lines = new(text);

    public int Rejected { get; private set; }

    public bool TryNext(out ReadOnlySpan<byte> name, out BlockCounters counters)
    {
        while (_lines.TryNext(out var line))
        {
            var words = new Words(line);
            if (!words.TrySkip(2) || !words.TryNext(out name))
            {
                Rejected++;
                continue;
            }
            if (!BlockCounters.IsWholeDisk(name)) continue;
            if (TryParse(ref words, out counters)) return true;
            Rejected++;
        }
        name = default;
        counters = default;
        return false;
    }

    private static bool TryParse(ref Words words, out BlockCounters counters)
    {
        counters = default;
        if (!words.TrySkip(2) || !words.TryNext(out ulong read)) return false;
        if (!words.TrySkip(3) || !words.TryNext(out ulong written)) return false;
        if (!words.TrySkip(2) || !words.TryNext(out ulong busy)) return false;
        counters = new BlockCounters(read, written, busy);
        return words.TrySkip(1);
    }
}
