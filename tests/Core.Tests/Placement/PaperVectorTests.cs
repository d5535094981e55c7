using Preble.Testing;
using static Preble.Testing.SchedulerRig;

namespace Preble.Core.Tests.Placement;

/// <summary>E2's decision at the edges of its threshold: two workers, block size 1, a 1,000-token prompt S held by w0.</summary>
[Trait("paper", "§3.2 Algorithm 1")]
public sealed class PaperVectorTests
{
    private static readonly string S = Letters('s', 1000);

    [Fact]
    public void Less_missing_than_cached_exploits() => Expect(S + Letters('n', 999), PlacementReason.Exploit, hit: 1000);

    [Fact]
    public void As_much_missing_as_cached_explores() => Expect(S + Letters('n', 1000), PlacementReason.Explore);

    [Fact]
    public void More_missing_than_cached_explores() => Expect(S + Letters('n', 1001), PlacementReason.Explore);

    [Fact]
    public void The_same_prompt_again_exploits() => Expect(S, PlacementReason.Exploit, hit: 999);

    [Fact]
    public void A_shorter_shared_part_splits_the_edge_and_exploits() =>
        Expect(S[..600] + Letters('n', 500), PlacementReason.Exploit, hit: 600);

    [Fact]
    public void A_shared_part_shorter_than_the_rest_explores() => Expect(S[..400] + Letters('n', 600), PlacementReason.Explore);

    [Fact]
    public void After_the_end_of_the_prefix_was_evicted_the_rest_counts_alone()
    {
        var rig = HolderOfS();
        rig.Evict("w0", S, 300);
        rig.Complete(rig.Ticket("r", S + Letters('n', 500)), 1500, 1, succeeded: false);
        Assert.Equal(PlacementReason.Exploit, rig.Ticket("q", S + Letters('m', 399)).Reason);
    }

    [Fact]
    public void The_threshold_moves_with_its_option()
    {
        var rig = HolderOfS(new() { ExploitThreshold = 0.5 });
        Assert.Equal(PlacementReason.Exploit, rig.Ticket("r", S + Letters('n', 499)).Reason);
        Assert.Equal(PlacementReason.Explore, rig.Ticket("q", S + Letters('m', 500)).Reason);
    }

    [Fact]
    public void A_repeat_exploits_even_when_its_tail_is_longer_than_its_one_block()
    {
        var rig = new SchedulerRig(blockSize: 16, options: new() { ExploitThreshold = 0.5 });
        var prompt = Letters('s', 31);
        rig.Complete(rig.Ticket("first", prompt), 31, 1);
        Assert.Equal(PlacementReason.Exploit, rig.Ticket("again", prompt).Reason);
    }

    private static void Expect(string prompt, PlacementReason reason, int? hit = null)
    {
        var ticket = HolderOfS().Ticket("r", prompt);
        Assert.Equal(reason, ticket.Reason);
        if (hit is not null)
        {
            Assert.Equal(("w0", hit), (ticket.Worker.Value, ticket.HitTokens));
        }
    }

    private static SchedulerRig HolderOfS(Core.Placement.SchedulerOptions? options = null)
    {
        var rig = new SchedulerRig(options: options);
        var first = rig.Ticket("s", S);
        rig.Store("w0", S);
        rig.Complete(first, 1000, 1);
        rig.Now += TimeSpan.FromSeconds(2);
        rig.Core.Tick(rig.Now);
        return rig;
    }
}
