using Preble.Core.Batching;
using Preble.Testing;

namespace Preble.Core.Tests.Batching;

public sealed class PinTests
{
    private static readonly WorkerCoreOptions Options = new()
    {
        BlockSize = 4, BlockCount = 16, ContextTokens = 64, StepTokens = 64, RunningSequences = 4, WatermarkShare = 0, PinnedShare = 0.25,
    };

    private readonly WorkerRig _rig = new(Options);

    [Fact]
    public void A_pinned_prompt_outlives_a_flood_that_evicts_everything_else()
    {
        Run("pinned", Tokens(0, 13), pinSeconds: 1000);
        Run("other", Tokens(100, 13), pinSeconds: 0);
        Flood();
        Assert.Equal(12, Run("again", Tokens(0, 13), 0));
        Assert.Equal(0, Run("other again", Tokens(100, 13), 0));
    }

    [Fact]
    public void A_pin_ends_when_it_was_last_asked_for_long_enough_ago()
    {
        Run("pinned", Tokens(0, 13), pinSeconds: 50);
        _rig.Now += TimeSpan.FromSeconds(40);
        Run("asks again", Tokens(0, 13), pinSeconds: 50);
        _rig.Now += TimeSpan.FromSeconds(40);
        Flood();
        Assert.Equal(3, Counters.PinnedBlocks);
        _rig.Now += TimeSpan.FromSeconds(50);
        Flood();
        Assert.Equal((0, 0), (Counters.PinnedBlocks, Run("later", Tokens(0, 13), 0)));
    }

    [Fact]
    public void Pins_share_the_blocks_that_they_have_in_common_and_beyond_their_share_are_refused()
    {
        Run("three blocks", Tokens(0, 13), 1000);
        Run("one more", [.. Tokens(0, 12), 9, 9, 9, 9, 9], 1000);
        Assert.Equal((4, 0), (Counters.PinnedBlocks, Counters.PinsRefusedTotal));
        Run("too much", Tokens(50, 5), 1000);
        Assert.Equal((4, 1), (Counters.PinnedBlocks, Counters.PinsRefusedTotal));
        _rig.Core.Audit();
    }

    [Fact]
    public void The_oldest_pins_go_when_a_request_has_no_room_otherwise()
    {
        Run("first", Tokens(0, 5), 500);
        Run("second", Tokens(30, 5), 1000);
        Assert.Equal(2, Counters.PinnedBlocks);
        Run("needs 15 blocks", Tokens(100, 58), 0);
        Assert.Equal((1, 1), (Counters.PinnedBlocks, Counters.PinsDroppedTotal));
        Assert.Equal(4, Run("the younger pin is there", Tokens(30, 5), 0));
    }

    [Fact]
    public void The_oldest_pins_go_when_the_only_one_that_runs_cannot_grow()
    {
        Run("pinned", Tokens(0, 5), 1000);
        _rig.Submit(WorkerRig.Command("grows", Tokens(100, 30), maxOutputTokens: 34));
        _rig.RunToEnd();
        Assert.Equal((0, 1), (Counters.PinnedBlocks, Counters.PinsDroppedTotal));
        Assert.Equal(34, _rig.TokensOf("grows").Count);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(1e9)]
    public void A_pin_for_no_sensible_time_is_refused(double seconds) =>
        Assert.Equal(RejectionReason.InvalidRequest, _rig.Submit(WorkerRig.Command("r", [1]) with { PinSeconds = seconds })?.Reason);

    private WorkerCounters Counters => _rig.Core.Counters(_rig.Now);

    private static int[] Tokens(int from, int count) => [.. Enumerable.Range(from, count)];

    /// <summary>Runs a request alone; returns how much of its prompt was cached.</summary>
    private int Run(string id, int[] prompt, double pinSeconds)
    {
        Assert.Null(_rig.Submit(WorkerRig.Command(id, prompt, maxOutputTokens: 1) with { PinSeconds = pinSeconds }));
        _rig.RunToEnd();
        return _rig.Outputs[^1].CachedTokens;
    }

    private void Flood()
    {
        var evicted = Counters.EvictedBlocksTotal;
        for (var i = 0; Counters.EvictedBlocksTotal - evicted < 16; i++)
        {
            Run($"flood {_rig.Now} {i}", Tokens(20 + (i * 7 % 200), 40), 0);
        }
    }
}
