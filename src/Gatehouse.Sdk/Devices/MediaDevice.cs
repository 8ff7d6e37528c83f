namespace Gatehouse.Sdk.Devices;

/// <summary>A device that shows or sounds, and can be switched on and off by its command <c>power</c>.</summary>
/// <inheritdoc cref="Device(DeviceTemplate, DeviceConfig)"/>
public abstract class MediaDevice(DeviceTemplate template, DeviceConfig config) : Device(template, config);
