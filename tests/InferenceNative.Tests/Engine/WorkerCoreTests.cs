using System.Collections.Immutable;
using Preble.Core.Batching;
using Preble.Core.Engine;
using Preble.Inference;
using Preble.InferenceNative.Tests.Goldens;
using Preble.Testing;

namespace Preble.InferenceNative.Tests.Engine;

/// <summary>The worker's core on the real engine: admission, chunking, cache hits, evictions and preemptions must not change a token.</summary>
public sealed class WorkerCoreTests
{
    private const int OutputTokens = 24;

    [Fact]
    public void Every_request_gets_the_tokens_that_it_gets_alone_on_the_tiny_model()
        => AssertSameAsAlone(TestModels.TinyFloat, new SeededRandom(3).Tokens(400, 512), requests: 40);

    [Fact]
    public void Every_request_gets_the_tokens_that_it_gets_alone_on_the_real_model()
        => AssertSameAsAlone(TestModels.SmolNative, SmolGoldens.Greedy.Single(g => g.Name == "license-raw").PromptIds, requests: 12);

    private static void AssertSameAsAlone(LoadedModel model, int[] text, int requests)
    {
        // Few blocks, so that sequences evict and preempt each other; small steps, so that prompts are cut.
        var options = new WorkerCoreOptions
        {
            BlockCount = 24, ContextTokens = 1_024, StepTokens = 40, RunningSequences = 6, VocabularySize = model.Shape.VocabularySize,
        };
        using var engine = model.CreateEngine(
            new EngineOptions { BlockCount = options.BlockCount, MaxStepTokens = options.StepTokens, MaxStepChunks = options.RunningSequences });
        var core = new WorkerCore(options);
        var commands = Commands(text, requests);
        foreach (var command in commands)
        {
            Assert.Null(core.Submit(command, TimeSpan.Zero));
        }

        var outputs = RunAll(core, engine);

        var counters = core.Counters(TimeSpan.Zero);
        Assert.True(counters.PreemptionsTotal > 0, "no sequence was preempted: the test misses the point");
        Assert.True(counters.CachedTokensTotal > 0, "no prefix was cached: the test misses the point");
        using var driver = new EngineDriver(model, blockCount: 32);
        foreach (var command in commands)
        {
            driver.FreeAllBlocks();
            Assert.Equal(driver.Generate(command.Prompt, OutputTokens, command.Sampling).Tokens, outputs[command.Request]);
        }
    }

    private static Dictionary<RequestId, List<int>> RunAll(WorkerCore core, IInferenceEngine engine)
    {
        var outputs = new Dictionary<RequestId, List<int>>();
        var sampled = new int[core.Options.RunningSequences];
        while (core.HasWork)
        {
            var plan = core.PlanStep(TimeSpan.Zero);
            if (plan.HasTransfers)
            {
                foreach (var copy in plan.Copies)
                {
                    engine.CopyBlock(copy.From, copy.To);
                }

                core.CompleteLoads([]);
            }

            engine.Step(plan, sampled);
            foreach (var output in core.CompleteStep(sampled.AsSpan(0, plan.Count), TimeSpan.Zero))
            {
                if (!outputs.TryGetValue(output.Request, out var tokens))
                {
                    outputs.Add(output.Request, tokens = []);
                }

                tokens.Add(output.Token!.Value);
            }

            core.Audit();
        }

        return outputs;
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
