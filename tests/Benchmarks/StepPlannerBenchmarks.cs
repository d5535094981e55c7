using BenchmarkDotNet.Attributes;
using Preble.Core;
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

    private readonly List<GenerateCommand> _arriving = [];
    private PlannerWorld? _world;

    /// <summary>What keeps the waiting ones waiting.</summary>
    [Params(WaitsFor.Slots, WaitsFor.Blocks, WaitsFor.Leader, WaitsFor.Turns)]
    public WaitsFor Waits { get; set; }

    [ParamsSource(nameof(Disciplines))]
    public string Discipline { get; set; } = "groups";

    public static IEnumerable<string> Disciplines => ["groups", "fcfs"];

    /// <summary>Worlds in which nobody ends are made anew, before their sequences have grown far; the one with turns goes on for ever.</summary>
    [IterationSetup(Target = nameof(Step))]
    public void BeforeSteps()
    {
        _world = Waits == WaitsFor.Turns ? _world ?? new PlannerWorld(Waits, Discipline) : new PlannerWorld(Waits, Discipline);
        _world.Refill();
    }

    [IterationSetup(Target = nameof(Submit))]
    public void BeforeArrivals()
    {
        _world = new PlannerWorld(Waits, Discipline);
        _arriving.Clear();
        for (var i = 0; i < Steps; i++)
        {
            _arriving.Add(_world.NextRequest());
        }
    }

    /// <summary>A request accepted: its prompt copied, hashed and put into the queue. It may allocate; it is not part of a step.</summary>
    [Benchmark(OperationsPerInvoke = Steps)]
    public int Submit()
    {
        foreach (var command in _arriving)
        {
            _ = _world!.Core.Submit(command, default) is null ? 0 : throw new InvalidOperationException("the world has room for them");
        }

        return _arriving.Count;
    }

    /// <summary>A step planned and completed; the tokens come from nowhere.</summary>
    [Benchmark(OperationsPerInvoke = Steps)]
    public long Step()
    {
        var tokens = 0L;
        for (var i = 0; i < Steps; i++)
        {
            tokens += _world!.Step();
        }

        return tokens;
    }
}
