using System.Collections.Immutable;
using Preble.Core.Batching;
using Preble.Core.Engine;
using Preble.Inference;

namespace Preble.InferenceNative.Tests.Engine;

public sealed class StepArraysTests
{
    private static readonly SamplingOptions Penalised = new(Temperature: 0.5f, TopK: 4, TopP: 0.9f, MinP: 0.1f, RepetitionPenalty: 1.5f, Seed: 42);

    [Fact]
    public void A_plan_is_laid_flat_with_each_chunk_pointing_at_its_own_slices()
    {
        var arrays = new StepArrays(new EngineOptions { BlockCount = 8, MaxStepChunks = 2, MaxStepTokens = 8 });
        var plan = new StepPlan();
        plan.Add(new ScheduledChunk(Sequence([1, 2, 3, 4], SamplingOptions.Greedy, 7, 3), 1, 2, false));
        var decoding = Sequence([5, 6], Penalised, 2);
        decoding.AppendToken(9);
        plan.Add(new ScheduledChunk(decoding, 1, 2, true));

        arrays.Fill(plan);
        arrays.Fill(plan); // the second time over the first's remains

        Assert.Equal([2, 3, 6, 9], arrays.Tokens.ToArray());
        Assert.Equal([7, 3, 2], arrays.Blocks.ToArray());
        Assert.Equal([5, 6, 9], arrays.History.ToArray());
        var (first, second) = (arrays.Chunks[0], arrays.Chunks[1]);
        Assert.Equal((0, 2, 1, 0, 2, 0), (first.TokenOffset, first.TokenCount, first.StartPosition, first.BlockOffset, first.BlockCount, first.Samples));
        Assert.Equal((2, 2, 1, 2, 1, 1), (second.TokenOffset, second.TokenCount, second.StartPosition, second.BlockOffset, second.BlockCount, second.Samples));
        Assert.Equal((0, 0), (first.HistoryCount, first.HistoryPrompt));
        Assert.Equal((0, 3, 2), (second.HistoryOffset, second.HistoryCount, second.HistoryPrompt));
        Assert.Equal((0.5f, 4, 0.9f, 0.1f), (second.Sampling.Temperature, second.Sampling.TopK, second.Sampling.TopP, second.Sampling.MinP));
        Assert.Equal((1.5f, 42UL), (second.Sampling.RepetitionPenalty, second.Sampling.Seed));
    }

    [Fact]
    public void History_is_passed_only_where_a_penalty_needs_it_and_a_token_is_sampled()
    {
        var arrays = new StepArrays(new EngineOptions { BlockCount = 8 });
        var plan = new StepPlan();
        plan.Add(new ScheduledChunk(Sequence([1, 2], SamplingOptions.Greedy with { Temperature = 1 }, 0), 0, 2, true));
        plan.Add(new ScheduledChunk(Sequence([3, 4], Penalised, 1), 0, 1, false));

        arrays.Fill(plan);

        Assert.True(arrays.History.IsEmpty);
    }

    [Fact]
    public void What_an_earlier_worker_put_out_is_output_in_the_history()
    {
        var arrays = new StepArrays(new EngineOptions { BlockCount = 8 });
        var continued = new Sequence(
            new GenerateCommand(new RequestId("r"), [1, 2, 3, 4, 5], 8, [], Penalised, OutputTokensInPrompt: 2));
        continued.AppendToken(6);
        var plan = new StepPlan();
        plan.Add(new ScheduledChunk(continued, 5, 1, true));

        arrays.Fill(plan);

        Assert.Equal([1, 2, 3, 4, 5, 6], arrays.History.ToArray());
        Assert.Equal(3, arrays.Chunks[0].HistoryPrompt);
    }

    [Fact]
    public void Guessed_tokens_follow_the_known_ones_in_the_tokens_and_in_the_history()
    {
        var arrays = new StepArrays(new EngineOptions { BlockCount = 8 });
        var plan = new StepPlan();
        plan.Add(new ScheduledChunk(Sequence([1, 2], SamplingOptions.Greedy, 0), 0, 1, false));
        var guessing = Sequence([5, 6, 7, 5, 6], Penalised, 1);
        Assert.Equal(2, guessing.Draft(8));
        plan.Add(new ScheduledChunk(guessing, 4, 1, true));
        plan.Extend(1, 2);
        plan.Add(new ScheduledChunk(Sequence([8], SamplingOptions.Greedy, 2), 0, 1, true));

        arrays.Fill(plan);

        Assert.Equal([1, 6, 7, 5, 8], arrays.Tokens.ToArray());
        Assert.Equal([5, 6, 7, 5, 6, 7, 5], arrays.History.ToArray());
        Assert.Equal([0, 3, 1], arrays.Chunks.ToArray().Select(chunk => chunk.Samples));
        Assert.Equal([0, 1, 4], arrays.Chunks.ToArray().Select(chunk => chunk.SampledOffset));
        Assert.Equal((3, 4, 7, 5), (arrays.Chunks[1].TokenCount, arrays.Chunks[1].StartPosition, arrays.Chunks[1].HistoryCount, arrays.Chunks[1].HistoryPrompt));
        Assert.Equal(5, plan.SampledCount);
    }

    private static Sequence Sequence(ImmutableArray<int> prompt, SamplingOptions sampling, params int[] blocks)
    {
        var sequence = new Sequence(new GenerateCommand(new RequestId("r"), prompt, 1, ImmutableArray<int>.Empty, sampling));
        foreach (var block in blocks)
        {
            sequence.Table.Append(block);
        }

        return sequence;
    }
}
