namespace Gatehouse.History;

/// <summary>
/// One width of the buckets that are kept ready: minutes, hours or days, in UTC. Several stand together in a row of the database, so that a
/// long range is few rows and a short one little to rewrite.
/// </summary>
internal sealed record RollupLevel
{
    private RollupLevel(int number, TimeSpan width, int perRow) => (Number, Width, PerRow) = (number, width, perRow);

    public static RollupLevel Minute { get; } = new(1, TimeSpan.FromMinutes(1), 30);

    public static RollupLevel Hour { get; } = new(2, TimeSpan.FromHours(1), 24);

    public static RollupLevel Day { get; } = new(3, TimeSpan.FromDays(1), 32);

    /// <summary>Finest first.</summary>
    public static IReadOnlyList<RollupLevel> All { get; } = [Minute, Hour, Day];

    /// <summary>Names it in the database.</summary>
    public int Number { get; }

    public TimeSpan Width { get; }

    public int PerRow { get; }

    /// <summary>The row that a time belongs to, counted from the calendar's first day.</summary>
    public long RowOf(long ticks) => ticks / (Width.Ticks * PerRow);

    /// <summary>The place of a time in its row.</summary>
    public int IndexOf(long ticks) => (int)(ticks / Width.Ticks % PerRow);

    /// <summary>When a bucket of a row begins.</summary>
    public long StartOf(long row, int index) => ((row * PerRow) + index) * Width.Ticks;
}
