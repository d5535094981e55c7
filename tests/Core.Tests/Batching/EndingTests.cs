using Preble.Core.Batching;
using Preble.Testing;

namespace Preble.Core.Tests.Batching;

/// <summary>Every way a request can end, and that it holds nothing afterwards.</summary>
public sealed class EndingTests
{
    private static readonly WorkerCoreOptions Options = new()
    {
        BlockSize = 4, BlockCount = 8, ContextTokens = 20, StepTokens = 8, RunningSequences = 4, WatermarkShare = 0,
    };

    private readonly WorkerRig _rig = new(Options);

    [Fact]
    public void One_output_token_ends_with_the_prefill()
    {
        _rig.Submit("r", [1, 2, 3], maxOutputTokens: 1);
        Assert.Equal(1, _rig.RunToEnd());
        Assert.Equal(FinishReason.Length, _rig.Ends[new("r")]);
        Assert.Single(_rig.TokensOf("r"));
        AssertNothingHeld();
    }

    [Fact]
    public void A_stop_token_ends_the_sequence_and_is_not_output()
    {
        var (alone, _) = AloneGenerator.Generate(WorkerRig.Command("r", [1, 2, 3], maxOutputTokens: 6), 256, 20);
        _rig.Submit("r", [1, 2, 3], maxOutputTokens: 6, stopTokens: [alone[3]]);
        _rig.RunToEnd();
        Assert.Equal(alone[..3], _rig.TokensOf("r"));
        Assert.Equal(FinishReason.Stop, _rig.Ends[new("r")]);
        Assert.Null(_rig.Outputs[^1].Token);
        AssertNothingHeld();
    }

    [Fact]
    public void A_stop_token_as_first_token_gives_no_output_at_all()
    {
        var (alone, _) = AloneGenerator.Generate(WorkerRig.Command("r", [1, 2, 3]), 256, 20);
        _rig.Submit("r", [1, 2, 3], stopTokens: [alone[0]]);
        _rig.RunToEnd();
        Assert.Equal(new SequenceOutput(new("r"), null, FinishReason.Stop, 0, 1), Assert.Single(_rig.Outputs));
    }

    [Fact]
    public void The_context_ends_a_sequence_before_its_own_limit()
    {
        _rig.Submit("r", [.. Enumerable.Range(0, 17)], maxOutputTokens: 100);
        _rig.RunToEnd();
        Assert.Equal(3, _rig.TokensOf("r").Count);
        Assert.Equal(FinishReason.Length, _rig.Ends[new("r")]);
        AssertNothingHeld();
    }

    [Fact]
    public void Cancel_frees_the_blocks_of_a_waiting_a_prefilling_and_a_decoding_request_before_the_next_step()
    {
        _rig.Submit("waiting", [1]);
        Assert.True(_rig.Cancel("waiting"));
        AssertNothingHeld();

        _rig.Submit("prefilling", [.. Enumerable.Range(0, 18)]);
        _rig.Step();
        Assert.Equal(6, _rig.Core.Counters(_rig.Now).FreeBlocks);
        Assert.True(_rig.Cancel("prefilling"));
        AssertNothingHeld();

        _rig.Submit("decoding", [7]);
        _rig.RunSteps(2);
        Assert.True(_rig.Cancel("decoding"));
        AssertNothingHeld();
    }

    [Fact]
    public void Cancel_of_a_preempted_request_lets_the_others_finish()
    {
        var rig = new WorkerRig(Options with { ContextTokens = 32 });
        rig.Submit("old", [.. Enumerable.Range(0, 16)], maxOutputTokens: 12);
        rig.Submit("preempted", [.. Enumerable.Range(40, 12)], maxOutputTokens: 12);
        while (rig.Core.Counters(rig.Now).PreemptionsTotal == 0)
        {
            Assert.True(rig.Step() > 0);
        }

        Assert.True(rig.Cancel("preempted"));
        rig.Core.Audit();
        rig.RunToEnd();
        Assert.Equal([new RequestId("old")], rig.Ends.Keys);
        Assert.Equal(8, rig.Core.Counters(rig.Now).FreeBlocks);
    }

    [Fact]
    public void Cancel_of_an_unknown_or_ended_request_is_false()
    {
        _rig.Submit("r", [1], maxOutputTokens: 1);
        _rig.RunToEnd();
        Assert.False(_rig.Cancel("r"));
        Assert.False(_rig.Cancel("never"));
    }

    [Fact]
    public void Drain_finishes_what_was_accepted_and_refuses_the_rest()
    {
        _rig.Submit("r", [1]);
        _rig.Core.Drain();
        Assert.False(_rig.Core.Drained);
        Assert.Equal(RejectionReason.Draining, _rig.Submit("late", [1])!.Reason);
        _rig.RunToEnd();
        Assert.True(_rig.Core.Drained);
        Assert.Equal(4, _rig.TokensOf("r").Count);
    }

    [Fact]
    public void After_an_engine_failure_every_request_is_named_and_nothing_is_cached_any_more()
    {
        _rig.Submit("a", [1, 2, 3, 4, 5]);
        _rig.Step();
        _rig.Submit("b", [.. Enumerable.Range(0, 18)]);
        var plan = _rig.Core.PlanStep(_rig.Now);
        Assert.False(plan.IsEmpty);
        Assert.Equal([new("a"), new RequestId("b")], _rig.Core.FailAll());
        AssertNothingHeld();
        Assert.Equal(0, _rig.Core.Counters(_rig.Now).CachedBlocks);
        Assert.Empty(_rig.Core.Snapshot().Blocks);

        List<KvCacheChange> changes = [];
        _rig.Core.TakeCacheChanges(changes, 100);
        Assert.Equal(KvCacheChangeKind.Cleared, changes[^1].Kind);
        Assert.Null(_rig.Submit("a", [1]));
        _rig.RunToEnd();
    }

    [Fact]
    public void A_plan_is_completed_before_anything_else_is_planned_or_cancelled()
    {
        Assert.Throws<InvariantException>(() => _rig.Core.CompleteStep([1], default));
        _rig.Submit("r", [1]);
        _rig.Core.PlanStep(default);
        Assert.Throws<InvariantException>(() => _rig.Core.PlanStep(default));
        Assert.Throws<InvariantException>(() => _rig.Core.Cancel(new("r")));
        Assert.Throws<InvariantException>(() => _rig.Core.CompleteStep([], default));
        Assert.Throws<InvariantException>(() => _rig.Core.CompleteStep([-1], default));
    }

    private void AssertNothingHeld()
    {
        _rig.Core.Audit();
        var counters = _rig.Core.Counters(_rig.Now);
        Assert.Equal((0, 0, 8), (counters.WaitingRequests, counters.RunningRequests, counters.FreeBlocks));
    }
}
