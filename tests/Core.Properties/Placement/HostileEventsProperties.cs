using Preble.Core.Placement.Policies;

namespace Preble.Core.Properties.Placement;

/// <summary>
/// The scheduler against senders who make no sense: numbers out of range, events of other lives, times that step back, windows that end to the
/// tick. It does not throw, agrees with a dumb list of who is booked where, does the same again, and forgets all in the end.
/// </summary>
public sealed class HostileEventsProperties
{
    [Theory]
    [MemberData(nameof(Cases))]
    public void Nonsense_from_anybody_neither_throws_nor_leaks_and_happens_the_same_again(string policy, int seed)
    {
        var (one, other) = (new HostileFleet(policy, seed), new HostileFleet(policy, seed));
        for (var step = 0; step < HostileFleet.Steps; step++)
        {
            Assert.Equal(one.Step(), other.Step());
            one.Check();
        }

        one.End();
    }

    [Fact]
    public void The_generator_reaches_placements_refusals_waits_assignments_and_host_tiers()
    {
        string[] policies = [.. Enumerable.Repeat("e2", 16), .. PlacementPolicies.Names];
        var runs = policies.Select((policy, seed) => new HostileFleet(policy, seed)).ToArray();
        foreach (var run in runs)
        {
            Enumerable.Range(0, HostileFleet.Steps).ToList().ForEach(_ => run.Step());
        }

        string[] interesting =
        [
            "Exploit", "Explore", "Policy", "Session", "Assigned", "Diverted", "QueueFull", "PromptTooLong", "NoWorker", "DuplicateRequest", "InvalidRequest",
            "TargetUnreachable", "waits", "answered", "withdrawn", "boundary", "SendSnapshot", "Register", "completed",
        ];
        foreach (var what in interesting)
        {
            var count = runs.Sum(run => run.Seen.GetValueOrDefault(what));
            Assert.True(count > 10, $"only {count} times {what}");
        }
    }

    public static TheoryData<string, int> Cases()
    {
        var cases = new TheoryData<string, int>();
        foreach (var policy in PlacementPolicies.Names)
        {
            Enumerable.Range(1, 6).ToList().ForEach(seed => cases.Add(policy, seed));
        }

        return cases;
    }
}
