using Gatehouse.Devices;
using Gatehouse.Parts;
using Gatehouse.Sdk.Devices;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Drivers.System;

/// <summary>What all sensors of one run share: where to read, where to publish, how often, and how much text made no sense.</summary>
internal sealed class Machine(Hub hub, DeviceRegistry registry, FloodGate gate, SystemDriverOptions settings, TimeProvider time)
{
    private long _rejected;

    public Hub Hub => hub;

    public FloodGate Gate => gate;

    public TimeProvider Time => time;

    /// <summary>Lines and files that no parser understood.</summary>
    public long Rejected => Volatile.Read(ref _rejected);

    public void Reject(int count) => Interlocked.Add(ref _rejected, count);

    public string Proc(string file) => Path.Join(settings.Proc, file);

    public string Sys(string file) => Path.Join(settings.Sys, file);

    /// <summary>Announces <c>host.system.device</c>.</summary>
    public DeviceWriter Announce(string device, string title, IReadOnlyDictionary<string, PropertyInfo> properties)
    {
        var name = $"{hub.Name}.system.{device}";
        var info = new DeviceInfo { Name = name, Title = title, Room = settings.Room, Kind = "computer", Properties = properties };
        return new DeviceWriter(hub, registry, gate, info);
    }

    public PropertyInfo Percent(string title) => Real(title, "%", 0, 100);

    public PropertyInfo Real(string title, string? unit, double? minimum = 0, double? maximum = null) =>
        Property(title, "real", unit, minimum, maximum);

    public PropertyInfo Integer(string title, string? unit = null) => Property(title, "integer", unit, 0, null);

    public PropertyInfo Temperature(string title) => Real(title, "°C", -55, 150);

    public PropertyInfo Flag(string title) => Property(title, "boolean", null, null, null);

    public PropertyInfo Text(string title) => Property(title, "text", null, null, null);

    /// <summary>Makes one word of a foreign name: a device name has no dot. A name that others have already gets a number.</summary>
    public static string Word(string name, Func<string, bool> isTaken)
    {
        var word = KeySegment.Escape(name.Replace('.', '-'));
        if (!isTaken(word)) return word;
        for (var number = 2; ; number++)
        {
            if ($"{word}-{number}" is var next && !isTaken(next)) return next;
        }
    }

    private PropertyInfo Property(string title, string type, string? unit, double? minimum, double? maximum) => new()
    {
        Title = title,
        Type = type,
        Unit = unit,
        Minimum = minimum,
        Maximum = maximum,
        Interval = settings.Interval.TotalSeconds,
    };
}
