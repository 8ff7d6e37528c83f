namespace Gatehouse.Sdk.Devices;

/// <summary>A dimmer. Its command <c>level</c> reads and sets per cent.</summary>
/// <param name="config">Its description, with the oid <c>dimmer</c>.</param>
/// <exception cref="DeviceFormatException">The description breaks rules of the template.</exception>
public sealed class Dimmer(DeviceConfig config) : Device(DeviceTemplates.Dimmer, config);
