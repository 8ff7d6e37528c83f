using Gatehouse.Sdk.Devices;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Devices;

/// <summary>One property of a device that is there: its place in the tree, found once, and the values that make sense for it.</summary>
internal sealed class DeviceProperty(Key key, PropertyInfo info, TimeProvider clock)
{
    private readonly SanityCheck _sanity = new(info);

    public Key Key { get; } = key;

    /// <summary>What is known of it, with what people said.</summary>
    public PropertyInfo Info => _sanity.Info;

    /// <summary>Somebody said something else of it: from now on values are judged by that.</summary>
    public void Follow(PropertyInfo edited) => _sanity.Info = edited;

    /// <summary>
    /// The change to this value; one that makes no sense after those before it is kept, and suspect. Each call is taken for a value that is
    /// set.
    /// </summary>
    /// <param name="time">When it was true, UTC; <c>default</c> means now.</param>
    public Change To(Value value, Quality quality = Quality.Good, DateTime time = default)
    {
        var judged = time != default || !_sanity.NeedsTime ? time : clock.GetUtcNow().UtcDateTime;
        return new Change(Key, value, time, _sanity.Judge(value, quality, judged));
    }
}
