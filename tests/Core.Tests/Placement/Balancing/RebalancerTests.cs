using Preble.Core.Placement;
using Preble.Testing;
using static Preble.Testing.SchedulerRig;

namespace Preble.Core.Tests.Placement.Balancing;

/// <summary>
/// Load moves from the heaviest to the lightest worker, the cheapest key portions first. The four scenarios are those of the authors' own
/// test: a request costs its tokens, in milliseconds.
/// </summary>
[Trait("paper", "§3.2 post-assignment shift")]
public sealed class RebalancerTests
{
    private static readonly SchedulerOptions Options = new() { Rebalance = true, CopyPrice = 1_000, WorkerTimeout = TimeSpan.FromHours(1) };
    private int _requests;

    [Fact]
    public void The_small_prefix_moves_and_the_large_one_stays()
    {
        var rig = new SchedulerRig(2, options: Options);
        Run(rig, 0, 'A', 50, 50);
        Run(rig, 0, 'B', 10, 5);
        Run(rig, 1, 'C', 10, 20);
        rig.Core.Tick(rig.Now);
        Assert.Equal(["B: w1"], Assigned(rig, "ABC"));
    }

    [Fact]
    public void Too_few_requests_move_nothing()
    {
        var rig = new SchedulerRig(2, options: Options);
        Run(rig, 0, 'A', 50, 25);
        Run(rig, 0, 'B', 10, 5);
        Run(rig, 1, 'C', 10, 20);
        rig.Core.Tick(rig.Now);
        Assert.Empty(rig.Core.Assigned);
    }

    [Fact]
    public void A_prefix_that_is_all_of_the_load_is_not_moved_for_that_would_only_swap_the_two()
    {
        var rig = new SchedulerRig(2, options: Options);
        Run(rig, 0, 'A', 50, 62);
        Run(rig, 1, 'C', 10, 10);
        rig.Core.Tick(rig.Now);
        Assert.Empty(rig.Core.Assigned);
    }

    [Fact]
    public void Two_heavy_workers_shed_their_small_prefixes_to_the_third_and_a_second_call_changes_nothing()
    {
        var rig = new SchedulerRig(3, options: Options);
        Run(rig, 0, 'A', 50, 50);
        Run(rig, 0, 'B', 20, 10);
        Run(rig, 1, 'C', 50, 50);
        Run(rig, 1, 'D', 20, 10);
        Run(rig, 2, 'E', 10, 5);
        rig.Core.Tick(rig.Now);
        Assert.Equal(["B: w2", "D: w2"], Assigned(rig, "ABCDE"));
        rig.Now += Options.RebalanceInterval;
        rig.Core.Tick(rig.Now);
        Assert.Equal(2, rig.Core.Moves);
    }

    [Fact]
    public void Between_two_rounds_passes_the_interval()
    {
        var rig = new SchedulerRig(2, options: Options);
        rig.Core.Tick(rig.Now);
        Run(rig, 0, 'A', 50, 50);
        Run(rig, 0, 'B', 10, 5);
        rig.Now = Options.RebalanceInterval - TimeSpan.FromTicks(1);
        rig.Core.Tick(rig.Now);
        Assert.Equal(0, rig.Core.Moves);
        rig.Now = Options.RebalanceInterval;
        rig.Core.Tick(rig.Now);
        Assert.Equal(1, rig.Core.Moves);
    }

    [Fact]
    public void It_can_be_switched_off()
    {
        var rig = new SchedulerRig(2, options: Options with { Rebalance = false });
        Run(rig, 0, 'A', 50, 50);
        Run(rig, 0, 'B', 10, 5);
        rig.Core.Tick(rig.Now);
        Assert.Empty(rig.Core.Assigned);
    }

    [Fact]
    public void A_prefix_that_only_one_request_had_is_not_moved()
    {
        var rig = new SchedulerRig(2, options: Options);
        Run(rig, 0, 'A', 50, 50);
        Run(rig, 0, 'B', 10, 1);
        rig.Core.Tick(rig.Now);
        Assert.Empty(rig.Core.Assigned);
    }

    [Fact]
    public void Just_enough_is_shed_the_cheapest_first()
    {
        // 1200 ms against 400: moving 100 leaves 1100 : 500, then 1000 : 600, then 900 : 700, which is within Th_bal.
        var rig = new SchedulerRig(2, options: Options);
        foreach (var prefix in "ABCDEF")
        {
            Run(rig, 0, prefix, 10, 10);
        }

        Run(rig, 0, 'G', 30, 20);
        Run(rig, 1, 'Z', 40, 10);
        rig.Core.Tick(rig.Now);
        Assert.Equal(3, rig.Core.Moves);
        Assert.DoesNotContain("G: w1", Assigned(rig, "ABCDEFG"));
    }

    [Fact]
    public void What_is_below_a_prefix_moves_along()
    {
        var rig = new SchedulerRig(2, options: Options);
        Run(rig, 0, 'X', 60, 50);
        var (upper, lower) = (Letters('U', 20), Letters('U', 20) + Letters('L', 15));
        Run(rig, 0, 'U', 20, 5);
        Run(rig, 0, lower);
        Run(rig, 1, 'Z', 40, 10);
        rig.Core.Tick(rig.Now);
        Assert.All([upper, lower, lower + "L"], prompt => Assert.Equal(["w1"], AssignedTo(rig, prompt)));
        Assert.Empty(AssignedTo(rig, upper + Letters('M', 21)));
        rig.Now += Options.RebalanceInterval;
        var moves = rig.Core.Moves;
        rig.Core.Tick(rig.Now);
        Assert.Equal(moves, rig.Core.Moves);
    }

    [Fact]
    public void Nothing_moves_to_a_worker_that_drains()
    {
        var rig = new SchedulerRig(2, options: Options);
        Run(rig, 0, 'A', 50, 50);
        Run(rig, 0, 'B', 10, 5);
        rig.Report(rig.Status("w1") with { Draining = true });
        rig.Core.Tick(rig.Now);
        Assert.Empty(rig.Core.Assigned);
    }

    private void Run(SchedulerRig rig, int worker, char letter, int tokens, int requests)
    {
        for (var index = 0; index < requests; index++)
        {
            Run(rig, worker, Letters(letter, tokens));
        }
    }

    private void Run(SchedulerRig rig, int worker, string prompt)
    {
        var others = Enumerable.Range(0, 3).Where(other => other != worker).Select(other => $"w{other}").ToArray();
        rig.Complete(rig.Ticket($"r{_requests++}", prompt, 1, others), prompt.Length, 0);
    }

    private static string[] Assigned(SchedulerRig rig, string letters) =>
    [
        .. from letter in letters
           let found = AssignedTo(rig, Letters(letter, 10)).Concat(AssignedTo(rig, Letters(letter, 20))).ToArray()
           where found.Length > 0
           select $"{letter}: {string.Join(" ", found)}",
    ];

    private static IEnumerable<string> AssignedTo(SchedulerRig rig, string prompt) => rig.AssignedTo(prompt);
}
