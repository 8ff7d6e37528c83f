using Gatehouse.Sdk.Devices;

namespace Gatehouse.Drivers.System;

/// <summary>Devices <c>io.&lt;disk&gt;</c>: how much each whole disk reads and writes, and how busy it is.</summary>
internal sealed class BlockSensors : SensorGroup
{
    // The kernel counts busy time in steps of a timer tick, so a busy disk may show a little more than all of the time.
    private const double Slack = 10;

    private readonly ProcFile _file;
    private readonly Roster<Disk> _disks;
    private bool _known;

    public BlockSensors(Machine machine) : base(machine, "io")
    {
        _file = new ProcFile(machine.Proc("diskstats"), 4096);
        _disks = new Roster<Disk>(Enter);
    }

    protected override void Read()
    {
        _known = _file.TryRead(out var text);
        if (!_known) return;
        var now = Machine.Time.GetTimestamp();
        var reader = new BlockCountersReader(text);
        while (reader.TryNext(out var name, out var counters)) _disks.Meet(name).Samples.Take(counters, now);
        Machine.Reject(reader.Rejected);
    }

    protected override void Publish()
    {
        if (!_known) return;
        foreach (var gone in _disks.Sweep()) Remove(gone.Device);
        foreach (var member in _disks) Publish(member.Thing);
    }

    protected override void Close() => _file.Dispose();

    private Disk Enter(string name)
    {
        var device = $"io.{Machine.Word(name, _ => false)}";
        return new Disk(new(Machine.Time), Device(device, $"Disk {name}", new Dictionary<string, PropertyInfo>
        {
            ["read"] = Machine.Real("Read", "B/s"),
            ["written"] = Machine.Real("Written", "B/s"),
            ["busy"] = Machine.Percent("Busy"),
        }));
    }

    private static void Publish(Disk disk)
    {
        var (samples, device) = disk;
        if (samples.Before is not { } before) return;
        var (now, between) = (samples.Now, samples.Between);
        device.Put("read", ProcText.PerSecond(before.ReadSectors, now.ReadSectors, between) * BlockCounters.SectorSize);
        device.Put("written", ProcText.PerSecond(before.WrittenSectors, now.WrittenSectors, between) * BlockCounters.SectorSize);
        var busy = ProcText.PerSecond(before.BusyMilliseconds, now.BusyMilliseconds, between) / 10;
        device.Put("busy", busy is > 100 and < 100 + Slack ? 100 : busy);
        device.Send();
    }

    private sealed record Disk(Samples<BlockCounters> Samples, MachineDevice Device);
}
