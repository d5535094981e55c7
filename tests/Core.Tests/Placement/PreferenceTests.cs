using Preble.Core.Placement;
using Preble.Testing;
using static Preble.Testing.SchedulerRig;

namespace Preble.Core.Tests.Placement;

/// <summary>What e2 prefers among workers that cost about the same: the session's, and the one that mostly decodes; and what it learns of outputs.</summary>
public sealed class PreferenceTests
{
    [Fact]
    public void A_session_stays_while_that_costs_little_more()
    {
        var rig = new SchedulerRig();
        var first = Place(rig, "r0", Letters('a', 10), session: 7);
        rig.Complete(first, 10, 1);
        Assert.Equal("w0", first.Worker.Value);
        rig.Ticket("other", Letters('b', 10), 16, "w1");
        Assert.Equal(("w0", PlacementReason.Session), Where(Place(rig, "r1", Letters('c', 10), session: 7)));
        Assert.Equal("w1", Place(rig, "r2", Letters('d', 10), session: 8).Worker.Value);
    }

    [Fact]
    public void A_session_leaves_a_worker_that_costs_more_than_the_band()
    {
        var rig = new SchedulerRig();
        rig.Complete(Place(rig, "r0", Letters('a', 10), session: 7), 10, 1);
        rig.Report(rig.Status("w0") with { WaitingRequests = 5, PendingPrefillTokens = 500 });
        Assert.Equal("w1", Place(rig, "r1", Letters('c', 10), session: 7).Worker.Value);
    }

    [Fact]
    public void An_explored_request_goes_to_the_worker_that_mostly_decodes_unless_it_is_loaded()
    {
        var rig = new SchedulerRig(workers: 3);
        rig.Report(rig.Status("w1") with { HitRatio = 0.7 });
        rig.Report(rig.Status("w2") with { HitRatio = 0.9 });
        Assert.Equal(("w2", PlacementReason.DecodeHeavy), Where(rig.Ticket("r0", Letters('a', 100))));
        rig.Report(rig.Status("w2") with { HitRatio = 0.9, WaitingRequests = 3, PendingPrefillTokens = 500 });
        Assert.Equal(("w0", PlacementReason.Explore), Where(rig.Ticket("r1", Letters('b', 100))));
    }

    [Fact]
    public void No_worker_is_preferred_below_the_ratio_or_when_it_is_switched_off()
    {
        var rig = new SchedulerRig();
        rig.Report(rig.Status("w1") with { HitRatio = 0.69 });
        Assert.Equal("w0", rig.Ticket("r0", Letters('a', 100)).Worker.Value);
        var off = new SchedulerRig(options: new SchedulerOptions { DecodeHeavyRatio = 0 });
        off.Report(off.Status("w1") with { HitRatio = 1 });
        Assert.Equal("w0", off.Ticket("r0", Letters('a', 100)).Worker.Value);
    }

    [Fact]
    public void A_worker_costs_a_share_of_the_decode_in_its_steps()
    {
        var with = new PolicyRig("e2", 1, options: new() { DecodeWeight = 0.2 });
        var without = new PolicyRig("e2", 1, options: new() { DecodeWeight = 0 });
        foreach (var rig in new[] { with, without })
        {
            rig["w0"].TakeCosts(new CostProfile(0.001, 0, 0.010) { StepSeconds = 0.005, DecodeSecondsPerSequence = 0.005 });
            rig.Choose("ab");
        }

        var decode = with.Context.ExpectedOutputTokens(with["w0"]) * with["w0"].StepSeconds;
        Assert.True(decode > 0);
        Assert.Equal(0.2 * decode, with.Total("w0") - without.Total("w0"), 9);
    }

    [Theory]
    [InlineData(0, PlacementReason.Diverted)]
    [InlineData(1, PlacementReason.Exploit)]
    public void A_copy_is_dearer_where_others_wait_than_where_they_decode(int waiting, PlacementReason reason)
    {
        var rig = new PolicyRig("e2", 2, totalBlocks: 10_000);
        rig.Hold("w0", Letters('s', 1000));
        rig["w0"].Status = new WorkerStatus { Worker = new WorkerId("w0"), Epoch = 1, RunningRequests = 1, PendingPrefillTokens = 3_500 };
        rig["w1"].InFlight = 1;
        rig["w1"].Status = new WorkerStatus { Worker = new WorkerId("w1"), Epoch = 1, WaitingRequests = waiting, RunningRequests = 1 - waiting };
        Assert.Equal(reason, rig.Choose(Letters('s', 1000) + "x").Reason);
    }

    [Fact]
    public void Output_lengths_are_learned_per_key_portion_first_and_forgotten_after_the_window()
    {
        var rig = new SchedulerRig(workers: 1);
        Serve(rig, "long", Letters('l', 50), output: 400);
        Serve(rig, "short", Letters('s', 50), output: 20);
        Assert.Equal(400, Decoded(rig, "r0", Letters('l', 50) + "x"), 1);
        Assert.Equal(20, Decoded(rig, "r1", Letters('s', 50) + "y"), 1);
        Assert.Equal(210, Decoded(rig, "r2", Letters('n', 50)), 1);
        rig.Now += TimeSpan.FromMinutes(3);
        rig.Core.Tick(rig.Now - TimeSpan.FromTicks(1));
        rig.Register("w0", epoch: 2);
        Assert.Equal(45, Decoded(rig, "r3", Letters('l', 50) + "x"), 1);
    }

    [Fact]
    public void Blocks_of_the_host_tier_count_for_their_credit()
    {
        var rig = new SchedulerRig(options: new SchedulerOptions { LoadWeight = 0 });
        var prompt = Letters('h', 100);
        var hashes = PromptBlocks.Of(prompt);
        rig.Report("w1", [.. hashes.Select((hash, index) =>
            new KvCacheChange(KvCacheChangeKind.HostStored, hash, index == 0 ? BlockHash.None : hashes[index - 1]))]);
        var ticket = rig.Ticket("r", prompt + "?");
        Assert.Equal(("w1", PlacementReason.Exploit), Where(ticket));
        Assert.Equal(0, ticket.HitTokens);
        Assert.Equal((101 - 75) * 0.001, ticket.CostSeconds, 9);
    }

    private static (string Worker, PlacementReason Reason) Where(PlacementTicket ticket) => (ticket.Worker.Value, ticket.Reason);

    private static void Serve(SchedulerRig rig, string request, string prompt, int output)
    {
        var ticket = rig.Ticket(request, prompt, output);
        rig.Complete(ticket, prompt.Length, output);
    }

    /// <summary>What the request was booked for, by its share of the load; a token costs a millisecond to prefill and ten to decode.</summary>
    private static double Decoded(SchedulerRig rig, string request, string prompt)
    {
        var before = rig.Overview("w0").LoadSeconds;
        var ticket = rig.Ticket(request, prompt, output: 1000);
        var work = rig.Overview("w0").LoadSeconds - before - ((prompt.Length - ticket.HitTokens) * 0.001);
        rig.Complete(ticket, prompt.Length, 0, succeeded: false);
        return work / 0.010;
    }

    private static PlacementTicket Place(SchedulerRig rig, string request, string tokens, ulong session) => rig.Core.Place(
        new PlacementQuery(new RequestId(request), [.. PromptBlocks.Of(tokens)], tokens.Length, 16, []) { SessionHash = session }, rig.Now).Ticket!;
}
