namespace Gatehouse.Drivers.System;

/// <summary>Which disks are mounted. Each is a read of its own, because each may hang alone.</summary>
internal sealed class MountSensors(Machine machine) : SensorGroup(machine, "mounts")
{
    private readonly ProcFile _file = new(machine.Proc("self/mountinfo"), 8192);

    private byte[] _seen = [];
    private IReadOnlyList<Mount> _mounts = [];
    private volatile DiskSensor[] _disks = [];

    /// <summary>The disks of now: another array whenever they change. Whoever reads them ends those that are left out.</summary>
    public DiskSensor[] Disks => _disks;

    protected override void Read()
    {
        if (!_file.TryRead(out var text) || text.SequenceEqual(_seen)) return;
        _seen = text.ToArray();
        _mounts = Mount.ReadAll(text, out var rejected);
        Machine.Reject(rejected);
    }

    protected override void Publish()
    {
        var before = _disks;
        if (before.Length == _mounts.Count && before.All(d => _mounts.Contains(d.Mount))) return;
        // Those that stay keep their names, whatever came between.
        var disks = before.Where(d => _mounts.Contains(d.Mount)).ToList();
        foreach (var mount in _mounts)
        {
            if (disks.Exists(d => d.Mount == mount)) continue;
            var word = Machine.Word(NameOf(mount.Point), taken => disks.Exists(d => d.Word == taken));
            disks.Add(new DiskSensor(Machine, mount, word));
        }
        _disks = [.. disks];
    }

    protected override void Close() => _file.Dispose();

    private static string NameOf(string point) => point == "/" ? "root" : point.Trim('/').Replace('/', '-');
}
