using Preble.Core.Batching;
using Preble.Inference;
using Preble.Testing;

namespace Preble.InferenceNative.Tests.Engine;

/// <summary>What arrives together is computed once, counted in tokens on the real model. Preble's subject, and the one number that shows it.</summary>
public sealed class SharingTests
{
    /// <summary>Set to 1 for the measurement at full size: 64 requests over 8 prefixes of 1,500 tokens, half a minute on two cores.</summary>
    private const string FullVariable = "PREBLE_FULL_MEASUREMENTS";

    private static LoadedModel Model => TestModels.SmolNative;

    [Fact]
    public void Sixteen_requests_over_four_prefixes_that_arrive_together_compute_each_prefix_once() => ComputeOnce(16, 4, 300);

    [Fact]
    public void Sixty_four_requests_over_eight_prefixes_of_1500_tokens_compute_each_prefix_once_when_measured_in_full()
    {
        if (string.Equals(Environment.GetEnvironmentVariable(FullVariable), "1", StringComparison.Ordinal))
        {
            ComputeOnce(64, 8, 1500);
        }
        else
        {
            Console.WriteLine($"extra test: set {FullVariable}=1 for 64 requests over 8 prefixes of 1,500 tokens");
        }
    }

    [Fact]
    public void A_2000_token_prompt_that_comes_again_one_step_later_costs_one_prefill()
    {
        const int tokens = 2000;
        const int outputs = 4;
        using var driver = NewDriver(blocks: 300);
        var prompt = new SeededRandom(1).Tokens(tokens, Model.Shape.VocabularySize);

        var first = driver.Submit(prompt, outputs);
        driver.Step();
        Assert.InRange(driver.Computed, 1, tokens - 1);
        var second = driver.Submit(prompt, outputs);
        driver.Finish();

        Assert.Equal(driver.Outputs[first], driver.Outputs[second]);
        var prefill = driver.Computed - (2 * (outputs - 1));
        Console.WriteLine($"measured: two equal prompts of {tokens} tokens, the second one step later, computed {prefill} prompt tokens");
        Assert.InRange(prefill, tokens, tokens * 1.01);
    }

    private static CoreDriver NewDriver(int blocks) => new(Model, new WorkerCoreOptions
    {
        BlockCount = blocks, ContextTokens = Model.Shape.ContextTokens, VocabularySize = Model.Shape.VocabularySize,
    });

    private static void ComputeOnce(int requests, int prefixes, int prefixTokens)
    {
        const int ownTokens = 20;
        const int outputs = 3;
        using var driver = NewDriver(blocks: (prefixes * (prefixTokens / 16)) + (requests * 8) + 64);
        driver.Audits = requests <= 16;
        var random = new SeededRandom(4);
        var shared = Enumerable.Range(0, prefixes).Select(_ => random.Tokens(prefixTokens, Model.Shape.VocabularySize)).ToList();
        var prompts = Enumerable.Range(0, requests).Select(i => (int[])[.. shared[i % prefixes], .. random.Tokens(ownTokens, Model.Shape.VocabularySize)]).ToList();
        var submitted = prompts.ConvertAll(prompt => driver.Submit(prompt, outputs));
        driver.Finish();

        // Two of them checked against a worker that has nothing else to do.
        using var alone = NewDriver(blocks: (prefixTokens / 16) + 16);
        for (var i = 0; i < requests; i += requests / 2)
        {
            Assert.Equal(alone.Generate(prompts[i], outputs), driver.Outputs[submitted[i]]);
        }

        var ideal = (prefixes * prefixTokens) + (requests * ownTokens);
        var computed = driver.Computed - (requests * (outputs - 1));
        Console.WriteLine($"measured: {requests} requests over {prefixes} prefixes of {prefixTokens} tokens that arrive together computed {computed} prompt "
            + $"tokens, {100.0 * (computed - ideal) / ideal:F1} % over the ideal {ideal}; without sharing {requests * (prefixTokens + ownTokens)}");
        Assert.InRange(computed, ideal, 1.02 * ideal);
    }
}
