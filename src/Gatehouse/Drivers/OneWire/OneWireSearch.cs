using Gatehouse.Devices;

namespace Gatehouse.Drivers.OneWire;

/// <summary>A thermometer as it was found.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="Bus">The master that it hangs on; empty when the entry does not tell.</param>
internal sealed record FoundSensor(OneWireId Id, string Folder, string Bus, bool HasPower, bool HasResolution, bool HasConversionTime);

/// <summary>What hangs on the buses now.</summary>
/// <param name="IsThere">Whether the directory exists.</param>
/// <param name="Others">Devices that are no thermometers.</param>
internal sealed record Found(bool IsThere, IReadOnlyList<FoundSensor> Sensors, IReadOnlyList<OneWireId> Others)
{
    public static Found Nothing { get; } = new(false, [], []);
}

/// <summary>
/// Lists the kernel's directory of devices. Its entries are links to folders below the folder of the bus master that they hang on:
/// <c>28-… → ../../../devices/w1_bus_master1/28-…</c>.
/// </summary>
internal sealed class OneWireSearch(string path) : AbandonableRead("search")
{
    private const string Master = "w1_bus_master";

    private Found _read = Found.Nothing;
    private volatile Found _found = Found.Nothing;

    public Found Found => _found;

    /// <summary>The file that starts a measurement of all thermometers of a bus, where the kernel has it.</summary>
    public static string BulkFile(string path, string bus) => Path.Join(path, bus, "therm_bulk_read");

    protected override void Read()
    {
        if (!Directory.Exists(path))
        {
            _read = Found.Nothing;
            return;
        }
        var (sensors, others) = (new List<FoundSensor>(), new List<OneWireId>());
        foreach (var folder in Directory.EnumerateFileSystemEntries(path).Order(StringComparer.Ordinal))
        {
            if (!OneWireId.TryParse(Path.GetFileName(folder), out var id) || !Directory.Exists(folder)) continue;
            if (id.IsThermometer) sensors.Add(Look(id, folder));
            else others.Add(id);
        }
        _read = new Found(true, sensors, others);
    }

    protected override void Publish() => _found = _read;

    protected override void Leave()
    {
    }

    protected override void Close()
    {
    }

    private static FoundSensor Look(OneWireId id, string folder) =>
        new(id, folder, BusOf(folder), Has(folder, "ext_power"), Has(folder, "resolution"), Has(folder, "conv_time"));

    private static bool Has(string folder, string file) => File.Exists(Path.Join(folder, file));

    private static string BusOf(string folder)
    {
        var segments = new DirectoryInfo(folder).LinkTarget?.Split('/') ?? [];
        return segments is [.., var bus, _] && bus.StartsWith(Master, StringComparison.Ordinal) ? bus : "";
    }
}
