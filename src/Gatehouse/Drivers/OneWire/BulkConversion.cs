using Gatehouse.Devices;

namespace Gatehouse.Drivers.OneWire;

/// <summary>
/// Lets all thermometers of a bus measure at the same time, where the kernel and this process's rights allow it. One bus uses it at a time.
/// </summary>
internal sealed class BulkConversion(string file, string bus, TimeProvider time) : AbandonableRead($"bulk {bus}", bus)
{
    private const int Measuring = -1, Done = 1, Unknown = int.MinValue;

    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(100), Longest = TimeSpan.FromSeconds(2);

    private volatile bool _refused;
    private volatile bool _trigger;
    private volatile int _state = Unknown;

    /// <summary>Starts it and waits for its end; false when each thermometer has to measure by itself.</summary>
    public async Task<bool> MeasureAsync(AbandonableReader reader, CancellationToken stop)
    {
        if (_refused) return false;
        (_trigger, _state) = (true, Unknown);
        await reader.ReadAsync([this], stop);
        _trigger = false;
        for (var waited = TimeSpan.Zero; _state == Measuring && waited < Longest; waited += LookAgain)
        {
            await Task.Delay(LookAgain, time, stop);
            await reader.ReadAsync([this], stop);
        }
        return _state == Done;
    }

    protected override void Read()
    {
        if (_trigger && !W1File.TryWrite(file, "trigger\n"))
        {
            _refused = true;
            return;
        }
        _state = W1Text.TryReadNumber(W1File.Read(file), out var state) ? state : Measuring;
    }

    protected override void Publish()
    {
    }

    protected override void Leave()
    {
    }

    protected override void Close()
    {
    }
}
