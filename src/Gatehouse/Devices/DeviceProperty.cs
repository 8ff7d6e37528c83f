using Gatehouse.Sdk.Devices;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Devices;

/// <summary>One property of a device that is there: its place in the tree, found once, and the values that make sense for it.</summary>
internal sealed class DeviceProperty(Key key, PropertyInfo info)
{
    public Key Key { get; } = key;

    public PropertyInfo Info { get; } = info;

    /// <summary>The change to this value; one outside the property's range is kept, and suspect.</summary>
    /// <param name="time">When it was true, UTC; <c>default</c> means now.</param>
    public Change To(Value value, Quality quality = Quality.Good, DateTime time = default) =>
        new(Key, value, time, IsSensible(value) ? quality : quality.AtBest(Quality.Suspect));

    private bool IsSensible(Value value) => !value.TryGetNumber(out var number) || !(number < Info.Minimum || number > Info.Maximum);
}
