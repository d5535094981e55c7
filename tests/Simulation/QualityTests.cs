namespace Preble.Simulation.Tests;

/// <summary>How well requests are placed, in virtual time: the numbers are exact, so they are gated.</summary>
public sealed class QualityTests
{
    [Fact]
    public void E2_beats_round_robin_on_tool_use_near_saturation()
    {
        static RunFigures Run(string policy) => Simulations.Run(Simulations.Options(policy: policy), Simulations.Workload("toolbench", 600, 9));
        var (e2, roundRobin) = (Run("e2"), Run("round-robin"));
        var text = FormattableString.Invariant(
            $"e2 mean {e2.EndToEnd.Mean:0.000} p99 {e2.EndToEnd.P99:0.000} hit {e2.HitRatio:0.000}; round-robin mean {roundRobin.EndToEnd.Mean:0.000} p99 {roundRobin.EndToEnd.P99:0.000} hit {roundRobin.HitRatio:0.000}");
        Assert.True(e2.EndToEnd.Mean < roundRobin.EndToEnd.Mean && e2.Ttft.P99 < roundRobin.Ttft.P99 && e2.HitRatio > roundRobin.HitRatio + 0.1, text);
    }
}
