using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Preble.Core;
using Preble.Core.Batching;
using Preble.Core.Engine;
using Preble.Inference;
using Preble.Inference.Native;

namespace Preble.InferenceNative.Tests.Engine;

public sealed class HandleTests
{
    private static readonly int[] Prompt = [5, 6, 7];

    [Fact]
    public void Disposing_twice_does_nothing_the_second_time()
    {
        var model = ModelPackage.Open(TestModels.TinyGguf("Q4_0")).Load(WeightsMode.Native);
        var engine = model.CreateEngine(new EngineOptions { BlockCount = 4 });

        engine.Dispose();
        engine.Dispose();
        model.Dispose();
        model.Dispose();
    }

    [Fact]
    public void An_engine_goes_on_after_its_model_was_disposed()
    {
        var model = ModelPackage.Open(TestModels.TinyGguf("Q4_0")).Load(WeightsMode.Native);
        using var driver = new EngineDriver(model);
        var before = driver.Generate(Prompt, 8).Tokens;

        model.Dispose();

        Assert.Equal(before, driver.Generate(Prompt, 8).Tokens);
        Assert.Throws<ObjectDisposedException>(() => model.CreateEngine(new EngineOptions { BlockCount = 4 }));
    }

    [Fact]
    public void A_disposed_engine_refuses_to_step()
    {
        var driver = new EngineDriver(TestModels.TinyFloat);
        driver.Dispose();

        Assert.Throws<ObjectDisposedException>(() => driver.Generate(Prompt, 1));
    }

    [Fact]
    public void A_step_that_the_engine_refuses_says_why_and_leaves_the_cache_as_it_was()
    {
        using var driver = new EngineDriver(TestModels.TinyFloat, blockCount: 8);
        var expected = driver.Generate(Enumerable.Range(3, 40), 4).Tokens;
        driver.FreeAllBlocks();
        var run = driver.Start(Enumerable.Range(3, 40), 4);
        driver.Step([run]);

        var error = Assert.Throws<NativeInferenceException>(() => driver.Step([driver.Start(Prompt, 1, blocks: [8])]));

        Assert.Equal(InferenceStatus.InvalidArgument, error.Status);
        Assert.NotEmpty(error.Message);
        driver.Finish([run]);
        Assert.Equal(expected, run.Tokens);
    }

    [Fact]
    public void A_plan_larger_than_the_engine_was_made_for_is_our_bug()
    {
        using var engine = TestModels.TinyFloat.CreateEngine(new EngineOptions { BlockCount = 4, MaxStepTokens = 2 });
        using var driver = new EngineDriver(TestModels.TinyFloat);
        var plan = new StepPlan();
        plan.Add(new ScheduledChunk(driver.Start(Prompt, 1).Sequence, 0, 3, true));

        Assert.Throws<InvariantException>(() => engine.Step(plan, new int[1]));
    }

    [Fact]
    public void An_engine_option_below_one_is_named()
    {
        var error = Assert.Throws<ArgumentException>(() => TestModels.TinyFloat.CreateEngine(new EngineOptions { BlockCount = 0 }));

        Assert.StartsWith("Engine option BlockCount must be at least 1; it is 0.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_engine_with_threads_of_its_own_answers_as_one_on_the_shared_threads()
    {
        using var shared = new EngineDriver(TestModels.TinyFloat);
        using var own = new EngineDriver(TestModels.TinyFloat, threads: 1);

        Assert.Equal(shared.Generate(Prompt, 8).Tokens, own.Generate(Prompt, 8).Tokens);
    }

    [Fact]
    public void More_threads_of_its_own_than_the_machine_has_cores_are_refused_with_a_sentence()
    {
        var error = Assert.Throws<NativeInferenceException>(() => TestModels.TinyFloat.CreateEngine(new EngineOptions { BlockCount = 4, Threads = 250 }));

        Assert.Equal(InferenceStatus.InvalidArgument, error.Status);
        Assert.Contains("250 threads of an engine's own need a core each", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_shape_of_the_embedded_model_is_told()
    {
        var shape = TestModels.SmolNative.Shape;

        Assert.Equal(49_152, shape.VocabularySize);
        Assert.Equal(8_192, shape.ContextTokens);
        Assert.Equal(134_515_008, shape.ParameterCount);
        Assert.True(shape.KvBytesPerToken is >= 2 * 30 * 192 * 1 and <= 2 * 30 * 192 * 4, $"{shape.KvBytesPerToken}");
    }

    [Fact]
    public void The_runtime_describes_itself() => Assert.NotEmpty(NativeRuntime.Description);

    [Fact]
    public void The_structs_are_blittable()
    {
        Assert.False(RuntimeHelpers.IsReferenceOrContainsReferences<NativeTensor>());
        Assert.False(RuntimeHelpers.IsReferenceOrContainsReferences<NativeChunk>());
        Assert.Equal(Marshal.SizeOf<NativeChunk>(), Unsafe.SizeOf<NativeChunk>());
    }
}
