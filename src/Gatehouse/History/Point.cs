using Gatehouse.Sdk.Values;

namespace Gatehouse.History;

/// <summary>One recorded value of a series.</summary>
/// <param name="Time">When it was true at its source, UTC.</param>
/// <param name="Value">What it was.</param>
/// <param name="Quality">How far it could be trusted. From a stale one on there was no news: the line has a gap there.</param>
/// <param name="Removed">From here on there was no value at all.</param>
internal readonly record struct Point(DateTime Time, Value Value, Quality Quality = Quality.Good, bool Removed = false)
{
    /// <summary>The number that charts show; a boolean is 0 or 1. False for all else, and for what no statistics count.</summary>
    public bool TryGetNumber(out double number)
    {
        number = 0;
        if (Removed || Quality >= Quality.Stale) return false;
        if (Value.TryGetBoolean(out var flag))
        {
            number = flag ? 1 : 0;
            return true;
        }
        return Value.TryGetNumber(out number) && double.IsFinite(number);
    }
}
