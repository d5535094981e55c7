using Preble.Testing;

namespace Preble.InferenceNative.Tests.Engine;

/// <summary>Penalties count what they should: presence and frequency the output, repetition the prompt too.</summary>
public sealed class PenaltyTests
{
    private const int OutputTokens = 48;

    [Fact]
    public void A_presence_penalty_keeps_output_tokens_from_coming_again_and_leaves_the_prompt_alone()
    {
        using var driver = new EngineDriver(TestModels.TinyFloat);
        var (prompt, greedy) = PromptWhoseNextTokenIsInIt(driver);

        var output = driver.Generate(prompt, OutputTokens, new SamplingOptions(PresencePenalty: 100)).Tokens;

        Assert.Equal(greedy, output[0]);
        Assert.True(driver.Generate(prompt, OutputTokens).Tokens.Distinct().Count() < OutputTokens, "nothing repeats without the penalty either");
        Assert.Equal(OutputTokens, output.Distinct().Count());
    }

    [Fact]
    public void A_repetition_penalty_counts_the_prompt_too()
    {
        using var driver = new EngineDriver(TestModels.TinyFloat);
        var (prompt, greedy) = PromptWhoseNextTokenIsInIt(driver);

        var output = driver.Generate(prompt, OutputTokens, new SamplingOptions(RepetitionPenalty: 100)).Tokens;

        Assert.NotEqual(greedy, output[0]);
        Assert.DoesNotContain(output, token => prompt.Contains(token));
        Assert.Equal(OutputTokens, output.Distinct().Count());
    }

    [Fact]
    public void A_request_that_goes_on_elsewhere_is_penalised_as_if_it_had_stayed()
    {
        using var driver = new EngineDriver(TestModels.TinyFloat);
        var prompt = new SeededRandom(23).Tokens(40, 512);
        var sampling = new SamplingOptions(Temperature: 0.7f, PresencePenalty: 1.5f, FrequencyPenalty: 1, Seed: 11);
        var undisturbed = driver.Generate(prompt, OutputTokens, sampling).Tokens;
        const int before = OutputTokens / 2;
        int[] soFar = [.. prompt, .. undisturbed[..before]];

        var continued = driver.Start(soFar, OutputTokens - before, sampling, outputTokensInPrompt: before);
        var asPrompt = driver.Start(soFar, OutputTokens - before, sampling);
        driver.Finish([continued, asPrompt]);

        Assert.Equal(undisturbed[before..], continued.Tokens);
        Assert.True(!undisturbed[before..].SequenceEqual(asPrompt.Tokens), "the penalties change nothing: the test misses the point");
    }

    private static (int[] Prompt, int Next) PromptWhoseNextTokenIsInIt(EngineDriver driver)
    {
        var random = new SeededRandom(17);
        for (var attempt = 0; attempt < 50; attempt++)
        {
            driver.FreeAllBlocks();
            var prompt = random.Tokens(200, 512);
            var next = driver.Generate(prompt, 1).Tokens[0];
            if (prompt.Contains(next))
            {
                return (prompt, next);
            }
        }

        throw new InvalidOperationException("No prompt was found: the model never repeats itself.");
    }
}
