namespace Gatehouse.Drivers.System;

/// <summary>Memory and swap space in bytes, from <c>/proc/meminfo</c>.</summary>
internal readonly record struct MemoryInfo(long Total, long Available, long SwapTotal, long SwapFree)
{
    private const long Kibi = 1024;

    public long Used => Total - Available;

    public long SwapUsed => SwapTotal - SwapFree;

    /// <summary>Reads what is known of it. False without a total, or without anything that says what is available.</summary>
    /// <param name="rejected">Wanted lines whose number makes no sense.</param>
    public static bool TryParse(ReadOnlySpan<byte> text, out MemoryInfo memory, out int rejected)
    {
        long? total = null, available = null, free = null;
        long cache = 0, shared = 0, swapTotal = 0, swapFree = 0;
        rejected = 0;
        var lines = new Lines(text);
        while (lines.TryNext(out var line))
        {
            var colon = line.IndexOf((byte)':');
            if (colon < 0) continue;
            var name = line[..colon];
            if (!IsWanted(name)) continue;
            if (!new Words(line[(colon + 1)..]).TryNext(out ulong number) || number > long.MaxValue / Kibi)
            {
                rejected++;
                continue;
            }
            var bytes = (long)number * Kibi;
            if (name.SequenceEqual("MemTotal"u8)) total = bytes;
            else if (name.SequenceEqual("MemAvailable"u8)) available = bytes;
            else if (name.SequenceEqual("MemFree"u8)) free = bytes;
            else if (name.SequenceEqual("Shmem"u8)) shared = bytes;
            else if (name.SequenceEqual("SwapTotal"u8)) swapTotal = bytes;
            else if (name.SequenceEqual("SwapFree"u8)) swapFree = bytes;
            else cache = unchecked(cache + bytes);
        }
        // Kernels before 3.14 do not say what is available: free memory and caches, less the part of them that holds shared memory.
        available ??= unchecked(free + cache - shared);
        memory = total > 0 && available is not null ? new MemoryInfo(total.Value, available.Value, swapTotal, swapFree) : default;
        return memory.Total > 0;
    }

    private static bool IsWanted(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("MemTotal"u8) || name.SequenceEqual("MemAvailable"u8) || name.SequenceEqual("MemFree"u8)
        || name.SequenceEqual("Buffers"u8) || name.SequenceEqual("Cached"u8) || name.SequenceEqual("SReclaimable"u8)
        || name.SequenceEqual("Shmem"u8) || name.SequenceEqual("SwapTotal"u8) || name.SequenceEqual("SwapFree"u8);
}
