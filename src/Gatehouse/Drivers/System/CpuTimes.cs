namespace Gatehouse.Drivers.System;

/// <summary>How long a processor was idle, of how long in all, in ticks since boot: a line <c>cpu</c> of <c>/proc/stat</c>.</summary>
/// <param name="Core">Its number; <see cref="AllCores"/> for the line that sums them up.</param>
internal readonly record struct CpuTimes(int Core, ulong Idle, ulong Total)
{
    public const int AllCores = -1;

    private const int LeastColumns = 4;

    // Guest times, the columns after these, are part of user and nice already.
    private const int Columns = 8;

    private const int MostCores = 4096;

    /// <summary>Busy time between two samples in percent; null after a reset, and when the counters moved against each other.</summary>
    public static double? Load(in CpuTimes before, in CpuTimes now)
    {
        if (now.Total <= before.Total || now.Idle < before.Idle) return null;
        var (idle, total) = (now.Idle - before.Idle, now.Total - before.Total);
        return idle > total ? null : 100d * (total - idle) / total;
    }

    internal static bool TryParse(ReadOnlySpan<byte> line, out CpuTimes times)
    {
        times = default;
        var words = new Words(line);
        if (!words.TryNext(out ReadOnlySpan<byte> name) || !TryParseCore(name["cpu"u8.Length..], out var core)) return false;
        ulong idle = 0, total = 0;
        var column = 0;
        for (; column < Columns && words.TryNext(out ReadOnlySpan<byte> word); column++)
        {
            if (!new Words(word).TryNext(out ulong ticks)) return false;
            total = unchecked(total + ticks);
            if (column is 3 or 4) idle = unchecked(idle + ticks); // idle, and idle while waiting for a disk
        }
        times = new CpuTimes(core, idle, total);
        return column >= LeastColumns;
    }

    private static bool TryParseCore(ReadOnlySpan<byte> digits, out int core)
    {
        core = AllCores;
        if (digits.IsEmpty) return true;
        var known = new Words(digits).TryNext(out ulong number) && number < MostCores;
        core = (int)number;
        return known;
    }
}

/// <summary>Reads the lines <c>cpu</c> and <c>cpu0</c>… of <c>/proc/stat</c>, and counts those that make no sense.</summary>
internal ref struct CpuTimesReader(ReadOnlySpan<byte> text)
{
    private Lines _lines = new(text);

    public int Rejected { get; private set; }

    public bool TryNext(out CpuTimes times)
    {
        while (_lines.TryNext(out var line))
        {
            if (!line.StartsWith("cpu"u8)) continue;
            if (CpuTimes.TryParse(line, out times)) return true;
            Rejected++;
        }
        times = default;
        return false;
    }
}
