using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Devices;

/// <summary>A device that measures. Unit and bounds of its JSON, where given, are those of its reading.</summary>
public abstract class Sensor : Device
{
    private readonly string _reading;

    /// <inheritdoc cref="Device(DeviceTemplate, DeviceConfig)"/>
    /// <param name="template">What is common to devices of its oid.</param>
    /// <param name="config">Its own description.</param>
    /// <param name="reading">The name of the command that reads what it measures, of several the main one.</param>
    protected Sensor(DeviceTemplate template, DeviceConfig config, string reading) : base(template, config)
    {
        _reading = reading;
        Change(reading, command => command with
        {
            Unit = config.Text("unit") ?? command.Unit,
            Minimum = config.Number("minimum") ?? command.Minimum,
            Maximum = config.Number("maximum") ?? command.Maximum,
        });
    }

    /// <summary>What it measured last; <see cref="Value.Null"/> before the first time.</summary>
    public Value Reading => Commands[_reading].Value;
}
