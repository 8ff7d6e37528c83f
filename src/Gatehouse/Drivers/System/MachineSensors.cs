using Gatehouse.Devices;

namespace Gatehouse.Drivers.System;

/// <summary>All reads of one run, in the order in which a round takes them.</summary>
internal sealed class MachineSensors : IDisposable
{
    private readonly HungReads _hung;
    private readonly MountSensors _mounts;
    private readonly AbandonableRead[] _lasting;
    private DiskSensor[] _disks = [];
    private AbandonableRead[] _all;

    public MachineSensors(Machine machine, HungReads hung)
    {
        _hung = hung;
        _mounts = new MountSensors(machine);
        _lasting =
        [
            new CpuSensors(machine), new BlockSensors(machine), new NetworkSensors(machine),
            new MemorySensors(machine), new UptimeSensors(machine), _mounts,
            FolderSensors.Thermal(machine), FolderSensors.Chips(machine), FolderSensors.Batteries(machine),
        ];
        _all = _lasting;
    }

    /// <summary>All of them as of now. A disk that was unmounted has left by the time this returns.</summary>
    public IReadOnlyList<AbandonableRead> All()
    {
        var disks = _mounts.Disks;
        if (ReferenceEquals(disks, _disks)) return _all;
        foreach (var gone in _disks.Except(disks)) gone.End(_hung);
        _disks = disks;
        return _all = [.. _lasting, .. disks];
    }

    public void Dispose()
    {
        foreach (var read in All()) read.End(_hung);
    }
}
