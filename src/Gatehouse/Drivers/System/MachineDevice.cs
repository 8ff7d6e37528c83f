using System.Runtime.InteropServices;
using Gatehouse.Devices;
using Gatehouse.Sdk.Devices;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Drivers.System;

/// <summary>One device of this machine, announced with its first values. One thread at a time.</summary>
internal sealed class MachineDevice(
    Machine machine, string name, string title, IReadOnlyDictionary<string, PropertyInfo> properties, Action<MachineDevice> announced)
    : IDisposable
{
    private readonly List<Change> _batch = [];
    private DeviceWriter? _writer;

    public string Name => name;

    public void Put(string property, long value) => Put(property, Value.From(value));

    /// <summary>Two decimals are more than these sensors know, and short numbers are cheap to send and to keep.</summary>
    public void Put(string property, double value) => Put(property, Value.From(Math.Round(value, 2)));

    /// <summary>Nothing, when there is no value this time.</summary>
    public void Put(string property, double? value)
    {
        if (value is { } known) Put(property, known);
    }

    public void Put(string property, Value value)
    {
        if (_writer is null)
        {
            _writer = machine.Announce(name, title, properties);
            announced(this);
        }
        _batch.Add(_writer.Property(property).To(value));
    }

    /// <summary>Sets what was put, all together.</summary>
    public void Send()
    {
        if (_batch.Count == 0) return;
        _writer!.Set(CollectionsMarshal.AsSpan(_batch));
        _batch.Clear();
    }

    public void Dispose() => _writer?.Dispose();
}
