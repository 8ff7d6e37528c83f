using Gatehouse.Sdk.Devices;

namespace Gatehouse.Drivers.OneWire;

/// <summary>What there is to know of a thermometer beside its values.</summary>
internal static class OneWireDevice
{
    /// <summary>No room, water or metal that a thermometer is put into changes it faster, in °C per second.</summary>
    private const double MaximumRate = 10;

    public static DeviceInfo Describe(FoundSensor found, OneWireDriverOptions options)
    {
        var (minimum, maximum) = found.Id.Range;
        var properties = new Dictionary<string, PropertyInfo>
        {
            ["temperature"] = new()
            {
                Title = "Temperature",
                Type = "real",
                Unit = "°C",
                Minimum = minimum,
                Maximum = maximum,
                MaximumRate = MaximumRate,
                DataSource = DataSource.Gauge,
                Interval = options.Interval.TotalSeconds,
            },
        };
        if (found.HasPower) properties["externalPower"] = new() { Title = "External power", Type = "boolean" };
        if (found.HasResolution) properties["resolution"] = new() { Title = "Resolution", Type = "integer", Unit = "bit" };
        if (found.HasConversionTime) properties["conversionTime"] = new() { Title = "Conversion time", Type = "integer", Unit = "ms" };
        return new DeviceInfo
        {
            Name = found.Id.Text,
            Oid = "sensor.temperature",
            Title = $"{found.Id.Chip} {found.Id.Text}",
            Room = options.Room,
            Kind = "thermometer",
            Properties = properties,
        };
    }
}
