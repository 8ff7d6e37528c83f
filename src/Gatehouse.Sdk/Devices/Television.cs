namespace Gatehouse.Sdk.Devices;

/// <summary>A television set.</summary>
/// <param name="config">Its description, with the oid <c>media.tv</c>.</param>
/// <exception cref="DeviceFormatException">The description breaks rules of the template.</exception>
public sealed class Television(DeviceConfig config) : MediaDevice(DeviceTemplates.Television, config);
