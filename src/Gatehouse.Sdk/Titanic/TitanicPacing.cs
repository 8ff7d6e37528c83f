namespace Gatehouse.Sdk.Titanic;

/// <summary>How long to wait before asking again. Pure: chance goes in.</summary>
internal sealed class TitanicPacing(TitanicClientOptions options)
{
    private int _failures;
    private int _pending;

    /// <summary>Nothing came of it: twice as long as the last time, from half of that to all of it.</summary>
    public TimeSpan Failed(double chance)
    {
        _pending = 0;
        return Spread(_failures++, chance);
    }

    /// <summary>
    /// There is no answer yet. A server that took most of the time it was given has waited itself, and is asked again at once; one that
    /// said so sooner does not wait, so this side does.
    /// </summary>
    /// <param name="patience">How long it was asked to wait.</param>
    /// <param name="taken">How long it took.</param>
    /// <param name="chance">Between 0 and 1.</param>
    public TimeSpan Pending(TimeSpan patience, TimeSpan taken, double chance)
    {
        _failures = 0;
        if (patience > TimeSpan.Zero && taken >= patience / 2)
        {
            _pending = 0;
            return TimeSpan.Zero;
        }
        return Spread(_pending++, chance);
    }

    private TimeSpan Spread(int times, double chance)
    {
        var whole = Math.Min(options.FirstPause.TotalSeconds * Math.Pow(2, Math.Min(times, 20)), options.LongestPause.TotalSeconds);
        return TimeSpan.FromSeconds(whole * (0.5 + (chance / 2)));
    }
}
