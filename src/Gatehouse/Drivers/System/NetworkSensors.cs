using Gatehouse.Sdk.Devices;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Drivers.System;

/// <summary>Devices <c>network.&lt;interface&gt;</c>: traffic, errors and whether the interface is up.</summary>
internal sealed class NetworkSensors : SensorGroup
{
    private readonly ProcFile _file;
    private readonly Roster<Interface> _interfaces;
    private bool _known;

    public NetworkSensors(Machine machine) : base(machine, "network")
    {
        _file = new ProcFile(machine.Proc("net/dev"), 2048);
        _interfaces = new Roster<Interface>(Enter);
    }

    protected override void Read()
    {
        _known = _file.TryRead(out var text);
        if (!_known) return;
        var now = Machine.Time.GetTimestamp();
        var reader = new InterfaceCountersReader(text);
        while (reader.TryNext(out var name, out var counters)) _interfaces.Meet(name).Samples.Take(counters, now);
        Machine.Reject(reader.Rejected);
        foreach (var member in _interfaces) member.Thing.ReadState();
    }

    protected override void Publish()
    {
        if (!_known) return;
        foreach (var gone in _interfaces.Sweep())
        {
            gone.State.Dispose();
            Remove(gone.Device);
        }
        foreach (var member in _interfaces) member.Thing.Publish();
    }

    protected override void Close()
    {
        _file.Dispose();
        foreach (var member in _interfaces) member.Thing.State.Dispose();
    }

    private Interface Enter(string name)
    {
        var device = $"network.{Machine.Word(name, word => Exists($"network.{word}"))}";
        var state = new ProcFile(Machine.Sys($"class/net/{name}/operstate"));
        return new Interface(new(Machine.Time), state, Device(device, $"Network {name}", new Dictionary<string, PropertyInfo>
        {
            ["received"] = Machine.Real("Received", "B/s"),
            ["sent"] = Machine.Real("Sent", "B/s"),
            ["received/packets"] = Machine.Real("Packets received", "1/s"),
            ["sent/packets"] = Machine.Real("Packets sent", "1/s"),
            ["errors"] = Machine.Integer("Errors in all"),
            ["up"] = Machine.Flag("Up"),
        }));
    }

    private bool Exists(string device)
    {
        foreach (var member in _interfaces) if (member.Thing.Device.Name == device) return true;
        return false;
    }

    private sealed class Interface(Samples<InterfaceCounters> samples, ProcFile state, MachineDevice device)
    {
        private bool? _up;

        public Samples<InterfaceCounters> Samples => samples;

        public ProcFile State => state;

        public MachineDevice Device => device;

        // Many drivers, tunnels above all, never say more than "unknown" of an interface that works.
        public void ReadState() =>
            _up = state.TryRead(out var text) ? text.StartsWith("up"u8) || text.StartsWith("unknown"u8) : null;

        public void Publish()
        {
            var now = samples.Now;
            if (samples.Before is { } before)
            {
                var between = samples.Between;
                device.Put("received", ProcText.PerSecond(before.ReceivedBytes, now.ReceivedBytes, between));
                device.Put("sent", ProcText.PerSecond(before.SentBytes, now.SentBytes, between));
                device.Put("received/packets", ProcText.PerSecond(before.ReceivedPackets, now.ReceivedPackets, between));
                device.Put("sent/packets", ProcText.PerSecond(before.SentPackets, now.SentPackets, between));
            }
            device.Put("errors", (long)Math.Min(unchecked(now.ReceiveErrors + now.SendErrors), long.MaxValue));
            if (_up is { } up) device.Put("up", Value.From(up));
            device.Send();
        }
    }
}
