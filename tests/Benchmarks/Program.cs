using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Preble.Benchmarks;
using Preble.Benchmarks.Decision;
using Preble.Benchmarks.Engine;
using Preble.Benchmarks.Fleet;
using Preble.Benchmarks.Index;
using Preble.Benchmarks.Sharing;
using Preble.Testing;

if (args is ["planner", ..])
{
    // In this process: the usual toolchain builds a project of its own, and finds no package that a partial registry has not got.
    var job = Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(15).WithIterationCount(20);
    var config = DefaultConfig.Instance.AddJob(job).WithArtifactsPath(Path.Combine(RepositoryPaths.Root, "artifacts", "benchmarks"));
    return BenchmarkSwitcher.FromTypes([typeof(StepPlannerBenchmarks)]).Run(["--filter", "*", .. args[1..]], config).Any() ? 0 : 1;
}

if (args is ["index", ..])
{
    return IndexBenchmark.Run(args[1..]);
}

if (args is ["decision", ..])
{
    return DecisionBenchmark.Run(args[1..]);
}

if (args is ["fleet", ..])
{
    return await FleetBenchmark.RunAsync(args[1..]);
}

if (args is [StreamSilo.Verb, ..])
{
    return await StreamSilo.RunAsync(args[1..]);
}

if (args is ["sharing", ..])
{
    return await SharingBenchmark.RunAsync(args[1..]);
}

if (args is ["engine", ..])
{
    return EngineCommand.Run(args[1..]);
}

if (args.Contains("--help") || args.Contains("-h"))
{
    Console.WriteLine(Help.Text);
    return 0;
}

// Without a verb: the comparison, as it always was.
return EngineCommand.Run([.. args, "--peer"]);
