using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Gatehouse.Bench;

if (args is ["watchers"])
{
    Console.WriteLine(await WatcherCost.MeasureAsync());
    return;
}
BenchmarkSwitcher.FromAssembly(typeof(TreeBench).Assembly).Run(args,
    ManualConfig.Create(DefaultConfig.Instance).AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance)));
