using Preble.Actors.Workers;
using Preble.Core.Batching;
using Preble.Testing;

namespace Preble.Grains.Tests.Workers;

/// <summary>The measured costs are those of the engine, whatever its sizes.</summary>
public sealed class EngineCalibrationTests
{
    private const double Token = 1e-3;
    private const double Context = 4e-6;
    private const double Decode = 5e-3;

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void An_engine_with_known_costs_is_measured_as_it_is()
    {
        var costs = Measure(blocks: 64);
        Assert.Equal(Token, costs.PrefillSecondsPerToken, 1e-5);
        Assert.Equal(Context, costs.PrefillSecondsPerTokenContext, 1e-7);
        Assert.Equal(Decode, costs.DecodeSecondsPerToken, 1e-5);
    }

    [Fact]
    public void A_cache_too_small_for_the_long_prompt_gives_one_linear_cost()
    {
        var costs = Measure(blocks: 4);
        Assert.Equal(0, costs.PrefillSecondsPerTokenContext);
        Assert.InRange(costs.PrefillSecondsPerToken, Token, Token * 1.5);
    }

    private CostProfile Measure(int blocks)
    {
        var sizes = new WorkerCoreOptions { BlockCount = blocks, ContextTokens = 4096 };
        using var engine = new FakeEngine(blocks) { BeforeStep = plan => _time.Advance(TimeSpan.FromSeconds(Cost(plan.TokenCount))) };
        return EngineCalibration.Measure(engine, sizes, _time);
    }

    private static double Cost(int tokens) => tokens == 1 ? Decode : (tokens * Token) + (tokens * (tokens / 2.0) * Context);
}
