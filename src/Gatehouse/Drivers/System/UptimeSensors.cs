using System.Globalization;
using Gatehouse.Sdk.Devices;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Drivers.System;

/// <summary>Device <c>uptime</c>: seconds since boot, and when that was by the hub's clock; said anew when the clock is set.</summary>
internal sealed class UptimeSensors : SensorGroup
{
    // Uptime has hundredths and is read a moment before the clock: less than this is no news.
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    private readonly ProcFile _file;
    private readonly MachineDevice _device;
    private double? _seconds;
    private DateTime _now;
    private DateTime _started;

    public UptimeSensors(Machine machine) : base(machine, "uptime")
    {
        _file = new ProcFile(machine.Proc("uptime"));
        _device = Device("uptime", "Uptime", new Dictionary<string, PropertyInfo>
        {
            ["seconds"] = machine.Integer("Time since start", "s"),
            ["started"] = machine.Text("Started") with { Interval = null },
        });
    }

    /// <summary>Seconds since boot: the first word of <c>/proc/uptime</c>.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> text, out double seconds)
    {
        seconds = 0;
        return new Words(text.TrimEnd((byte)'\n')).TryNext(out ReadOnlySpan<byte> word) && ProcText.TryParseReal(word, out seconds)
            && seconds >= 0 && seconds < TimeSpan.FromDays(36_500).TotalSeconds;
    }

    protected override void Read()
    {
        _seconds = null;
        if (!_file.TryRead(out var text)) return;
        _now = Machine.Time.GetUtcNow().UtcDateTime;
        if (TryParse(text, out var seconds)) _seconds = seconds;
        else Machine.Reject(1);
    }

    protected override void Publish()
    {
        if (_seconds is not { } seconds) return;
        _device.Put("seconds", (long)seconds);
        var started = _now.AddSeconds(-seconds);
        if ((started - _started).Duration() > Tolerance)
        {
            _started = started;
            _device.Put("started", Value.From(started.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)));
        }
        _device.Send();
    }

    protected override void Close() => _file.Dispose();
}
