namespace Gatehouse.Drivers.System;

/// <summary>The last two samples of a device's counters, with the clock's timestamps of both.</summary>
internal sealed class Samples<T>(TimeProvider time) where T : struct
{
    private long _atBefore, _at;
    private bool _begun;

    /// <summary>Null until there are two.</summary>
    public T? Before { get; private set; }

    public T Now { get; private set; }

    public TimeSpan Between => time.GetElapsedTime(_atBefore, _at);

    public void Take(T counters, long at)
    {
        if (_begun) (Before, _atBefore) = (Now, _at);
        (Now, _at, _begun) = (counters, at, true);
    }
}
