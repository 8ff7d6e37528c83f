using System.Diagnostics;
using Gatehouse.Devices;
using Gatehouse.Drivers.System;
using Gatehouse.Tests.Devices;

namespace Gatehouse.Tests.Drivers.System;

/// <summary>A machine made of files, and what reads it.</summary>
internal sealed class FakeMachine : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("gatehouse-system-").FullName;

    public FakeMachine(TimeProvider? time = null)
    {
        Hub = new DriverFixture(time);
        Settings = new SystemDriverOptions { Proc = Path.Join(_root, "proc"), Sys = Path.Join(_root, "sys"), Room = "attic" };
        Gate = new FloodGate(Hub.Tree, "system", Hub.Time, Hub.Log);
        Machine = new Machine(Hub.Hub, Hub.Registry, Gate, Settings, Hub.Time);
        Write("proc/stat", ProcSamples.Stat);
        Write("proc/loadavg", ProcSamples.LoadAverage);
        Write("proc/meminfo", ProcSamples.PiMemory);
        Write("proc/diskstats", ProcSamples.PiDisks);
        Write("proc/net/dev", ProcSamples.Network);
        Write("proc/uptime", ProcSamples.Uptime);
        Write("proc/self/mountinfo", "27 1 179:2 / / rw,noatime shared:1 - ext4 /dev/root rw\n");
    }

    public DriverFixture Hub { get; }

    public SystemDriverOptions Settings { get; }

    public FloodGate Gate { get; }

    public Machine Machine { get; }

    public HungReads Hung { get; } = new("system", new LogLines<HungReads>());

    public IEnumerable<string> Devices => Hub.Registry.List().Select(d => d.Name["here.system.".Length..]);

    public string PathOf(string file) => Path.Join(_root, file);

    public void Write(string file, string text) => Write(file, ProcSamples.Bytes(text));

    public void Write(string file, byte[] text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(file))!);
        File.WriteAllBytes(PathOf(file), text);
    }

    public void Remove(string folder) => Directory.Delete(PathOf(folder), recursive: true);

    /// <summary>Puts a pipe in the place of a file: opening it for reading hangs until somebody writes.</summary>
    public void MakePipe(string file)
    {
        File.Delete(PathOf(file));
        using var mkfifo = Process.Start("mkfifo", PathOf(file));
        mkfifo.WaitForExit();
        Assert.Equal(0, mkfifo.ExitCode);
    }

    /// <summary>One read two seconds after the one before.</summary>
    public void Read(AbandonableRead sensors)
    {
        Hub.Steps.Advance(TimeSpan.FromSeconds(2));
        sensors.CarryOut(Hung, Hub.Time);
        if (sensors.TakeFailure() is { } failure) throw failure;
    }

    public string? Text(string property) => Hub.Text($"/device/here.system.{property}");

    public double Number(string property) => Hub.Number($"/device/here.system.{property}");

    public void Dispose()
    {
        Gate.Dispose();
        Hub.Dispose();
        Directory.Delete(_root, recursive: true);
    }
}
