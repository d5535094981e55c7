using Preble.Core.Placement;
using Preble.Testing;
using static Preble.Testing.SchedulerRig;

namespace Preble.Core.Tests.Placement;

/// <summary>The choices of one request: placed once, booked and completed each.</summary>
public sealed class SiblingTests
{
    [Fact]
    public void All_choices_are_booked_on_one_worker_and_cost_one_prefill()
    {
        var rig = new SchedulerRig(workers: 2);
        var ticket = Place(rig, "r", "r-1", "r-2", "r-3").Ticket!;
        var worker = Assert.Single(rig.Core.Overview(rig.Now).Workers, worker => worker.BookedRequests > 0);
        Assert.Equal((ticket.Worker, 4), (worker.Worker, worker.BookedRequests));

        // 100 ms of prefill and 160 ms of decode; the siblings' prompts but for the last token are the first one's.
        Assert.Equal(0.100 + (3 * 0.001) + (4 * 0.160), worker.LoadSeconds, 1e-6);
        rig.Core.Audit();
    }

    [Fact]
    public void Each_choice_is_completed_by_its_own_name()
    {
        var rig = new SchedulerRig(workers: 2);
        var ticket = Place(rig, "r", "r-1", "r-2").Ticket!;
        foreach (var name in new[] { "r-1", "r", "r-2", "r-2" })
        {
            rig.Complete(ticket with { Request = new RequestId(name) }, 100, 16, cached: 99);
            rig.Core.Audit();
        }

        Assert.All(rig.Core.Overview(rig.Now).Workers, worker => Assert.Equal(0, worker.BookedRequests));
    }

    [Fact]
    public void A_worker_that_is_lost_takes_all_choices_along()
    {
        var rig = new SchedulerRig(workers: 2);
        var ticket = Place(rig, "r", "r-1").Ticket!;
        rig.Core.Lose(ticket.Worker, rig.Now);
        rig.Core.Audit();
        Assert.NotEqual(ticket.Worker, rig.Ticket("r-1", Letters('a', 100), 16, ticket.Worker.Value).Worker);
    }

    [Theory]
    [InlineData("r", "r")]
    [InlineData("q", "known")]
    public void A_choice_that_is_booked_already_is_refused_and_nothing_is_booked(string name, string sibling)
    {
        var rig = new SchedulerRig();
        rig.Ticket("known", "abc");
        Assert.Equal(RejectionReason.DuplicateRequest, Place(rig, name, sibling).Rejection?.Reason);
        Assert.Equal(1, rig.Core.Overview(rig.Now).Workers.Sum(worker => worker.BookedRequests));
    }

    [Fact]
    public void Choices_of_one_name_are_refused_and_nothing_is_booked()
    {
        var rig = new SchedulerRig();
        Assert.Equal(RejectionReason.DuplicateRequest, Place(rig, "r", "r-1", "r-2", "r-1").Rejection?.Reason);
        Assert.Equal(0, rig.Core.Overview(rig.Now).Workers.Sum(worker => worker.BookedRequests));
    }

    private static PlacementResult Place(SchedulerRig rig, string name, params string[] siblings) => rig.Core.Place(
        new PlacementQuery(
            new RequestId(name), [.. PromptBlocks.Of(Letters('a', 100))], 100, 16, [], [.. siblings.Select(sibling => new RequestId(sibling))]),
        rig.Now);
}
