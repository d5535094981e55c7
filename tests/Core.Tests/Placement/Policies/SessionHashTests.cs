using Preble.Testing;

namespace Preble.Core.Tests.Placement.Policies;

/// <summary>Sessions stay where they are, whoever joins or leaves.</summary>
public sealed class SessionHashTests
{
    private const int Sessions = 2000;

    [Fact]
    public void A_worker_that_leaves_moves_its_own_sessions_and_no_others()
    {
        var rig = new PolicyRig("session", workers: 5);
        var before = Homes(rig);
        rig.Remove("w2");
        var after = Homes(rig);
        for (var session = 0; session < Sessions; session++)
        {
            Assert.Equal(before[session] is "w2", before[session] != after[session]);
        }

        Assert.InRange(before.Count(home => home is "w2"), 330, 470);
        Assert.All(["w0", "w1", "w3", "w4"], id => Assert.InRange(after.Count(home => home == id), 430, 570));
    }

    [Fact]
    public void A_worker_that_joins_takes_its_share_and_nothing_else_moves()
    {
        var (four, five) = (Homes(new PolicyRig("session", workers: 4)), Homes(new PolicyRig("session", workers: 5)));
        var moved = Enumerable.Range(0, Sessions).Where(session => four[session] != five[session]).ToArray();
        Assert.InRange(moved.Length, 330, 470);
        Assert.All(moved, session => Assert.Equal("w4", five[session]));
    }

    [Fact]
    public void A_session_goes_to_its_worker_whatever_is_said_in_it_and_however_busy_that_is()
    {
        var rig = new PolicyRig("session", workers: 8);
        var home = rig.Decide("abc", session: 77);
        rig[home].InFlight = 100;
        Assert.Equal((home, PlacementReason.Session), (rig.Decide("xyz", session: 77), rig.Choose("x", session: 77).Reason));
    }

    [Fact]
    public void Without_a_session_equal_first_blocks_go_together()
    {
        var rig = new PolicyRig("session", workers: 8, blockSize: 2);
        var homes = Enumerable.Range(0, 26).Select(index => rig.Decide("ab" + (char)('a' + index))).Distinct();
        Assert.Single(homes);
        Assert.Equal(PlacementReason.Policy, rig.Choose("abc").Reason);
        Assert.InRange(Enumerable.Range(0, 26).Select(index => rig.Decide((char)('a' + index) + "bc")).Distinct().Count(), 5, 8);
    }

    [Fact]
    public void A_prompt_of_less_than_a_block_goes_by_its_request()
    {
        var rig = new PolicyRig("session", workers: 4, blockSize: 16);
        Assert.Equal(4, Enumerable.Range(0, 60).Select(_ => rig.Decide("abc")).Distinct().Count());
    }

    private static string[] Homes(PolicyRig rig) =>
        [.. Enumerable.Range(1, Sessions).Select(session => rig.Decide("abc", (ulong)session))];
}
