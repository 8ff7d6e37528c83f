namespace Gatehouse.Drivers.System;

/// <summary>One folder of <c>/sys/class</c> that is a device of its own.</summary>
internal abstract class SensorFolder(string path) : IDisposable
{
    private readonly List<ProcFile> _files = [];

    public string Location => path;

    /// <summary>The device that it appears as.</summary>
    public abstract MachineDevice Device { get; }

    /// <summary>Reads its files. May block.</summary>
    public abstract void Read();

    /// <summary>Puts what was read into the device.</summary>
    public abstract void Put();

    /// <summary>The last segment of its path.</summary>
    protected string FolderName => Path.GetFileName(path);

    public void Dispose() => _files.ForEach(f => f.Dispose());

    protected ProcFile File(string name)
    {
        var file = new ProcFile(Path.Join(path, name));
        _files.Add(file);
        return file;
    }

    /// <summary>The number in a file, in thousandths or millionths as sys has them; null when there is none.</summary>
    protected static double? Number(ProcFile file, double divisor) =>
        file.TryRead(out var text) && ProcText.TryParseNumber(text, out var number) ? number / divisor : null;

    /// <summary>The word in a file that is read once; null when there is none.</summary>
    protected string? Word(string name)
    {
        using var file = new ProcFile(Path.Join(path, name));
        return file.TryRead(out var text) ? ProcText.Word(text) : null;
    }
}
