namespace Gatehouse.Drivers.System;

/// <summary>Opens one folder; null when it is not of the kind that is looked for.</summary>
/// <param name="isTaken">Tells device names that others of the group have.</param>
internal delegate SensorFolder? OpenFolder(SensorGroup group, Machine machine, string path, Func<string, bool> isTaken);

/// <summary>All sensors of one class of <c>/sys/class</c>. What comes and goes is looked for now and then, for that costs most.</summary>
internal sealed class FolderSensors(Machine machine, string name, string folder, OpenFolder open) : SensorGroup(machine, name)
{
    private static readonly TimeSpan SearchPeriod = TimeSpan.FromSeconds(10);

    private readonly string _folder = machine.Sys(folder);
    private readonly HashSet<string> _others = new(StringComparer.Ordinal);
    private readonly List<SensorFolder> _present = [], _gone = [];
    private long? _searched;

    /// <summary>Devices <c>thermal.zone&lt;n&gt;</c>.</summary>
    public static FolderSensors Thermal(Machine machine) => new(machine, "thermal", "class/thermal", ThermalZone.Open);

    /// <summary>Devices <c>sensors.&lt;chip&gt;</c>.</summary>
    public static FolderSensors Chips(Machine machine) => new(machine, "sensors", "class/hwmon", SensorChip.Open);

    /// <summary>Devices <c>battery.&lt;name&gt;</c>.</summary>
    public static FolderSensors Batteries(Machine machine) => new(machine, "battery", "class/power_supply", Battery.Open);

    protected override void Read()
    {
        if (_searched is not { } searched || Machine.Time.GetElapsedTime(searched) >= SearchPeriod) Search();
        foreach (var sensor in _present) sensor.Read();
    }

    protected override void Publish()
    {
        foreach (var sensor in _gone) Remove(sensor.Device);
        _gone.Clear();
        foreach (var sensor in _present)
        {
            sensor.Put();
            sensor.Device.Send();
        }
    }

    protected override void Close() => _present.ForEach(s => s.Dispose());

    private void Search()
    {
        _searched = Machine.Time.GetTimestamp();
        var paths = Directory.Exists(_folder) ? Directory.GetDirectories(_folder) : [];
        for (var i = _present.Count - 1; i >= 0; i--)
        {
            if (paths.Contains(_present[i].Location)) continue;
            _present[i].Dispose();
            _gone.Add(_present[i]);
            _present.RemoveAt(i);
        }
        _others.RemoveWhere(p => !paths.Contains(p));
        foreach (var path in paths.Order(StringComparer.Ordinal))
        {
            if (_others.Contains(path) || _present.Exists(s => s.Location == path)) continue;
            Open(path);
        }
    }

    private void Open(string path)
    {
        try
        {
            if (open(this, Machine, path, device => _present.Exists(s => s.Device.Name == device)) is { } sensor) _present.Add(sensor);
            else _others.Add(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It left while it was looked at, or is not ready: the next search looks again.
        }
    }
}
