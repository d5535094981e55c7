using BenchmarkDotNet.Attributes;
using Preble.Testing;

namespace Preble.Benchmarks;

/// <summary>
/// What planning a step costs with 64 running and 1,000 waiting sequences over mixed prefixes: no model, no engine, nothing but the worker's
/// decisions. The bound is 20 µs and no allocation a step.
/// </summary>
[MemoryDiagnoser]
public class StepPlannerBenchmarks
{
    private const int Steps = 100;

    private PlannerWorld _world = null!;

    /// <summary>What keeps the waiting ones waiting.</summary>
    [Params(WaitsFor.Slots, WaitsFor.Blocks, WaitsFor.Leader, WaitsFor.Turns)]
    public WaitsFor Waits { get; set; }

    [ParamsSource(nameof(Disciplines))]
    public string Discipline { get; set; } = "groups";

    public static IEnumerable<string> Disciplines => ["groups", "fcfs"];

    [IterationSetup]
    public void Setup() => _world = new PlannerWorld(Waits, Discipline);

    /// <summary>A step planned and completed; the tokens come from nowhere.</summary>
    [Benchmark(OperationsPerInvoke = Steps)]
    public long Step()
    {
        var tokens = 0L;
        for (var i = 0; i < Steps; i++)
        {
            tokens += _world.Step();
        }

        return tokens;
    }
}
