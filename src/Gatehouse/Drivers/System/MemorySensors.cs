using Gatehouse.Sdk.Devices;

namespace Gatehouse.Drivers.System;

/// <summary>Devices <c>memory</c> and <c>swap</c>. Without swap space its total is 0 and it has no usage.</summary>
internal sealed class MemorySensors : SensorGroup
{
    private readonly ProcFile _file;
    private readonly MachineDevice _memory, _swap;
    private MemoryInfo? _info;

    public MemorySensors(Machine machine) : base(machine, "memory")
    {
        _file = new ProcFile(machine.Proc("meminfo"), 4096);
        _memory = Device("memory", "Memory", new Dictionary<string, PropertyInfo>
        {
            ["total"] = machine.Integer("Total", "B"),
            ["used"] = machine.Integer("Used", "B"),
            ["available"] = machine.Integer("Available", "B"),
            ["usage"] = machine.Percent("Usage"),
        });
        _swap = Device("swap", "Swap space", new Dictionary<string, PropertyInfo>
        {
            ["total"] = machine.Integer("Total", "B"),
            ["used"] = machine.Integer("Used", "B"),
            ["usage"] = machine.Percent("Usage"),
        });
    }

    protected override void Read()
    {
        _info = null;
        if (!_file.TryRead(out var text)) return;
        if (MemoryInfo.TryParse(text, out var info, out var rejected)) _info = info;
        else rejected++;
        Machine.Reject(rejected);
    }

    protected override void Publish()
    {
        if (_info is not { } info) return;
        _memory.Put("total", info.Total);
        _memory.Put("used", info.Used);
        _memory.Put("available", info.Available);
        _memory.Put("usage", 100d * info.Used / info.Total);
        _memory.Send();
        _swap.Put("total", info.SwapTotal);
        _swap.Put("used", info.SwapUsed);
        if (info.SwapTotal > 0) _swap.Put("usage", 100d * info.SwapUsed / info.SwapTotal);
        _swap.Send();
    }

    protected override void Close() => _file.Dispose();
}
