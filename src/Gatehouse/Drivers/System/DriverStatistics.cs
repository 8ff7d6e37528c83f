using Gatehouse.Devices;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Drivers.System;

/// <summary>How the driver itself does, as <c>/hub/driver/system/…</c>: set when it changes.</summary>
internal sealed class DriverStatistics(Machine machine, HungReads hung)
{
    private static readonly Origin Driver = new("system");

    private readonly Statistic _hung = new(machine, "hung"), _abandoned = new(machine, "abandoned"), _rejected = new(machine, "rejected");

    public void Show()
    {
        _hung.Show(hung.Count);
        _abandoned.Show(hung.Abandoned);
        _rejected.Show(machine.Rejected);
    }

    private sealed class Statistic(Machine machine, string name)
    {
        private readonly Key _key = machine.Hub.Tree.Intern($"/hub/driver/{machine.Gate.Driver}/{name}");
        private long? _shown;

        public void Show(long count)
        {
            if (_shown == count) return;
            _shown = count;
            machine.Hub.Tree.Set(new Change(_key, Value.From(count)), Driver);
        }
    }
}
