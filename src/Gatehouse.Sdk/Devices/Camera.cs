namespace Gatehouse.Sdk.Devices;

/// <summary>A camera.</summary>
/// <param name="config">Its description, with the oid <c>media.camera</c>.</param>
/// <exception cref="DeviceFormatException">The description breaks rules of the template.</exception>
public sealed class Camera(DeviceConfig config) : MediaDevice(DeviceTemplates.Camera, config);
