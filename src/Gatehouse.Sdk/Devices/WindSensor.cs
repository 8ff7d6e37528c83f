namespace Gatehouse.Sdk.Devices;

/// <summary>
/// An anemometer. Its command <c>speed</c> reads metres per second, unless its JSON has another <c>unit</c>; <c>direction</c> reads
/// degrees, 0 is north.
/// </summary>
/// <param name="config">Its description, with the oid <c>sensor.wind</c>.</param>
/// <exception cref="DeviceFormatException">The description breaks rules of the template.</exception>
public sealed class WindSensor(DeviceConfig config) : Sensor(DeviceTemplates.Wind, config, "speed");
