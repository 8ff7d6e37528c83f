using System.Globalization;
using Gatehouse.Sdk.Devices;

namespace Gatehouse.Drivers.Fake;

/// <summary>One made-up device: what is known of it, and how its numbers move. Without numbers it can be set, or is a camera.</summary>
/// <param name="Name">The device part of its name.</param>
/// <param name="Still">The property that shows pictures; null when it is no camera.</param>
internal sealed record FakeDevice(
    string Name, DeviceInfo Info, IReadOnlyDictionary<string, (ISignal Signal, int Digits)> Signals, string? Still = null);

/// <summary>The made-up devices of a run.</summary>
internal static class FakeCatalog
{
    /// <summary>A sensor that says exactly the same for so many intervals is stuck; never sooner than the time below.</summary>
    private const int StuckIntervals = 10;
    private const double SoonestStuck = 60;

    /// <summary>So many of the sensors that are there besides share a room.</summary>
    private const int RowOfCrowd = 25;

    public static IReadOnlyList<FakeDevice> Devices(string hub, FakeDriverOptions options)
    {
        var interval = options.Interval.TotalSeconds;
        var stuckAfter = Math.Max(SoonestStuck, StuckIntervals * interval);
        return
        [
            Sensor("garden", "Garden temperature", "Garden", "thermometer", "sensor.temperature", "temperature", new Cyclic(600, 12, 26),
                Number("Temperature", "°C", -40, 60) with { MaximumRate = 1 }),
            Sensor("roof", "Wind on the roof", "Roof", "anemometer", "sensor.wind", "speed",
                new RandomWalk(options.Seed, 6, 0.6, 0, 18), Number("Wind speed", "m/s", 0, 75) with { MaximumRate = 10 }),
            Sensor("bathroom", "Bathroom humidity", "Bathroom", "hygrometer", "sensor.number", "humidity",
                new RandomWalk(options.Seed + 1, 55, 0.3, 35, 90), Number("Humidity", "%", 0, 100) with { MaximumRate = 5 }),
            Sensor("meter", "Electricity meter", "Cellar", "meter", "sensor.number", "energy",
                new Linear(12_345, 0.5 / 3600, 0, 1_000_000, Wraps: true), Number("Energy", "kWh", 0, 1_000_000) with
                {
                    MaximumRate = 0.01,
                    DataSource = DataSource.Counter,
                }, digits: 5),
            Lamp("hall", "Hall lamp", "Hall", "switch", "on", new PropertyInfo
            {
                Title = "On",
                Type = "boolean",
                Access = PropertyAccess.ReadWrite,
            }),
            Lamp("livingroom", "Living room lamp", "Living room", "dimmer", "brightness", new PropertyInfo
            {
                Title = "Brightness",
                Type = "integer",
                Access = PropertyAccess.ReadWrite,
                Unit = "%",
                Minimum = 0,
                Maximum = 100,
            }),
            Camera("outlook", "Garden camera", "Garden", "still"),
            .. Enumerable.Range(1, options.Crowd).Select(OneOfMany),
        ];

        FakeDevice OneOfMany(int number) => Sensor(
            string.Create(CultureInfo.InvariantCulture, $"crowd{number}"), string.Create(CultureInfo.InvariantCulture, $"Sensor {number}"),
            string.Create(CultureInfo.InvariantCulture, $"Row {((number - 1) / RowOfCrowd) + 1}"), "sensor", "sensor.number", "level",
            new Cyclic(60 + (number % 60), 0, 100), Number("Level", "%", 0, 100));

        PropertyInfo Number(string title, string unit, double minimum, double maximum) => new()
        {
            Title = title,
            Type = "real",
            Unit = unit,
            Minimum = minimum,
            Maximum = maximum,
            StuckAfter = stuckAfter,
            DataSource = DataSource.Gauge,
            Interval = interval,
        };

        FakeDevice Sensor(
            string name, string title, string room, string kind, string oid, string property, ISignal signal, PropertyInfo info,
            int digits = 2) =>
            new(name, Info(name, title, room, kind, oid, property, info), new Dictionary<string, (ISignal, int)>
            {
                [property] = (signal, digits),
            });

        FakeDevice Lamp(string name, string title, string room, string oid, string property, PropertyInfo info) =>
            new(name, Info(name, title, room, "lamp", oid, property, info), new Dictionary<string, (ISignal, int)>());

        // Pictures are looked at, not charted: the history would only grow by them.
        FakeDevice Camera(string name, string title, string room, string property) =>
            new(name, Info(name, title, room, "camera", "media.camera", property, new PropertyInfo
            {
                Title = "Picture",
                Type = "text",
                Interval = Math.Max(FakeCamera.Period, interval),
                Log = false,
            }), new Dictionary<string, (ISignal, int)>(), property);

        DeviceInfo Info(string name, string title, string room, string kind, string oid, string property, PropertyInfo info) => new()
        {
            Name = $"{hub}.fake.{name}",
            Oid = oid,
            Title = title,
            Room = options.Room ?? room,
            Kind = kind,
            Demo = true,
            Properties = new Dictionary<string, PropertyInfo> { [property] = info },
        };
    }
}
