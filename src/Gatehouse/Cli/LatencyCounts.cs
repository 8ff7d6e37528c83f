using System.Numerics;

namespace Gatehouse.Cli;

/// <summary>How often which latency was seen, in steps of at most three per cent, from a tenth of a microsecond on.</summary>
internal sealed class LatencyCounts
{
    // Steps of each power of two; below the first power every value has a step of its own.
    private const int Bits = 5;

    private readonly long[] _counts = new long[64 << Bits];

    public long Total { get; private set; }

    public void Add(TimeSpan latency)
    {
        _counts[Step(Math.Max(0, latency.Ticks))]++;
        Total++;
    }

    public void Clear()
    {
        _counts.AsSpan().Clear();
        Total = 0;
    }

    /// <summary>The latency, in seconds, that this share of them did not pass; 0 when there is none.</summary>
    public double Quantile(double share)
    {
        var rank = (long)Math.Ceiling(share * Total);
        for (var step = 0; rank > 0 && step < _counts.Length; step++)
        {
            rank -= _counts[step];
            if (rank <= 0) return (double)Most(step) / TimeSpan.TicksPerSecond;
        }
        return 0;
    }

    private static int Step(long ticks)
    {
        var shift = Math.Max(0, BitOperations.Log2((ulong)ticks | 1) - Bits);
        return (shift << Bits) + (int)(ticks >> shift);
    }

    private static long Most(int step)
    {
        var shift = Math.Max(0, (step >> Bits) - 1);
        return ((step - (long)(shift << Bits) + 1) << shift) - 1;
    }
}
