using System.Globalization;
using Gatehouse.Sdk.Devices;

namespace Gatehouse.Drivers.System;

/// <summary>Device <c>cpu</c>: load of all cores and of each, load averages, clock frequency of the first core.</summary>
internal sealed class CpuSensors(Machine machine) : SensorGroup(machine, "cpu")
{
    private const double KiloHertzPerMegaHertz = 1000;

    private readonly ProcFile _stat = new(machine.Proc("stat"), 8192);
    private readonly ProcFile _average = new(machine.Proc("loadavg"));
    private readonly ProcFile _frequency = new(machine.Sys("devices/system/cpu/cpu0/cpufreq/scaling_cur_freq"));

    // By core; the last round's and this one's. A core that is off has no times.
    private CpuTimes?[] _before = [], _now = [];
    private CpuTimes? _allBefore, _all;
    private LoadAverage? _load;
    private long? _kiloHertz;

    private string[] _coreLoads = [];
    private MachineDevice? _device;

    protected override void Read()
    {
        (_before, _now) = (_now, _before);
        Array.Clear(_now);
        (_allBefore, _all) = (_all, null);
        if (_stat.TryRead(out var text)) ReadTimes(text);
        _load = null;
        if (_average.TryRead(out text))
        {
            if (LoadAverage.TryParse(text, out var load)) _load = load;
            else Machine.Reject(1);
        }
        _kiloHertz = _frequency.TryRead(out text) && ProcText.TryParseNumber(text, out var kiloHertz) ? kiloHertz : null;
    }

    protected override void Publish()
    {
        if (_device is null || _coreLoads.Length < _now.Length) Announce();
        var device = _device!;
        if (_allBefore is { } allBefore && _all is { } all) device.Put("load", CpuTimes.Load(allBefore, all));
        long cores = 0;
        for (var i = 0; i < _now.Length; i++)
        {
            if (_now[i] is not { } now) continue;
            cores++;
            if (i < _before.Length && _before[i] is { } before) device.Put(_coreLoads[i], CpuTimes.Load(before, now));
        }
        if (cores > 0) device.Put("cores", cores);
        if (_load is { } load)
        {
            device.Put("load1", load.One);
            device.Put("load5", load.Five);
            device.Put("load15", load.Fifteen);
        }
        device.Put("frequency", _kiloHertz / KiloHertzPerMegaHertz);
        device.Send();
    }

    protected override void Close()
    {
        _stat.Dispose();
        _average.Dispose();
        _frequency.Dispose();
    }

    private void ReadTimes(ReadOnlySpan<byte> text)
    {
        var reader = new CpuTimesReader(text);
        while (reader.TryNext(out var times))
        {
            if (times.Core == CpuTimes.AllCores)
            {
                _all = times;
                continue;
            }
            if (times.Core >= _now.Length) Array.Resize(ref _now, times.Core + 1);
            _now[times.Core] = times;
        }
        Machine.Reject(reader.Rejected);
    }

    // Anew when a core appears that was off since boot.
    private void Announce()
    {
        if (_device is not null) Remove(_device);
        _coreLoads = [.. Enumerable.Range(0, _now.Length).Select(n => string.Create(CultureInfo.InvariantCulture, $"core/{n}"))];
        var properties = new Dictionary<string, PropertyInfo>
        {
            ["load"] = Machine.Percent("Load"),
            ["load1"] = Machine.Real("Load average of 1 minute", null),
            ["load5"] = Machine.Real("Load average of 5 minutes", null),
            ["load15"] = Machine.Real("Load average of 15 minutes", null),
            ["frequency"] = Machine.Real("Clock frequency", "MHz"),
            ["cores"] = Machine.Integer("Cores"),
        };
        for (var i = 0; i < _coreLoads.Length; i++) properties[_coreLoads[i]] = Machine.Percent($"Load of core {i}");
        _device = Device("cpu", "Processor", properties);
    }
}
