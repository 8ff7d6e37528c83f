namespace Gatehouse.History;

/// <summary>How a range is divided into buckets.</summary>
/// <param name="Level">The roll-ups that the buckets are made of; null when they are made of points.</param>
/// <param name="Width">Ticks of a bucket; buckets begin at whole multiples of it.</param>
/// <param name="First">Ticks of the first bucket's beginning.</param>
/// <param name="Count">How many there are.</param>
internal readonly record struct BucketWidth(RollupLevel? Level, long Width, long First, int Count)
{
    // Widths that people read easily; each unit's are whole parts of the next unit.
    private static readonly TimeSpan[] Widths =
    [
        .. new[] { 1, 2, 5, 10, 20, 50, 100, 200, 500 }.Select(n => TimeSpan.FromMilliseconds(n)),
        .. new[] { 1, 2, 5, 10, 15, 30 }.Select(n => TimeSpan.FromSeconds(n)),
        .. new[] { 1, 2, 3, 5, 10, 15, 20, 30 }.Select(n => TimeSpan.FromMinutes(n)),
        .. new[] { 1, 2, 3, 4, 6, 8, 12 }.Select(n => TimeSpan.FromHours(n)),
        .. new[] { 1, 2, 3, 5, 7, 10, 14, 30, 60, 90, 180, 365 }.Select(n => TimeSpan.FromDays(n)),
    ];

    /// <summary>The narrowest division of a range, in ticks, into at most so many buckets.</summary>
    /// <param name="least">The finest level that may be used; null when points may be.</param>
    public static BucketWidth Choose(long from, long to, int most, RollupLevel? least)
    {
        foreach (var width in Widths)
        {
            if (width >= (least?.Width ?? TimeSpan.Zero) && Divide(from, to, width.Ticks) is var fine && fine.Count <= most) return fine;
        }
        // More than most years: as many of the widest as it takes.
        var year = Widths[^1].Ticks;
        for (var years = 2L; ; years++)
        {
            if (Divide(from, to, years * year) is var coarse && coarse.Count <= most) return coarse;
        }
    }

    private static BucketWidth Divide(long from, long to, long width)
    {
        var first = from / width;
        var count = Math.Max(1, ((to - 1) / width) - first + 1);
        var level = RollupLevel.All.LastOrDefault(l => l.Width.Ticks <= width && width % l.Width.Ticks == 0);
        return new BucketWidth(level, width, first * width, (int)Math.Min(count, int.MaxValue));
    }
}
