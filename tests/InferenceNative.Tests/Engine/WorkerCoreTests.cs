using System.Collections.Immutable;
using Preble.Actors.Workers.HostCache;
using Preble.Core.Batching;
using Preble.Core.Engine;
using Preble.Inference;
using Preble.InferenceNative.Tests.Goldens;
using Preble.InferenceNative.Tests.ModelFiles;
using Preble.Testing;

namespace Preble.InferenceNative.Tests.Engine;

/// <summary>The worker's core on the real engine: admission, chunking, cache hits, evictions and preemptions must not change a token.</summary>
public sealed class WorkerCoreTests
{
    private const int OutputTokens = 24;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_request_gets_the_tokens_that_it_gets_alone_on_the_tiny_model(bool withHostTier)
        => AssertSameAsAlone(TestModels.TinyFloat, new SeededRandom(3).Tokens(400, 512), requests: 40, withHostTier);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_request_gets_the_tokens_that_it_gets_alone_on_the_real_model(bool withHostTier)
        => AssertSameAsAlone(TestModels.SmolNative, SmolGoldens.Greedy.Single(g => g.Name == "license-raw").PromptIds, requests: 12, withHostTier);

    private static void AssertSameAsAlone(LoadedModel model, int[] text, int requests, bool withHostTier)
    {
        // Few blocks, so that sequences evict and preempt each other; small steps, so that prompts are cut.
        var options = new WorkerCoreOptions
        {
            BlockCount = 24, ContextTokens = 1_024, StepTokens = 40, RunningSequences = 6, VocabularySize = model.Shape.VocabularySize,
        };
        using var folder = new TemporaryFolder();
        HostBlockFile? host = null;
        using var worker = new CoreDriver(
            model, options, withHostTier ? engine => host = HostFiles.Open(folder, engine, BlockEncoding.Exact, slots: 40) : null);
        var commands = Commands(text, requests);
        commands.ForEach(command => worker.Submit(command));
        worker.Finish();

        // Some come again when others have taken their blocks.
        var again = commands.Take(4).Select(command => command with { Request = new RequestId($"{command.Request} again") }).ToList();
        again.ForEach(command => worker.Submit(command));
        worker.Finish();

        var counters = worker.Core.Counters(TimeSpan.Zero);
        Assert.True(counters.PreemptionsTotal > 0, "no sequence was preempted: the test misses the point");
        Assert.True(counters.CachedTokensTotal > 0, "no prefix was cached: the test misses the point");
        Assert.True(worker.Mover.Total.Copied > 0, "no block was shared in part: the test misses the point");
        Assert.True(worker.Mover.Total.Loaded > 0 == withHostTier, "no block came back from the host tier: the test misses the point");
        host?.Dispose();
        using var driver = new EngineDriver(model, blockCount: 32);
        for (var i = 0; i < commands.Count; i++)
        {
            driver.FreeAllBlocks();
            var alone = driver.Generate(commands[i].Prompt, OutputTokens, commands[i].Sampling).Tokens;
            Assert.Equal(alone, worker.Outputs[commands[i].Request]);
            Assert.True(i >= again.Count || alone.SequenceEqual(worker.Outputs[again[i].Request]), "the second time gave other tokens");
        }
    }

    // Families of prompts that share their first tokens; every third request samples, with penalties.
    private static List<GenerateCommand> Commands(int[] text, int requests)
    {
        var random = new SeededRandom(5);
        return
        [
            .. Enumerable.Range(0, requests).Select(i =>
            {
                var (family, own) = (50 * random.Below(2), 150 + random.Below(100));
                int[] prompt = [.. text[family..(family + 40)], .. text[own..(own + 5 + random.Below(40))]];
                var sampling = i % 3 == 0 ? new SamplingOptions(Temperature: 0.8f, RepetitionPenalty: 1.1f, Seed: (ulong)i) : SamplingOptions.Greedy;
                return new GenerateCommand(new RequestId($"r{i}"), [.. prompt], OutputTokens, ImmutableArray<int>.Empty, sampling);
            }),
        ];
    }
}
