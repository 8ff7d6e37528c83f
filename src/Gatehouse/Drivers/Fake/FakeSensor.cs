using Gatehouse.Devices;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Drivers.Fake;

/// <summary>A made-up number of a device that is there, and what it suffers from. Under the lock of its house.</summary>
internal sealed class FakeSensor(DeviceProperty property, ISignal signal, int digits)
{
    private Fault? _fault;
    private double _ends;
    private bool _suffered;
    private double? _last;

    public DeviceProperty Property => property;

    /// <summary>From now on, for the fault's time; at least one reading suffers from it.</summary>
    public void Suffer(Fault fault, double seconds)
    {
        (_fault, _ends, _suffered) = (fault.Seconds > 0 ? fault : null, seconds + fault.Seconds, false);
    }

    /// <summary>The next reading; null when there is none.</summary>
    public Change? Read(double seconds)
    {
        var value = signal.At(seconds);
        if (_fault is not null && _suffered && seconds >= _ends) _fault = null;
        _suffered = true;
        switch (_fault?.Kind)
        {
            case FaultKind.Silence: return null;
            case FaultKind.Stuck: value = _last ?? value; break;
            case FaultKind.Spike: value += _fault.Amount ?? UsualSpike; break;
        }
        _last = value;
        return property.To(Value.From(Math.Round(value, digits)));
    }

    // Far enough to leave the range from wherever it is.
    private double UsualSpike => property.Info is { Minimum: { } minimum, Maximum: { } maximum } ? 2 * (maximum - minimum) : 1e6;
}
