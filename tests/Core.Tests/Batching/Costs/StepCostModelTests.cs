using Preble.Core.Batching.Costs;
using Preble.Testing;

namespace Preble.Core.Tests.Batching.Costs;

[Trait("paper", "App. B")]
public sealed class StepCostModelTests
{
    /// <summary>The authors' regression for Mistral-7B on an A6000, at (tokens, tokens), in milliseconds; 383 is the value that must not be.</summary>
    private static readonly (int Tokens, double Milliseconds)[] Published =
    [
        (1, 24.8), (192, 31.053511), (256, 38.386489), (383, -16.059822), (384, 51.294722), (512, 66.715267), (1024, 128.397449),
        (1835, 240.366986), (2285, 300.624241), (3871, 520.855056), (8192, 1182.974753), (9865, 1463.734899), (23474, 4253.642198),
    ];

    [Fact]
    public void Prefill_and_decode_time_are_positive_and_grow_with_the_work()
    {
        var random = new SeededRandom(1);
        for (var i = 0; i < 2000; i++)
        {
            var model = Any(random);
            var (n, c) = (random.Between(1, 4000), random.Below(8000));
            Assert.True(model.PrefillTime(n, c) > 0);
            Assert.True(model.PrefillTime(n + 1, c) > model.PrefillTime(n, c), $"{n} after {c} with {model}");
            Assert.True(model.PrefillTime(n, c + 1) >= model.PrefillTime(n, c));
            Assert.True(model.DecodeTime(n, c) > 0);
            Assert.True(model.DecodeTime(n + 1, c) > model.DecodeTime(n, c));
            Assert.True(model.DecodeTime(n, c + 1) >= model.DecodeTime(n, c));
        }

        Assert.Equal((0, 0), (Any(random).PrefillTime(0, 10), Any(random).DecodeTime(0, 0)));
    }

    [Fact]
    public void A_fit_of_the_published_points_is_nowhere_negative()
    {
        CostSample[] samples = [.. Published.Select(point => new CostSample(new StepLoad(point.Tokens, point.Tokens * point.Tokens / 2.0, 0, 0), point.Milliseconds / 1e3))];
        var model = CostFit.Fit(samples)!.Value;
        Assert.Contains(Published, point => point.Milliseconds < 0);
        for (var n = 1; n <= 24_000; n++)
        {
            Assert.True(model.PrefillTime(n, 0) > 0 && model.PrefillTime(n + 1, 0) > model.PrefillTime(n, 0), $"at {n}");
        }

        foreach (var (tokens, milliseconds) in Published.Where(point => point.Milliseconds > 0))
        {
            Assert.InRange(model.PrefillTime(tokens, 0) * 1e3 / milliseconds, 0.7, 1.35);
        }
    }

    [Fact]
    public void A_negative_part_is_a_bug_and_no_model()
    {
        Assert.Throws<InvariantException>(() => new StepCostModel(0, -1e-9, 0, 0, 0));
        Assert.Throws<InvariantException>(() => new StepCostModel(double.NaN, 0, 0, 0, 0));
    }

    [Fact]
    public void A_step_costs_the_sum_of_its_chunks()
    {
        var model = new StepCostModel(0.005, 1e-3, 1e-7, 3e-3, 1e-6);
        var load = default(StepLoad).Plus(100, 50).Plus(1, 700).Plus(1, 300).Plus(20, 0);
        Assert.Equal(new StepLoad(120, (100 * 100) + (20 * 10), 2, 1000), load);
        Assert.Equal(0.005 + 0.120 + (10_200 * 1e-7) + 0.006 + 0.001, model.Seconds(load), 12);
        Assert.Equal(0, model.Seconds(default));
    }

    [Fact]
    public void The_tokens_within_a_time_are_the_most_that_fit_it()
    {
        var random = new SeededRandom(2);
        var cut = 0;
        for (var i = 0; i < 2000; i++)
        {
            var (model, context, seconds) = (Any(random), random.Below(6000), random.Below(1000) / 1e4);
            var tokens = model.PrefillTokensWithin(seconds, context);
            Assert.True(tokens == 0 || model.PrefillWork(tokens, context) <= seconds * (1 + 1e-9));
            Assert.True(tokens == int.MaxValue || model.PrefillWork(tokens + 1, context) > seconds * (1 - 1e-9));
            cut += tokens is > 0 and < 4000 ? 1 : 0;
        }

        Assert.True(cut > 500, "the times and costs must be such that some tokens fit and others do not");
    }

    [Fact]
    public void A_published_profile_is_the_model()
    {
        var model = new StepCostModel(0.005, 1e-3, 1e-7, 3e-3, 1e-6);
        Assert.Equal(model, StepCostModel.From(model.ToProfile()));
        Assert.Equal(0.008 + (256 * 1e-6), model.ToProfile().DecodeSecondsPerToken, 12);
    }

    [Fact]
    public void A_profile_of_three_costs_says_what_a_token_alone_takes()
    {
        var model = StepCostModel.From(new CostProfile(1e-3, 1e-7, 0.01));
        Assert.Equal(new StepCostModel(0, 1e-3, 1e-7, 0.01, 0), model);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(-1)]
    [InlineData(1e9)]
    public void A_profile_that_cannot_be_true_is_not_believed(double nonsense)
    {
        var model = StepCostModel.From(new CostProfile(nonsense, nonsense, nonsense)
        {
            StepSeconds = nonsense, DecodeSecondsPerSequence = nonsense, DecodeSecondsPerContextToken = nonsense,
        });
        Assert.InRange(model.PrefillTime(100, 100), 1e-6, 10);
        Assert.InRange(model.DecodeTime(1, 100), 1e-10, 10);
    }

    internal static StepCostModel Any(SeededRandom random) => new(
        random.Pick([0, 0.001, 0.02]), random.Pick([0, 1e-5, 1e-3]), random.Pick([0, 1e-9, 1e-6]), random.Pick([0, 1e-4, 5e-3]), random.Pick([0, 1e-8, 1e-6]));
}
