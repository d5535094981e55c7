using System.Net;
using Preble.Hosting.Kubernetes;
using static Preble.Deploy.Pods.Fleets;

namespace Preble.Deploy.Pods;

/// <summary>Which processes have lost their pod.</summary>
public sealed class LostMembersTests
{
    [Fact]
    public void A_member_without_a_pod_is_gone_and_the_others_are_not()
    {
        var (lost, lives) = (Member("lost", 2), Member("lives", 3));
        var found = LostMembers.Find(Of(lost, lives), [PodOf(Own), PodOf(lives), Pod("young", 4)], Nobody)!;
        Assert.Equal([lost], found.Gone);
        Assert.Empty(found.Moved);
    }

    [Fact]
    public void A_pod_that_has_ended_for_good_counts_as_gone()
    {
        var evicted = Member("evicted", 2);
        Assert.Equal([evicted], LostMembers.Find(Of(evicted), [PodOf(Own), PodOf(evicted) with { HasEnded = true }], Nobody)!.Gone);
    }

    [Fact]
    public void A_pod_under_another_address_is_another_pod_once_it_was_seen_so_twice()
    {
        var (old, restarted) = (Member("worker-0", 2), Member("worker-0", 9, started: 300));
        Pod[] pods = [PodOf(Own), PodOf(restarted)];
        var first = LostMembers.Find(Of(old, restarted), pods, Nobody)!;
        Assert.Empty(first.Gone);
        Assert.Equal([old], first.Moved);
        Assert.Equal([old], LostMembers.Find(Of(old, restarted), pods, first.Moved)!.Gone);
    }

    [Fact]
    public void A_pod_that_has_no_address_yet_or_several_is_not_elsewhere()
    {
        var (young, dual) = (Member("young", 2), Member("dual", 3));
        Pod[] pods = [PodOf(Own), new("young", []), new("dual", [IPAddress.Parse("fd00::3"), dual.Place.Address])];
        var found = LostMembers.Find(Of(young, dual), pods, new HashSet<FleetMember> { young, dual })!;
        Assert.Empty(found.Gone);
        Assert.Empty(found.Moved);
    }

    [Fact]
    public void Nothing_is_found_in_a_list_without_the_own_pod_at_the_own_address()
    {
        var members = Of(Member("lost", 2));
        Assert.Null(LostMembers.Find(members, [], Nobody));
        Assert.Null(LostMembers.Find(members, [Pod("other", 7)], Nobody));
        Assert.Null(LostMembers.Find(members, [Pod(Own.Name, 7)], Nobody));
    }

    [Fact]
    public void The_two_longest_in_the_fleet_ask_and_nobody_waits_for_one_that_is_leaving()
    {
        var (older, oldest, leaving, younger) =
            (Member("older", 2, started: 90), Member("oldest", 3, started: 80), Member("leaving", 4, started: 70, active: false), Member("younger", 5));
        Assert.True(LostMembers.IsWatcher(Of()));
        Assert.True(LostMembers.IsWatcher(Of(younger, leaving, older)));
        Assert.False(LostMembers.IsWatcher(Of(younger, oldest, older)));
    }

    [Fact]
    public void Of_those_that_started_in_the_same_second_exactly_two_ask()
    {
        var fleet = Enumerable.Range(1, 6).Select(i => Member($"pod-{i}", (byte)i, started: 100)).ToList();
        Assert.Equal(LostMembers.Watchers, fleet.Count(own => LostMembers.IsWatcher(new MemberList(own, [.. fleet.Where(other => other != own)]))));
    }
}
