using Preble.InferenceNative.Tests.Engine;

namespace Preble.InferenceNative.Tests.Goldens;

/// <summary>The embedded model as the product runs it. Its activations are rounded to eight bits, so it agrees with the reference in likelihood and in clear choices.</summary>
public sealed class SmolNativeGoldenTests
{
    // Below this margin the rounding may turn a choice, and every token after it.
    private const double ClearMargin = 0.5;

    [Theory]
    [InlineData("france")]
    [InlineData("turns")]
    [InlineData("raw-story")]
    [InlineData("license-question")]
    public void The_mean_likelihood_is_within_one_percent_of_the_references(string name)
    {
        var golden = SmolGoldens.Logits.Single(g => g.Name == name);
        var likelihood = new Likelihood(golden.Ids);
        using var driver = new EngineDriver(TestModels.SmolNative);

        driver.VisitLogits(golden.Ids, likelihood.Add);

        Assert.Equal(golden.MeanNll, likelihood.MeanNll, golden.MeanNll * 0.01);
    }

    [Fact]
    public void Greedy_tokens_are_the_references_up_to_its_first_unclear_choice()
    {
        var compared = 0;
        using var driver = new EngineDriver(TestModels.SmolNative);
        foreach (var golden in SmolGoldens.Greedy.Where(g => g.PromptIds.Length <= SmolGoldens.GreedyStepTokens))
        {
            var clear = golden.Margins.TakeWhile(margin => margin >= ClearMargin).Count();
            if (clear > 0)
            {
                Assert.Equal(golden.OutputIds[..clear], driver.Generate(golden.PromptIds, clear).Tokens);
                compared += clear;
            }
        }

        Assert.True(compared > 60, $"only {compared} tokens were clear enough to compare");
    }

    /// <summary>
    /// After an unclear choice nothing could be compared, so here the reference's tokens are fed whatever is chosen. All prompts at once, the two long
    /// ones in several steps.
    /// </summary>
    [Fact]
    public void Greedy_tokens_are_the_references_at_every_clear_choice_along_its_path()
    {
        var goldens = SmolGoldens.Greedy;
        using var driver = new EngineDriver(TestModels.SmolNative, SmolGoldens.GreedyBlocks, SmolGoldens.GreedyStepTokens);
        var runs = goldens.Select(g => driver.Start(g.PromptIds, g.OutputIds.Length, forced: g.OutputIds)).ToList();

        driver.Finish(runs);

        Assert.Equal(2, goldens.Count(g => g.PromptIds.Length > 2 * SmolGoldens.GreedyStepTokens));
        var wrong = goldens.Zip(runs).SelectMany(pair => Enumerable.Range(0, pair.First.OutputIds.Length)
            .Where(i => pair.First.Margins[i] >= ClearMargin && pair.Second.Tokens[i] != pair.First.OutputIds[i])
            .Select(i => $"{pair.First.Name}, token {i}, margin {pair.First.Margins[i]}"));
        Assert.Empty(wrong);
    }
}
