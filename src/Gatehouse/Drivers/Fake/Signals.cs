namespace Gatehouse.Drivers.Fake;

/// <summary>How a made-up number moves. The same times in the same order give the same values.</summary>
internal interface ISignal
{
    /// <summary>Its value so many seconds after its start; never asked for a time before one that it gave already.</summary>
    double At(double seconds);
}

/// <summary>Rises from its least value to its greatest in half a cycle, and falls back in the other half.</summary>
internal sealed record Cyclic(double Cycle, double Minimum, double Maximum) : ISignal
{
    public double At(double seconds)
    {
        var turns = seconds / Cycle;
        var place = turns - Math.Floor(turns);
        return Minimum + ((Maximum - Minimum) * (place < 0.5 ? 2 * place : 2 - (2 * place)));
    }
}

/// <summary>Rises or falls steadily from where it starts; at a bound it stops, or begins again at the other one.</summary>
internal sealed record Linear(double Start, double Slope, double Minimum, double Maximum, bool Wraps) : ISignal
{
    public double At(double seconds)
    {
        var value = Start + (Slope * seconds);
        if (!Wraps) return Math.Clamp(value, Minimum, Maximum);
        var turns = (value - Minimum) / (Maximum - Minimum);
        return Minimum + ((Maximum - Minimum) * (turns - Math.Floor(turns)));
    }
}

/// <summary>Once a second it goes a random way up or down, at most one step, and turns round at its bounds.</summary>
internal sealed class RandomWalk(int seed, double start, double step, double minimum, double maximum) : ISignal
{
    private readonly Random _random = new(seed);
    private double _value = start;
    private long _steps;

    public double At(double seconds)
    {
        for (; _steps < (long)seconds; _steps++)
        {
            var next = _value + (step * ((2 * _random.NextDouble()) - 1));
            _value = next > maximum ? (2 * maximum) - next : next < minimum ? (2 * minimum) - next : next;
        }
        return _value;
    }
}
