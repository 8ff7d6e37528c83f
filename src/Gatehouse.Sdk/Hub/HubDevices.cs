using System.Text.Json;
using Gatehouse.Sdk.Devices;

namespace Gatehouse.Sdk.Hub;

/// <summary>The devices of a hub; <see cref="HubClient.Devices"/>. Any thread.</summary>
/// <remarks>Methods fail as those of <see cref="HubClient"/> do.</remarks>
public sealed class HubDevices
{
    private readonly HubRequests _requests;

    internal HubDevices(HubRequests requests) => _requests = requests;

    /// <summary>Every device that is there, with its properties, units and ranges.</summary>
    public Task<IReadOnlyList<DeviceInfo>> ListAsync(CancellationToken stop = default) => _requests.AskAsync<IReadOnlyList<DeviceInfo>>(
        _requests.Get("api/devices"), (_, body) => JsonSerializer.Deserialize(body.Span, HubJson.Default.DeviceInfoArray) ?? [], stop);

    /// <summary>One device, also when it has left since the hub started; null when there is none of this name.</summary>
    /// <exception cref="ArgumentException">No address can carry the name, as it is empty, <c>.</c> or <c>..</c>.</exception>
    public async Task<DeviceInfo?> GetAsync(string name, CancellationToken stop = default)
    {
        try
        {
            var request = _requests.Get(HubPath.Device(name));
            return await _requests.AskAsync(request, (_, body) => ReadDevice(body), stop).ConfigureAwait(false);
        }
        catch (HubRefusedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    /// <summary>The form of a device with its present values, for a page to draw; null when there is none of this name.</summary>
    /// <exception cref="ArgumentException">No address can carry the name, as it is empty, <c>.</c> or <c>..</c>.</exception>
    public async Task<DeviceForm?> FormAsync(string name, CancellationToken stop = default)
    {
        try
        {
            var request = _requests.Get(HubPath.Device(name) + "/form");
            return await _requests.AskAsync(request, (_, body) => DeviceForm.Parse(body.Span), stop).ConfigureAwait(false);
        }
        catch (HubRefusedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    /// <summary>Says something of a device in place of what its driver says; returns when that is on disk and shows.</summary>
    /// <param name="name">Which device; also one that is not there at the moment.</param>
    /// <param name="edits">All of them are made, or none.</param>
    /// <param name="stop">Stops waiting. Whether they were made is then not known.</param>
    /// <returns>The device as it is shown; null when it has not been there since the hub started.</returns>
    /// <exception cref="ArgumentException">No address can carry the name, as it is empty, <c>.</c> or <c>..</c>.</exception>
    public Task<DeviceInfo?> EditAsync(string name, IReadOnlyCollection<FieldEdit> edits, CancellationToken stop = default) =>
        _requests.AskAsync(
            _requests.Request(HttpMethod.Patch, HubPath.Device(name), HubBodies.Write(edits)),
            (_, body) => body.IsEmpty ? null : ReadDevice(body),
            stop);

    /// <summary>
    /// Declares a device that nobody drives: its properties are what is set by whoever may. Returns when that is on disk.
    /// </summary>
    /// <param name="json">The device's JSON, with <c>oid</c> and <c>name</c>; <see cref="DeviceConfig.Utf8"/> has it.</param>
    /// <param name="stop">Stops waiting. Whether it was declared is then not known.</param>
    public Task<DeviceInfo> CreateAsync(ReadOnlyMemory<byte> json, CancellationToken stop = default) =>
        _requests.AskAsync(_requests.Request(HttpMethod.Post, "api/devices", json), (_, body) => ReadDevice(body), stop);

    /// <summary>Removes a declared device with its values; false when there is none of this name. A driver's device stays.</summary>
    /// <exception cref="ArgumentException">No address can carry the name, as it is empty, <c>.</c> or <c>..</c>.</exception>
    public async Task<bool> RemoveAsync(string name, CancellationToken stop = default)
    {
        try
        {
            var request = _requests.Request(HttpMethod.Delete, HubPath.Device(name), body: null);
            return await _requests.AskAsync(request, (_, _) => true, stop).ConfigureAwait(false);
        }
        catch (HubRefusedException e) when (e.Status == 404)
        {
            return false;
        }
    }

    private static DeviceInfo ReadDevice(ReadOnlyMemory<byte> body) =>
        JsonSerializer.Deserialize(body.Span, HubJson.Default.DeviceInfo) ?? throw new JsonException("its device is null");
}
