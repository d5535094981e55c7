using Preble.Core.Batching;
using Preble.Core.Engine;
using Preble.Inference;

namespace Preble.InferenceNative.Tests.Engine;

public sealed class AllocationTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_steady_decode_allocates_nothing(bool withHistory)
    {
        using var engine = TestModels.TinyFloat.CreateEngine(new EngineOptions { BlockCount = 64, MaxStepTokens = 64, MaxStepChunks = 8 });
        using var driver = new EngineDriver(TestModels.TinyFloat);
        var sampling = withHistory ? new SamplingOptions(Temperature: 1, RepetitionPenalty: 1.2f) : SamplingOptions.Greedy;
        var plan = new StepPlan();
        for (var i = 0; i < 8; i++)
        {
            // A decode of the sixteenth token, computed again and again: the engine does not care what the cache holds.
            var sequence = driver.Start(Enumerable.Range(3, 16), 1, sampling, blocks: [i, 8 + i]).Sequence;
            plan.Add(new ScheduledChunk(sequence, 15, 1, true));
        }

        var sampled = new int[8];
        Step(engine, plan, sampled, times: 3);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Step(engine, plan, sampled, times: 50);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void Step(NativeInferenceEngine engine, StepPlan plan, int[] sampled, int times)
    {
        for (var i = 0; i < times; i++)
        {
            engine.Step(plan, sampled);
        }
    }
}
