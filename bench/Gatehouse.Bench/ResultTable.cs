using System.Globalization;
using System.Reflection;

namespace Gatehouse.Bench;

/// <summary>The tables in bench/results: each says which commit it measured, on which machine.</summary>
internal static class ResultTable
{
    public static string Root { get; } = FindRoot();

    /// <summary>As it was built: the part of the version that follows the plus sign.</summary>
    public static string Commit => Version.Split('+') is [_, { Length: > 10 } commit] ? commit[..10] : "unknown";

    private static string Version =>
        typeof(ResultTable).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    private static string Processor =>
        File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(": ")[1]
        ?? "an unknown processor";

    /// <summary>Opens bench/results/{name}.md and writes its head.</summary>
    public static StreamWriter Open(string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Root, "bench", "results"));
        var writer = new StreamWriter(Path.Combine(folder.FullName, $"{name}.md"));
        writer.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"# {name}\n\nCommit {Commit}; {Environment.ProcessorCount} cores of {Processor}. `make bench` writes this table.\n"));
        return writer;
    }

    /// <summary>Writes a table that is text already, also to the screen.</summary>
    public static void Write(string name, string table)
    {
        Console.WriteLine(table);
        using var writer = Open(name);
        writer.WriteLine(table);
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Gatehouse.slnx")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The benchmarks run inside of a checkout.");
        }
        return folder.FullName;
    }
}
