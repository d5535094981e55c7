using Preble.Actors.Workers;
using Preble.Core.Batching;
using Preble.Core.Batching.Costs;
using Preble.Testing;

namespace Preble.Grains.Tests.Workers;

/// <summary>The measured costs are those of the engine, whatever its sizes, and are measured in bounded time.</summary>
public sealed class EngineCalibrationTests
{
    private static readonly StepCostModel Machine = new(0.004, 1e-3, 4e-6, 2e-3, 5e-6);

    private readonly ManualTimeProvider _time = new();

    [Theory]
    [InlineData(0.01)]
    [InlineData(1)]
    public void An_engine_with_known_costs_is_measured_as_it_is(double speed)
    {
        var truth = Machine.Scaled(speed, speed);
        var costs = StepCostModel.From(Measure(blocks: 64, truth));
        AssertClose(truth, costs, 0.02, 300, 400);
        AssertClose(truth, costs, 0.02, 20, 2000);
        Assert.Equal(truth.DecodeTime(1, 256), costs.ToProfile().DecodeSecondsPerToken, 1e-5);
    }

    [Fact]
    public void Steps_that_something_disturbed_do_not_count()
    {
        var steps = 0;
        var costs = StepCostModel.From(Measure(blocks: 64, Machine, _ => ++steps % 9 == 0 ? 3 : 1));
        AssertClose(Machine, costs, 0.1, 300, 400);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(20)]
    public void A_small_cache_gives_costs_too(int blocks)
    {
        var costs = StepCostModel.From(Measure(blocks, Machine));
        AssertClose(Machine, costs, 0.5, 30, 0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(30)]
    [InlineData(300)]
    public void Measuring_is_bounded_however_slow_the_engine(double slower)
    {
        var start = _time.GetTimestamp();
        var steps = 0;
        var costs = StepCostModel.From(Measure(blocks: 64, Machine.Scaled(slower, slower), _ => 1 + (0 * ++steps)));
        var seconds = _time.GetElapsedTime(start).TotalSeconds;

        // A series ends in time, and the warm-up and the least prompt are all that an engine slower than that is asked for.
        var least = Machine.Scaled(slower, slower).PrefillTime(48, 0) + (8 * Machine.Scaled(slower, slower).DecodeTime(1, 40));
        Assert.InRange(seconds, 0, EngineCalibration.LongestSeries.TotalSeconds + least + 1);
        AssertClose(Machine.Scaled(slower, slower), costs, 0.6, 30, 0);
        Assert.InRange(steps, 3, 400);
    }

    private static void AssertClose(StepCostModel truth, StepCostModel found, double tolerance, int tokens, int context)
    {
        Assert.InRange(found.PrefillTime(tokens, context) / truth.PrefillTime(tokens, context), 1 - tolerance, 1 + tolerance);
        Assert.InRange(found.DecodeTime(1, context) / truth.DecodeTime(1, context), 1 - tolerance, 1 + tolerance);
        if (tolerance < 0.5)
        {
            Assert.InRange(found.DecodeTime(16, 16 * context) / truth.DecodeTime(16, 16 * context), 1 - tolerance, 1 + tolerance);
        }
    }

    private CostProfile Measure(int blocks, StepCostModel machine, Func<StepPlan, double>? disturbance = null)
    {
        var sizes = new WorkerCoreOptions { BlockCount = blocks, ContextTokens = 4096 };
        using var engine = new FakeEngine(blocks)
        {
            BeforeStep = plan => _time.Advance(TimeSpan.FromSeconds(machine.Seconds(StepLoad.Of(plan)) * (disturbance?.Invoke(plan) ?? 1))),
        };
        return EngineCalibration.Measure(engine, sizes, _time);
    }
}
