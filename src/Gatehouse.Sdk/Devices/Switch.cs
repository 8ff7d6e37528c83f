namespace Gatehouse.Sdk.Devices;

/// <summary>A switch. Its command <c>on</c> reads and sets it.</summary>
/// <param name="config">Its description, with the oid <c>switch</c>.</param>
/// <exception cref="DeviceFormatException">The description breaks rules of the template.</exception>
public sealed class Switch(DeviceConfig config) : Device(DeviceTemplates.Switch, config);
