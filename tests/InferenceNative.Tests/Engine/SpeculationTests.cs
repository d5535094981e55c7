using Preble.Core;
using Preble.Core.Batching;
using Preble.Inference;
using Preble.Testing;

namespace Preble.InferenceNative.Tests.Engine;

/// <summary>The worker's core and the real model, with guesses and without: the same tokens, in fewer steps.</summary>
public sealed class SpeculationTests
{
    private const int OutputTokens = 48;

    private static readonly SamplingOptions Hot = new(Temperature: 0.8f, Seed: 5);

    public static TheoryData<string, SamplingOptions> Samplings => new()
    {
        { "greedy", SamplingOptions.Greedy },
        { "temperature", Hot },
        { "top-p", Hot with { TopP = 0.9f, Seed = 6 } },
        { "top-k and min-p", Hot with { TopK = 20, MinP = 0.05f } },
        { "repetition penalty", Hot with { RepetitionPenalty = 1.2f } },
        { "greedy with a penalty", SamplingOptions.Greedy with { RepetitionPenalty = 1.1f } },
        { "presence and frequency", Hot with { PresencePenalty = 0.5f, FrequencyPenalty = 0.3f } },
    };

    private static LoadedModel Model => TestModels.SmolNative;

    [Theory]
    [MemberData(nameof(Samplings))]
    public void Guessing_changes_no_token(string name, SamplingOptions sampling)
    {
        var prompts = new[] { Repeating(3, 1), Repeating(7, 2), Repeating(40, 3), [.. new SeededRandom(4).Tokens(30, 1000)] };
        var (plain, _) = Run(prompts, sampling, speculate: 0);
        foreach (var speculate in new[] { 1, 4, Limits.DraftTokens })
        {
            var (guessed, counters) = Run(prompts, sampling, speculate);

            Assert.Equal(plain, guessed);

            // A line that is both hot and penalised may never repeat anything, and then nothing is guessed.
            var mayNotRepeat = sampling is { Temperature: > 0, RepetitionPenalty: > 1 };
            Assert.True(mayNotRepeat || counters.DraftedTokensTotal > counters.AcceptedTokensTotal, $"{name}: some guesses are wrong");
            Assert.True(mayNotRepeat || counters.AcceptedTokensTotal > 0, $"{name}: some guesses are right");
        }
    }

    [Fact]
    public void What_repeats_itself_takes_fewer_steps()
    {
        var (plain, without) = Run([Repeating(5, 1)], SamplingOptions.Greedy, speculate: 0);
        var (guessed, with) = Run([Repeating(5, 1)], SamplingOptions.Greedy, speculate: 7);

        Assert.Equal(plain, guessed);
        Assert.InRange(with.StepsTotal, 1, without.StepsTotal / 2);
        Assert.Equal(with.OutputTokensTotal, with.StepsTotal + with.AcceptedTokensTotal);
    }

    private static (List<List<int>> Outputs, WorkerCounters Counters) Run(
        IReadOnlyList<int[]> prompts, SamplingOptions sampling, int speculate)
    {
        using var driver = new CoreDriver(Model, new WorkerCoreOptions
        {
            BlockCount = 64, ContextTokens = 512, VocabularySize = Model.Shape.VocabularySize, SpeculateTokens = speculate,
        });
        var requests = prompts.Select((prompt, i) => driver.Submit(
            new GenerateCommand(new RequestId($"p{i}"), [.. prompt], OutputTokens, [], sampling))).ToList();
        driver.Finish();
        return (requests.ConvertAll(request => driver.Outputs[request]), driver.Core.Counters(TimeSpan.Zero));
    }

    /// <summary>A phrase of so many tokens, over and over.</summary>
    private static int[] Repeating(int phraseTokens, ulong seed)
    {
        var phrase = new SeededRandom(seed).Tokens(phraseTokens, 1000);
        return [.. Enumerable.Range(0, 100).Select(i => phrase[i % phraseTokens])];
    }
}
