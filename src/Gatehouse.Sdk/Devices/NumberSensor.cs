namespace Gatehouse.Sdk.Devices;

/// <summary>A sensor of any one number, also a made-up one. Its command <c>value</c> reads it, in the <c>unit</c> of its JSON.</summary>
/// <param name="config">Its description, with the oid <c>sensor.number</c>.</param>
/// <exception cref="DeviceFormatException">The description breaks rules of the template.</exception>
public sealed class NumberSensor(DeviceConfig config) : Sensor(DeviceTemplates.Number, config, "value");
