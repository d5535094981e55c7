using Preble.Core.Batching;
using Preble.Core.Tokens;
using Preble.Testing;

namespace Preble.Core.Tests.Batching;

public sealed class HostTierAdmissionTests
{
    private static readonly WorkerCoreOptions Options = new()
    {
        BlockSize = 4, BlockCount = 6, ContextTokens = 64, StepTokens = 32, RunningSequences = 4, WatermarkShare = 0, HostSlots = 20,
    };

    private readonly WorkerRig _rig = new(Options);

    [Fact]
    public void An_evicted_prefix_comes_back_without_being_computed_and_keeps_its_slots()
    {
        Run("a", Tokens(0, 17));
        Run("b", Tokens(100, 21));
        Assert.True(_rig.Host.Saves >= 4, "the prefix was saved");
        var computed = _rig.Engine.TokensComputed;
        Assert.Equal(16, Run("a again", Tokens(0, 17)));
        Assert.Equal((computed + 1, 4), (_rig.Engine.TokensComputed, _rig.Host.Loads));
        Assert.Equal(_rig.TokensOf("a"), _rig.TokensOf("a again"));
        Assert.Equal(16, _rig.Core.Counters(_rig.Now).HostHitTokensTotal);

        // Evicting it again writes nothing: the host has it still.
        Run("b again", Tokens(100, 21));
        Run("a once more", Tokens(0, 17));
        Assert.True(_rig.Core.Counters(_rig.Now).EvictedBlocksTotal > _rig.Host.Saves, "blocks were evicted that the host had");
        Assert.Equal(_rig.Core.HostEntries().Count, _rig.Host.Saves);
    }

    [Fact]
    public void A_block_that_was_lost_is_forgotten_and_computed_with_all_that_follow_it()
    {
        Run("a", Tokens(0, 17));
        Run("b", Tokens(100, 21));
        var second = BlockHasher.Hash(Tokens(0, 8), 4, "")[1];
        _rig.Host.Lose(_rig.Core.HostEntries().Single(entry => entry.Hash == second).Slot);
        Assert.Equal(4, Run("a again", Tokens(0, 17)));
        Assert.Equal(_rig.TokensOf("a"), _rig.TokensOf("a again"));
        Assert.Equal((1, 4), (_rig.Host.FailedLoads, (int)_rig.Core.Counters(_rig.Now).HostHitTokensTotal));
        Assert.Equal(4, _rig.Core.Counters(_rig.Now).CachedTokensTotal);
        _rig.Core.Audit();
    }

    [Fact]
    public void Two_that_need_the_same_block_load_it_once()
    {
        Run("a", Tokens(0, 17));
        Run("b", Tokens(100, 21));
        _rig.Submit("c", Tokens(0, 14), maxOutputTokens: 1);
        _rig.Submit("d", Tokens(0, 14), maxOutputTokens: 1);
        _rig.RunToEnd();
        Assert.Equal(3, _rig.Host.Loads);
    }

    [Fact]
    public void What_a_file_kept_is_used_by_the_next_life()
    {
        Run("a", Tokens(0, 17));
        Run("b", Tokens(100, 21));
        var next = new WorkerRig(Options, hostEntries: _rig.Core.HostEntries()) { Host = _rig.Host };
        next.Submit("a", Tokens(0, 17), maxOutputTokens: 1);
        next.RunToEnd();
        Assert.Equal(16, next.Outputs[^1].CachedTokens);
        Assert.Equal(_rig.TokensOf("a"), next.TokensOf("a"));
    }

    [Fact]
    public void A_failure_of_the_engine_empties_both_tiers()
    {
        Run("a", Tokens(0, 17));
        Run("b", Tokens(100, 21));
        _rig.Submit("c", Tokens(0, 17), maxOutputTokens: 1);
        Assert.True(_rig.Core.PlanStep(_rig.Now).Loads.Count > 0, "loads are pending when the engine fails");
        Assert.Equal(["c"], _rig.Core.FailAll().Select(id => id.Value));
        var counters = _rig.Core.Counters(_rig.Now);
        Assert.Equal((0, 0, 6), (counters.HostBlocks, counters.CachedBlocks, counters.FreeBlocks));
        _rig.Core.Audit();
    }

    [Fact]
    public void Nothing_is_cancelled_or_computed_while_blocks_are_on_their_way()
    {
        Run("a", Tokens(0, 17));
        Run("b", Tokens(100, 21));
        _rig.Submit("c", Tokens(0, 17), maxOutputTokens: 1);
        var plan = _rig.Core.PlanStep(_rig.Now);
        Assert.Equal((true, true), (plan.IsEmpty, plan.HasTransfers));
        Assert.Throws<InvariantException>(() => _rig.Cancel("c"));
        Assert.Throws<InvariantException>(() => _rig.Core.CompleteLoads([]));
        _rig.Core.CompleteLoads(new bool[plan.Loads.Count]);
        Assert.True(_rig.Cancel("c"));
        _rig.Core.Audit();
    }

    private static int[] Tokens(int from, int count) => [.. Enumerable.Range(from, count)];

    private int Run(string id, int[] prompt)
    {
        Assert.Null(_rig.Submit(id, prompt, maxOutputTokens: 1));
        _rig.RunToEnd();
        return _rig.Outputs[^1].CachedTokens;
    }
}
