using System.Globalization;
using Gatehouse.Devices;
using Gatehouse.Parts;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Drivers.OneWire;

/// <summary>How the driver itself does, as <c>/hub/driver/onewire/…</c>, and in the log when something changes. Any thread.</summary>
internal sealed partial class OneWireTally(Hub hub, HungReads hung, OneWireDriverOptions options, ILogger logger)
{
    private static readonly Origin Driver = new("onewire");

    private readonly Lock _showing = new();
    private readonly Dictionary<string, Value> _shown = new(StringComparer.Ordinal);
    private readonly HashSet<OneWireId> _others = [];
    private long _rejected;

    /// <summary>Shows what was found, and how the reads do.</summary>
    public void Show(Found found)
    {
        lock (_showing)
        {
            // Somebody who names a directory expects it; without that, a machine without 1-Wire is no fault.
            var isFault = !found.IsThere && options.Path != OneWireDriverOptions.UsualPath;
            var state = !found.IsThere ? $"there is no directory {options.Path}; the kernel modules w1-gpio and w1-therm make it"
                : found.Sensors.Count == 0 ? $"no thermometer in {options.Path}; check the wiring and the kernel module w1-therm"
                : "reading";
            var isNews = found.IsThere || isFault || _shown.ContainsKey("state");
            if (Show("state", state, isFault ? Quality.Bad : Quality.Good) && isNews) LogState(state);
            Show("sensors", (long)found.Sensors.Count);
            Show("buses", (long)found.Sensors.Select(s => s.Bus).Distinct().Count());
            Show("rejected", _rejected);
            Show("hung", (long)hung.Count);
            Show("abandoned", hung.Abandoned);
            foreach (var other in found.Others)
            {
                if (_others.Add(other)) LogOther(other.Text, other.Family.ToString("x2", CultureInfo.InvariantCulture));
            }
        }
    }

    /// <summary>One reading of a thermometer ended so, after the one before ended otherwise or likewise.</summary>
    public void Count(OneWireId sensor, RejectReason before, RejectReason now)
    {
        if (now != RejectReason.None)
        {
            lock (_showing) _rejected++;
        }
        if (before == now) return;
        if (now == RejectReason.None) LogWell(sensor.Text);
        else LogRejected(sensor.Text, OneWireReading.Words(now));
    }

    public void Refused(OneWireId sensor, int bits) => LogRefused(sensor.Text, bits);

    private bool Show(string name, Value value, Quality quality = Quality.Good)
    {
        if (_shown.TryGetValue(name, out var before) && before == value) return false;
        _shown[name] = value;
        hub.Tree.Set(new Change(hub.Tree.Intern($"/hub/driver/onewire/{name}"), value, Quality: quality), Driver);
        return true;
    }

    [LoggerMessage(5101, LogLevel.Information, "1-Wire: {State}")]
    private partial void LogState(string state);

    [LoggerMessage(5102, LogLevel.Warning, "Thermometer {Sensor} gives no good reading: {Reason}")]
    private partial void LogRejected(string sensor, string reason);

    [LoggerMessage(5103, LogLevel.Information, "Thermometer {Sensor} gives good readings again")]
    private partial void LogWell(string sensor);

    [LoggerMessage(5104, LogLevel.Information, "1-Wire device {Device} is left out: family {Family} is no thermometer that is known")]
    private partial void LogOther(string device, string family);

    [LoggerMessage(5105, LogLevel.Warning, "Thermometer {Sensor} cannot be set to {Bits} bits: its file resolution cannot be written")]
    private partial void LogRefused(string sensor, int bits);
}
