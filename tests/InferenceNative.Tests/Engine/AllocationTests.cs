using Preble.Core.Batching;
using Preble.Core.Engine;
using Preble.Core.KvCache.Host;
using Preble.Inference;
using Preble.InferenceNative.Tests.ModelFiles;

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

    [Fact]
    public void Steps_with_copies_saves_and_loads_allocate_nothing()
    {
        using var engine = TestModels.TinyFloat.CreateEngine(new EngineOptions { BlockCount = 64, MaxStepTokens = 64, MaxStepChunks = 8 });
        using var folder = new TemporaryFolder();
        using var host = HostFiles.Open(folder, engine, BlockEncoding.Exact, slots: 8);
        using var driver = new EngineDriver(TestModels.TinyFloat);
        var plan = new StepPlan();
        plan.Add(new ScheduledChunk(driver.Start(Enumerable.Range(3, 16), 1, blocks: [0, 1]).Sequence, 15, 1, true));
        var (save, load) = (new HostSave(0, 2, new BlockHash(1, 2), BlockHash.None), new HostLoad(2, new BlockHash(1, 2), 9));
        var sampled = new int[1];
        Round();
        Round();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 50; i++)
        {
            Round();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Round()
        {
            Assert.True(host.TrySave(engine, save) && host.TryLoad(engine, load), "the file takes and gives");
            engine.CopyBlock(0, 8);
            engine.Step(plan, sampled);
        }
    }

    private static void Step(NativeInferenceEngine engine, StepPlan plan, int[] sampled, int times)
    {
        for (var i = 0; i < times; i++)
        {
            engine.Step(plan, sampled);
        }
    }
}
