using Preble.Core.Batching.Costs;

namespace Preble.Core.Tests.Batching.Costs;

public sealed class CostDriftTests
{
    private static readonly StepCostModel Start = new(5e-3, 1e-3, 1e-7, 3e-3, 1e-6);

    [Theory]
    [InlineData(1, 1, false)]
    [InlineData(1.1, 1.1, false)]
    [InlineData(1.5, 1, true)]
    [InlineData(1, 1.5, true)]
    [InlineData(0.5, 1, true)]
    [InlineData(1, 0.5, true)]
    public void Costs_are_kept_when_a_typical_step_takes_another_time(double prefill, double decode, bool kept) =>
        Assert.Equal(kept, CostDrift.IsWorthKeeping(Start.ToProfile(), Start.Scaled(prefill, decode).ToProfile(), CostDrift.LeastSteps));

    [Fact]
    public void A_few_steps_prove_nothing() =>
        Assert.False(CostDrift.IsWorthKeeping(Start.ToProfile(), Start.Scaled(9, 9).ToProfile(), CostDrift.LeastSteps - 1));

    [Fact]
    public void A_calibration_on_a_machine_four_times_as_busy_is_corrected_within_the_steps_that_are_asked_for()
    {
        var (busy, model) = (Start.Scaled(4, 4), new OnlineCostModel(Start.Scaled(4, 4)));
        for (var i = 0; i < CostDrift.LeastSteps; i++)
        {
            var load = i % 10 == 0 ? default(StepLoad).Plus(256, 0) : default(StepLoad).Plus(1, 500 + i);
            model.Observe(load, Start.Seconds(load));
        }

        Assert.True(CostDrift.IsWorthKeeping(busy.ToProfile(), model.Current.ToProfile(), model.Steps));
        Assert.InRange(model.Current.DecodeTime(1, 600) / Start.DecodeTime(1, 600), 0.9, 1.2);
    }
}
