using Gatehouse.Sdk.Devices;

namespace Gatehouse.Drivers.System;

/// <summary>Device <c>disk.&lt;mount&gt;</c>: how full one file system is. The call behind it hangs when a file server is silent.</summary>
internal sealed class DiskSensor : SensorGroup
{
    private readonly DriveInfo _drive;
    private readonly MachineDevice _device;
    private (long Total, long Free, long Available)? _space;

    public DiskSensor(Machine machine, Mount mount, string word)
        : base(machine, $"disk {mount.Point}", mount.IsRemote ? "network disks" : "disks")
    {
        Mount = mount;
        Word = word;
        _drive = new DriveInfo(mount.Point);
        _device = Device($"disk.{word}", $"Disk {mount.Point}", new Dictionary<string, PropertyInfo>
        {
            ["total"] = machine.Integer("Total", "B"),
            ["free"] = machine.Integer("Free", "B"),
            ["used"] = machine.Integer("Used", "B"),
            ["usage"] = machine.Percent("Usage"),
        });
    }

    public Mount Mount { get; }

    public string Word { get; }

    protected override void Read()
    {
        _space = null;
        try
        {
            _space = (_drive.TotalSize, _drive.TotalFreeSpace, _drive.AvailableFreeSpace);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Just unmounted, or not to be seen by this user: no value.
        }
    }

    // As df does: space kept for root is neither free nor part of what can be used.
    protected override void Publish()
    {
        if (_space is not { Total: > 0 } space) return;
        var used = space.Total - space.Free;
        _device.Put("total", space.Total);
        _device.Put("free", space.Available);
        _device.Put("used", used);
        if (used + space.Available is > 0 and var usable) _device.Put("usage", 100d * used / usable);
        _device.Send();
    }

    protected override void Close() => _space = null;
}
