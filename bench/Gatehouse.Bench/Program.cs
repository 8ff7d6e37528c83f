// Benchmarks of single mechanisms. Tools that load a running system get a verb of their own here.
return Gatehouse.Bench.MicroBenchmarks.Run(args);
