using Gatehouse.Sdk.Devices;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Devices;

/// <summary>
/// Whether the values of one property can be believed: within its range, changing no faster than it can, not stuck. What fails is marked
/// suspect and goes on. It begins anew with its device. Any thread.
/// </summary>
/// <remarks>
/// The rate is taken from the last value that was believed, not from the one before: a spike marks itself alone, and the way back from it
/// is good. A lasting step is believed as soon as it could have been made in the time since.
/// </remarks>
internal sealed class SanityCheck(PropertyInfo info)
{
    /// <summary>Changes within a shorter time count as if they took so long: the noise of quick readings is no rate.</summary>
    public static readonly TimeSpan ShortestChange = TimeSpan.FromSeconds(1);

    private readonly Lock _judging = new();
    private (double Number, DateTime Time)? _believed;
    private (Value Value, DateTime Time)? _latest;
    private TimeSpan _unchanged;
    private volatile PropertyInfo _info = info;

    /// <summary>What is known of the property; another takes its place when somebody edits the bounds.</summary>
    public PropertyInfo Info
    {
        get => _info;
        set => _info = value;
    }

    /// <summary>False when a value is judged by itself alone, whenever it comes.</summary>
    public bool NeedsTime { get; } = info.MaximumRate is not null || info.StuckAfter is not null;

    /// <summary>
    /// The quality of the next value. What the source itself does not call good stays as it says, and is compared with nothing.
    /// </summary>
    /// <param name="time">When it was true, by one clock for all values of the property.</param>
    public Quality Judge(Value value, Quality quality, DateTime time)
    {
        var known = _info;
        var isNumber = value.TryGetNumber(out var number);
        var isSensible = value.IsFinite && !(isNumber && (number < known.Minimum || number > known.Maximum));
        if (quality != Quality.Good || !NeedsTime || !value.IsFinite) return isSensible ? quality : quality.AtBest(Quality.Suspect);
        lock (_judging)
        {
            var isStuck = IsStuck(value, time);
            if (!isSensible || isStuck || (isNumber && IsTooFast(number, time))) return Quality.Suspect;
            if (isNumber) _believed = (number, time);
            return Quality.Good;
        }
    }

    // Both directions of time: a value that comes late is as far from the last one as it is older.
    private bool IsTooFast(double number, DateTime time)
    {
        if (_info.MaximumRate is not { } rate || _believed is not { } last) return false;
        if (_info.DataSource is DataSource.Counter && number < last.Number) return false; // it was reset
        var between = Math.Max((time - last.Time).Duration().TotalSeconds, ShortestChange.TotalSeconds);
        return Math.Abs(number - last.Number) > rate * between;
    }

    // One pause counts for half at most: neither a clock that was set nor a source that was silent makes a sensor stuck.
    private bool IsStuck(Value value, DateTime time)
    {
        if (_info.StuckAfter is not { } seconds) return false;
        var limit = TimeSpan.FromSeconds(seconds);
        if (_latest is { } latest && latest.Value == value)
        {
            var pause = TimeSpan.FromTicks(Math.Clamp((time - latest.Time).Ticks, 0, limit.Ticks / 2));
            _unchanged = _unchanged > limit ? _unchanged : _unchanged + pause;
        }
        else
        {
            _unchanged = TimeSpan.Zero;
        }
        _latest = (value, time);
        return _unchanged >= limit;
    }
}
