using Preble.Benchmarks;

if (BenchmarkOptions.Parse(args, out var message) is not { } options)
{
    Console.WriteLine(message);
    return args.Contains("--help") || args.Contains("-h") ? 0 : 2;
}

return EngineBenchmark.Run(options);
