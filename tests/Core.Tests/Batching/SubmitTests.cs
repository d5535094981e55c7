using Preble.Core.Batching;
using Preble.Testing;

namespace Preble.Core.Tests.Batching;

public sealed class SubmitTests
{
    private static readonly WorkerCoreOptions Options = new()
    {
        BlockSize = 4, BlockCount = 8, ContextTokens = 100, WaitingRequests = 2, VocabularySize = 256,
    };

    private readonly WorkerRig _rig = new(Options);

    [Fact]
    public void A_request_without_tokens_is_invalid()
    {
        Assert.Equal(RejectionReason.InvalidRequest, _rig.Submit("r", [])!.Reason);
        Assert.Equal(RejectionReason.InvalidRequest, _rig.Submit(WorkerRig.Command("r", []) with { Prompt = default })!.Reason);
    }

    [Fact]
    public void A_worker_that_lets_a_million_wait_makes_no_room_for_them_before_they_come()
    {
        _ = new WorkerCore(Options);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var core = new WorkerCore(Options with { WaitingRequests = 1 << 20 });
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 1 << 20);
        Assert.False(core.HasWork);
    }

    [Fact]
    public void The_host_finds_what_it_gave_with_a_request_by_the_sequence_in_the_plan()
    {
        var core = new WorkerCore(Options);
        object tag = new();
        Assert.Null(core.Submit(WorkerRig.Command("r", [1, 2]), default, tag: tag));
        Assert.Same(tag, core.PlanStep(default).Chunks[0].Sequence.Tag);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void An_output_limit_below_one_is_invalid(int maxOutputTokens)
    {
        Assert.Equal(RejectionReason.InvalidRequest, _rig.Submit("r", [1], maxOutputTokens)!.Reason);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    public void Earlier_output_that_is_no_part_of_the_prompt_is_invalid(int outputTokensInPrompt)
    {
        var command = WorkerRig.Command("r", [1, 2]);
        Assert.Equal(RejectionReason.InvalidRequest, _rig.Submit(command with { OutputTokensInPrompt = outputTokensInPrompt })!.Reason);
        Assert.Null(_rig.Submit(command with { OutputTokensInPrompt = 2 }));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(256)]
    public void A_token_outside_the_vocabulary_is_invalid_and_named(int token)
    {
        var rejection = _rig.Submit("r", [1, token])!;
        Assert.Equal(RejectionReason.InvalidRequest, rejection.Reason);
        Assert.Contains($"token id {token};", rejection.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, SamplingOptions> WrongSamplings => new()
    {
        { "temperature", new() { Temperature = -1 } },
        { "temperature", new() { Temperature = float.NaN } },
        { "temperature", new() { Temperature = float.PositiveInfinity } },
        { "top_p", new() { TopP = 0 } },
        { "top_p", new() { TopP = 1.5f } },
        { "top_p", new() { TopP = float.NaN } },
        { "min_p", new() { MinP = -1 } },
        { "min_p", new() { MinP = float.NaN } },
        { "top_k", new() { TopK = -1 } },
        { "repetition_penalty", new() { RepetitionPenalty = 0 } },
        { "repetition_penalty", new() { RepetitionPenalty = float.NaN } },
        { "presence_penalty", new() { PresencePenalty = float.NegativeInfinity } },
        { "frequency_penalty", new() { FrequencyPenalty = float.NaN } },
    };

    [Theory]
    [MemberData(nameof(WrongSamplings))]
    public void A_sampling_that_the_engine_would_refuse_is_invalid_and_named(string name, SamplingOptions sampling)
    {
        var rejection = _rig.Submit(WorkerRig.Command("r", [1]) with { Sampling = sampling })!;
        Assert.Equal(RejectionReason.InvalidRequest, rejection.Reason);
        Assert.Contains(name, rejection.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_prompt_that_fills_the_pool_leaves_no_room_for_output_and_is_refused_with_the_numbers()
    {
        var rejection = _rig.Submit("r", new int[32])!;
        Assert.Equal(RejectionReason.PromptTooLong, rejection.Reason);
        Assert.Equal(
            "The prompt has 32 tokens; the worker's KV cache holds 32 tokens, and one must be left for the output.",
            rejection.Message);
        Assert.Null(_rig.Submit("r", new int[31]));
    }

    [Fact]
    public void A_prompt_that_fills_the_context_is_refused_with_the_numbers()
    {
        var rig = new WorkerRig(Options with { ContextTokens = 10 });
        var rejection = rig.Submit("r", new int[10])!;
        Assert.Equal(RejectionReason.PromptTooLong, rejection.Reason);
        Assert.Equal("The prompt has 10 tokens; the model's context is 10 tokens, and one must be left for the output.", rejection.Message);
        Assert.Null(rig.Submit("r", new int[9]));
    }

    [Fact]
    public void A_request_at_work_is_not_accepted_twice_but_an_ended_one_may_come_again()
    {
        Assert.Null(_rig.Submit("r", [1]));
        Assert.Equal(RejectionReason.DuplicateRequest, _rig.Submit("r", [1])!.Reason);
        _rig.Step();
        Assert.Equal(RejectionReason.DuplicateRequest, _rig.Submit("r", [1])!.Reason);
        Assert.True(_rig.Cancel("r"));
        Assert.Null(_rig.Submit("r", [1]));
    }

    [Fact]
    public void A_full_queue_refuses_and_says_when_to_come_again()
    {
        var rig = new WorkerRig(Options with { RunningSequences = 1 });
        Assert.Null(rig.Submit("a", [1], maxOutputTokens: 2));
        rig.Step();
        Assert.Null(rig.Submit("b", [1]));
        Assert.Null(rig.Submit("c", [1]));
        var rejection = rig.Submit("d", [1])!;
        Assert.Equal(RejectionReason.QueueFull, rejection.Reason);
        Assert.True(rejection.RetryAfterSeconds > 0);
        rig.RunSteps(2);
        Assert.Null(rig.Submit("d", [1]));
    }

    [Fact]
    public void A_burst_between_two_steps_may_fill_the_slots_and_the_queue_behind_them()
    {
        var rig = new WorkerRig(Options with { RunningSequences = 3 });
        for (var i = 0; i < 5; i++)
        {
            Assert.Null(rig.Submit($"r{i}", [1]));
        }

        Assert.Equal("The worker's queue is full: 5 requests wait.", rig.Submit("more", [1])!.Message);
        rig.Step();
        Assert.Equal((2, 3), (rig.Core.Counters(rig.Now).WaitingRequests, rig.Core.Counters(rig.Now).RunningRequests));
        Assert.Equal(RejectionReason.QueueFull, rig.Submit("more", [1])!.Reason);
        rig.Cancel("r0");
        Assert.Null(rig.Submit("more", [1]));
    }

    [Fact]
    public void A_refused_request_leaves_no_trace()
    {
        _rig.Submit("r", []);
        _rig.Submit("r", new int[99]);
        Assert.False(_rig.Core.HasWork);
        Assert.False(_rig.Cancel("r"));
        Assert.Equal(0, _rig.Core.Counters(_rig.Now).RequestsTotal);
    }

    [Fact]
    public void Options_out_of_range_stop_the_start_with_a_sentence()
    {
        Assert.Contains("BlockCount is at least 1", Fault(Options with { BlockCount = 0 }), StringComparison.Ordinal);
        Assert.Contains("it is 63", Fault(Options with { StepTokens = 63 }), StringComparison.Ordinal);
        Assert.Contains("WatermarkShare", Fault(Options with { WatermarkShare = 1 }), StringComparison.Ordinal);

        static string Fault(WorkerCoreOptions options) => Assert.Throws<ArgumentException>(() => new WorkerCore(options)).Message;
    }
}
