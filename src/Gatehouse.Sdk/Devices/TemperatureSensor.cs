namespace Gatehouse.Sdk.Devices;

/// <summary>A thermometer. Its command <c>temperature</c> reads degrees Celsius, unless its JSON has another <c>unit</c>.</summary>
/// <param name="config">Its description, with the oid <c>sensor.temperature</c>.</param>
/// <exception cref="DeviceFormatException">The description breaks rules of the template.</exception>
public sealed class TemperatureSensor(DeviceConfig config) : Sensor(DeviceTemplates.Temperature, config, "temperature");
