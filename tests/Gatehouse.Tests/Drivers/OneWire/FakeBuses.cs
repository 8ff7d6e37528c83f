using System.Diagnostics;

namespace Gatehouse.Tests.Drivers.OneWire;

/// <summary>1-Wire buses made of files, as the kernel lays them out: folders below their master, and links in one directory.</summary>
internal sealed class FakeBuses : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("gatehouse-w1-").FullName;
    private readonly List<string> _pipes = [];

    /// <summary>The directory of links.</summary>
    public string Devices => Path.Join(_root, "bus");

    /// <summary>The bus's directory appears.</summary>
    public void Begin() => Directory.CreateDirectory(Devices);

    /// <summary>A thermometer is plugged in.</summary>
    public void Plug(string id, string text, int bus = 1)
    {
        Write(id, "w1_slave", text, bus);
        Link(id, bus);
    }

    /// <summary>It is unplugged.</summary>
    public void Unplug(string id, int bus = 1)
    {
        Directory.Delete(Path.Join(Devices, id));
        Directory.Delete(FolderOf(id, bus), recursive: true);
    }

    public void Link(string id, int bus = 1)
    {
        Begin();
        AddLink($"w1_bus_master{bus}", Path.Join("..", "devices", $"w1_bus_master{bus}"));
        AddLink(id, Path.Join("..", "devices", $"w1_bus_master{bus}", id));
    }

    public void Write(string id, string file, string text, int bus = 1)
    {
        Directory.CreateDirectory(FolderOf(id, bus));
        var path = PathOf(id, file, bus);
        File.WriteAllText(path + ".new", text);
        File.Move(path + ".new", path, overwrite: true);
    }

    public string PathOf(string id, string file, int bus = 1) => Path.Join(FolderOf(id, bus), file);

    /// <summary>A thermometer whose file is a pipe: reading it hangs until somebody writes.</summary>
    public string PlugPipe(string id, int bus = 1)
    {
        Directory.CreateDirectory(FolderOf(id, bus));
        var pipe = PathOf(id, "w1_slave", bus);
        using var mkfifo = Process.Start("mkfifo", pipe);
        mkfifo.WaitForExit();
        Assert.Equal(0, mkfifo.ExitCode);
        _pipes.Add(pipe);
        Link(id, bus);
        return pipe;
    }

    public void Dispose()
    {
        // Lets those go that wait for a writer: a pipe opened both ways waits for nobody.
        foreach (var pipe in _pipes) new FileStream(pipe, FileMode.Open, FileAccess.ReadWrite).Dispose();
        Directory.Delete(_root, recursive: true);
    }

    private string FolderOf(string id, int bus) => Path.Join(_root, "devices", $"w1_bus_master{bus}", id);

    private void AddLink(string name, string target)
    {
        if (!Path.Exists(Path.Join(Devices, name))) Directory.CreateSymbolicLink(Path.Join(Devices, name), target);
    }
}
