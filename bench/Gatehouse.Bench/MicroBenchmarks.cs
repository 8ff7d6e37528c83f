using System.Globalization;
using System.Reflection;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Gatehouse.Bench;

/// <summary>
/// Runs the classes with [Benchmark] methods in this process and writes one table for each into bench/results, with machine and commit.
/// </summary>
internal static class MicroBenchmarks
{
    public static int Run(string[] args)
    {
        var root = FindRoot();
        var config = ManualConfig.CreateEmpty()
            .AddJob(Job.ShortRun.WithIterationCount(6).WithToolchain(InProcessEmitToolchain.Instance))
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .HideColumns("Job", "Toolchain", "IterationCount", "LaunchCount", "WarmupCount", "Error", "RatioSD")
            .AddLogger(ConsoleLogger.Default)
            .WithArtifactsPath(Path.Combine(root, "out", "bench"));
        var summaries = BenchmarkSwitcher.FromAssembly(typeof(MicroBenchmarks).Assembly).Run(args, config).ToList();
        foreach (var summary in summaries.Where(summary => summary.Reports.Length > 0))
            Write(summary, Path.Combine(root, "bench", "results"));
        return summaries.TrueForAll(summary => summary.Reports.All(report => report.Success)) ? 0 : 1;
    }

    private static void Write(Summary summary, string folder)
    {
        var name = summary.BenchmarksCases[0].Descriptor.Type.Name;
        var path = Path.Combine(Directory.CreateDirectory(folder).FullName, $"{name}.md");
        using var writer = new StreamWriter(path);
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"# {name}\n\nCommit {Commit}; `make bench` writes this table.\n"));
        MarkdownExporter.GitHub.ExportToLog(summary, new StreamLogger(writer));
    }

    /// <summary>As it was built: the part of the version that follows the plus sign.</summary>
    private static string Commit => Version.Split('+') is [_, { Length: > 10 } commit] ? commit[..10] : "unknown";

    private static string Version =>
        typeof(MicroBenchmarks).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Gatehouse.slnx")))
            folder = folder.Parent ?? throw new InvalidOperationException("The benchmarks run inside of a checkout.");
        return folder.FullName;
    }
}
