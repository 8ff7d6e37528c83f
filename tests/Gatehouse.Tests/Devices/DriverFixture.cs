using Gatehouse.Devices;
using Gatehouse.Parts;
using Gatehouse.Sdk.Devices;
using Gatehouse.Sdk.Values;
using Gatehouse.Security;
using Gatehouse.Services;
using Gatehouse.Tests.Support;
using Gatehouse.Tree;

namespace Gatehouse.Tests.Devices;

/// <summary>A hub without parts, for what drivers use.</summary>
internal sealed class DriverFixture : IDisposable
{
    public DriverFixture(TimeProvider? time = null)
    {
        Time = time ?? new ManualTime();
        Tree = new ValueTree(new TreeOptions(), default, Time, AllowAll.Instance);
        Registry = new DeviceRegistry(Tree);
        Hub = new Hub("here", Tree, new ServiceDirectory(Time, AllowAll.Instance));
    }

    public TimeProvider Time { get; }

    public ManualTime Steps => (ManualTime)Time;

    public ValueTree Tree { get; }

    public DeviceRegistry Registry { get; }

    public Hub Hub { get; }

    public LogLines<FloodGate> Log { get; } = new();

    public FloodGate Gate(double rate = 10, int burst = 5) => new(Tree, "lab", Time, Log, new FloodLimit(rate, burst));

    public DeviceWriter Writer(FloodGate gate, string name = "here.lab.oven", IKeyOwner? owner = null) =>
        new(Hub, Registry, gate, Oven(name), owner);

    public static DeviceInfo Oven(string name) => new()
    {
        Name = name,
        Title = "Oven",
        Kind = "heater",
        Properties = new Dictionary<string, PropertyInfo>
        {
            ["temperature"] = new() { Title = "Temperature", Type = "real", Minimum = 0, Maximum = 300, Interval = 2 },
            ["door"] = new() { Title = "Door", Type = "boolean" },
        },
    };

    public Entry? Get(string key) => Tree.TryFind(key, out var known) ? Tree.Get(known) : null;

    public string? Text(string key) => Get(key)?.Value.ToString();

    public double Number(string key) => Get(key) is { } entry && entry.Value.TryGetNumber(out var number) ? number : double.NaN;

    public void Dispose() => Tree.Dispose();
}
