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
        var config = ManualConfig.CreateEmpty()
            .AddJob(Job.ShortRun.WithIterationCount(6).WithToolchain(InProcessEmitToolchain.Instance))
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .HideColumns("Job", "Toolchain", "IterationCount", "LaunchCount", "WarmupCount", "Error", "RatioSD")
            .AddLogger(ConsoleLogger.Default)
            .WithArtifactsPath(Path.Combine(ResultTable.Root, "out", "bench"));
        var summaries = BenchmarkSwitcher.FromAssembly(typeof(MicroBenchmarks).Assembly).Run(args, config).ToList();
        foreach (var summary in summaries.Where(summary => summary.Reports.Length > 0)) Write(summary);
        return summaries.TrueForAll(summary => summary.Reports.All(report => report.Success)) ? 0 : 1;
    }

    private static void Write(Summary summary)
    {
        using var writer = ResultTable.Open(summary.BenchmarksCases[0].Descriptor.Type.Name);
        MarkdownExporter.GitHub.ExportToLog(summary, new StreamLogger(writer));
    }
}
