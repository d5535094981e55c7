using Preble.Core.Placement;
using Preble.Testing;
using static Preble.Testing.SchedulerRig;

namespace Preble.Core.Tests.Placement;

/// <summary>M: what evicting would cost, seen in a ticket's cost with the other two costs switched off. Outputs are one token.</summary>
[Trait("paper", "§3.2 Algorithm 2")]
public sealed class EvictionCostTests
{
    private readonly SchedulerRig _rig = new(
        workers: 1,
        totalBlocks: 100,
        options: new SchedulerOptions { LoadWeight = 0, NowWeight = 0, PrefillWeight = 0, DecodeWeight = 0, ResidencyGrace = TimeSpan.Zero });

    [Fact]
    public void Nothing_is_lost_while_the_request_fits()
    {
        Serve("a", Letters('a', 50));
        Assert.Equal(0, _rig.Ticket("fits", Letters('b', 49), output: 1).CostSeconds);
    }

    [Fact]
    public void The_least_recently_used_prefix_goes_first_and_costs_its_prefill_times_its_share_of_requests()
    {
        Serve("a", Letters('a', 40));
        Serve("b", Letters('b', 50));
        // 10 blocks are free, 20 + 1 are needed: 11 blocks of a, which one of two requests used.
        Assert.Equal(11 * 0.001 / 2, _rig.Ticket("r", Letters('c', 20), output: 1).CostSeconds, 9);
    }

    [Fact]
    public void Use_makes_a_prefix_recent()
    {
        Serve("a", Letters('a', 40));
        Serve("b", Letters('b', 50));
        Serve("a2", Letters('a', 40));
        // Now b is older: one of three requests used it.
        Assert.Equal(11 * 0.001 / 3, _rig.Ticket("r", Letters('c', 20), output: 1).CostSeconds, 9);
    }

    [Fact]
    public void A_prefix_that_many_share_is_dearer()
    {
        Serve("a", Letters('a', 40));
        Serve("a2", Letters('a', 40));
        Serve("b", Letters('b', 50));
        Assert.Equal(11 * 0.001 * 2 / 3, _rig.Ticket("r", Letters('c', 20), output: 1).CostSeconds, 9);
    }

    [Fact]
    public void What_is_in_flight_is_not_evicted()
    {
        _rig.Ticket("busy", Letters('a', 40), output: 1);
        _rig.Store("w0", Letters('a', 40));
        Serve("b", Letters('b', 40));
        // 100 - 40 - 1 - 40 = 19 are free, 31 needed: 12 of b, although a was stored earlier.
        Assert.Equal(12 * 0.001 / 2, _rig.Ticket("r", Letters('c', 30), output: 1).CostSeconds, 9);
    }

    [Fact]
    public void The_prefix_that_the_request_uses_is_not_evicted_for_it()
    {
        Serve("a", Letters('a', 40));
        Serve("b", Letters('b', 50));
        Serve("b2", Letters('b', 50));
        // 10 free, 20 + 1 needed beyond a: 11 blocks of b, used by two of three. The older a, used by one, is what the request itself
        // needs.
        Assert.Equal(11 * 0.001 * 2 / 3, _rig.Ticket("r", Letters('a', 40) + Letters('c', 20), output: 1).CostSeconds, 9);
    }

    [Fact]
    public void Leaves_go_before_the_prefix_they_share()
    {
        Serve("ab", Letters('a', 40) + Letters('b', 10));
        Serve("ac", Letters('a', 40) + Letters('c', 10));
        // 40 free, 51 needed: first the 10 of b (one of two requests), then 1 of c (one of two).
        Assert.Equal(11 * 0.001 / 2, _rig.Ticket("r", Letters('d', 50), output: 1).CostSeconds, 9);
    }

    private void Serve(string request, string prompt)
    {
        var ticket = _rig.Ticket(request, prompt, output: 1);
        _rig.Store("w0", prompt);
        _rig.Complete(ticket, prompt.Length, 1);
    }
}
