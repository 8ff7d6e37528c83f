using System.Globalization;
using Gatehouse.Devices;
using Gatehouse.Sdk.Devices;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Drivers.OneWire;

/// <summary>
/// One thermometer, a device from making to disposing. What its chip may say without having measured is measured once more; then 85 °C are
/// suspect, for they may be true, and zeros only or more than the chip can measure are bad, without a value. Text that is damaged or old
/// sets nothing: the value goes stale.
/// </summary>
internal sealed class OneWireSensor : AbandonableRead
{
    private readonly FoundSensor _found;
    private readonly int? _resolution;
    private readonly OneWireTally _tally;
    private readonly DeviceWriter _device;

    // Of the reading thread.
    private OneWireReading _reading;
    private int? _bits, _power, _milliseconds;
    private bool _settled;

    private RejectReason _told;

    public OneWireSensor(FoundSensor found, OneWireDriverOptions options, OneWireTally tally, Func<DeviceInfo, DeviceWriter> announce)
        : base(found.Id.Text, found.Bus)
    {
        (_found, _resolution, _tally) = (found, options.Resolution, tally);
        _device = announce(OneWireDevice.Describe(found, options));
    }

    public FoundSensor Found => _found;

    /// <summary>Whether all of its bus have just measured: then it is asked for the result alone.</summary>
    public bool HasMeasured { get; set; }

    protected override void Read()
    {
        if (!_settled) Settle();

        // Exactly zero, without the chip's bytes, may be a shorted wire.
        _reading = HasMeasured ? ReadResult() : Measure();
        if (_reading.IsDoubtful || (HasMeasured && _reading.Celsius == 0)) _reading = Measure();
    }

    protected override void Publish()
    {
        Tell(_reading.Reason);
        ShowNature();
        switch (_reading.Reason)
        {
            case RejectReason.None:
                _device.Set("temperature", Math.Round(_reading.Celsius!.Value, 3));
                break;
            case RejectReason.PowerOn:
                _device.Set("temperature", _reading.Celsius!.Value, Quality.Suspect);
                break;
            case RejectReason.TooLittlePower or RejectReason.Shorted:
                _device.Set("temperature", Value.Null, Quality.Bad);
                break;
        }
    }

    protected override void Leave() => _device.Dispose();

    protected override void Close()
    {
    }

    // Older kernels have w1_slave alone, which measures by being read. It shows the chip's own checksum, so it goes before the newer file.
    private OneWireReading Measure()
    {
        if (!File.Exists(PathOf("w1_slave"))) return ReadResult();
        var text = W1File.Read(PathOf("w1_slave"));
        return text is null ? OneWireReading.Of(RejectReason.Unreadable) : W1Text.ReadSlave(text, _found.Id.Family);
    }

    private OneWireReading ReadResult() =>
        W1File.Read(PathOf("temperature")) is { } text ? W1Text.ReadTemperature(text) : OneWireReading.Of(RejectReason.Unreadable);

    private void Settle()
    {
        _settled = true;
        _power = _found.HasPower ? Number("ext_power") : null;
        _bits = _found.HasResolution ? Number("resolution") : null;
        if (_resolution is { } wanted && _bits is { } bits && bits != wanted)
        {
            if (W1File.TryWrite(PathOf("resolution"), wanted.ToString(CultureInfo.InvariantCulture) + "\n")) _bits = Number("resolution");
            else _tally.Refused(_found.Id, wanted);
        }
        _milliseconds = _found.HasConversionTime ? Number("conv_time") : null;
    }

    private void ShowNature()
    {
        if (_power is { } power) _device.Set("externalPower", power != 0);
        if (_bits is { } bits) _device.Set("resolution", (long)bits);
        if (_milliseconds is { } milliseconds) _device.Set("conversionTime", (long)milliseconds);
        (_power, _bits, _milliseconds) = (null, null, null);
    }

    private void Tell(RejectReason reason)
    {
        if (reason == RejectReason.Converting) return;
        _tally.Count(_found.Id, _told, reason);
        _told = reason;
    }

    private int? Number(string file) => W1Text.TryReadNumber(W1File.Read(PathOf(file)), out var number) ? number : null;

    private string PathOf(string file) => Path.Join(_found.Folder, file);
}
