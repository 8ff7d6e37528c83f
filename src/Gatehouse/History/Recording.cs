using Gatehouse.Sdk.Values;

namespace Gatehouse.History;

/// <summary>
/// Decides which of the values of one series are recorded. One thread at a time; times are any clock's that never goes back.
/// </summary>
internal sealed class Recording(string name)
{
    private Point? _held;
    private Point? _recorded;
    private TimeSpan _recordedAt;

    /// <summary>The series' name.</summary>
    public string Name { get; } = name;

    /// <summary>Its points are made up.</summary>
    public bool IsDemo { get; set; }

    /// <summary>Where its points go; null until there was one, for what is not recorded has no series.</summary>
    public Series? Series { get; set; }

    /// <summary>There is no series for it any more.</summary>
    public bool IsRefused { get; set; }

    /// <summary>A value waits for the time when it may be recorded, unless a newer one takes its place.</summary>
    public bool Holds => _held is not null;

    /// <summary>Points were lost since the last one that was recorded; the next is recorded whatever it is, behind a mark.</summary>
    public bool IsInterrupted { get; private set; }

    /// <summary>Takes a value that came. True when it is to be recorded now.</summary>
    public bool Offer(in Point point, RecordingOptions rule, TimeSpan now)
    {
        _held = null;
        if (rule.Mode == RecordingMode.None) return false;
        if (_recorded is { } before && !IsInterrupted && !IsWanted(point, before, rule, now - _recordedAt)) return false;
        if (_recorded is null || now - _recordedAt >= Pause(rule)) return true;
        _held = point;
        return false;
    }

    /// <summary>The value that waited, when its time has come.</summary>
    public Point? TakeHeld(RecordingOptions rule, TimeSpan now)
    {
        if (_held is not { } held || now - _recordedAt < Pause(rule)) return null;
        _held = null;
        return held;
    }

    /// <summary>
    /// The mark that goes before the next point after a loss: from the last one on nothing is known. Null when nothing was lost.
    /// </summary>
    public Point? TakeMark()
    {
        if (!IsInterrupted) return null;
        IsInterrupted = false;
        return _recorded is { } last && last.Quality < Quality.Stale ? last with { Quality = Quality.Stale } : null;
    }

    /// <summary>It was recorded.</summary>
    public void Note(in Point point, TimeSpan now) => (_recorded, _recordedAt) = (point, now);

    /// <summary>What came could not be recorded.</summary>
    public void Interrupt()
    {
        IsInterrupted = true;
        _held = null;
    }

    private static bool IsWanted(in Point point, in Point before, RecordingOptions rule, TimeSpan since) => rule.Mode switch
    {
        RecordingMode.Every or RecordingMode.Interval => true,
        _ => since >= rule.AtLeast || point.Quality != before.Quality || point.Removed != before.Removed
            || (rule.Mode == RecordingMode.Deadband ? IsFar(point.Value, before.Value, rule.Deadband) : point.Value != before.Value),
    };

    private static bool IsFar(Value value, Value before, double deadband) =>
        value.TryGetNumber(out var number) && before.TryGetNumber(out var last)
            ? !(Math.Abs(number - last) < deadband) && value != before
            : value != before;

    private static TimeSpan Pause(RecordingOptions rule) => rule.Mode switch
    {
        RecordingMode.Every => TimeSpan.Zero,
        RecordingMode.Interval => rule.Interval,
        _ => rule.AtMost,
    };
}
