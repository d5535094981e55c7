using Preble.Core.Batching;
using Preble.Core.Batching.Queueing;

namespace Preble.Core.Tests.Batching.Queueing;

public sealed class DisciplineTests
{
    [Fact]
    public void Round_robin_serves_one_group_a_step_up_to_its_limit_from_the_top_down()
    {
        var discipline = new RoundRobinGroups(groups: 3, quantum: 2);
        for (var i = 0; i < 30; i++)
        {
            discipline.Add(Places.Of(i, cachedTokens: (int)Math.Ceiling((i % 3 + 1) * 10 / 3.0) - 1));
        }

        Assert.Equal(["2 2 2 2 2 2", "1 1 1 1", "0 0", "2 2 2 2"], Rounds(discipline, 4));
    }

    [Fact]
    public void Round_robin_skips_empty_groups_and_goes_round()
    {
        var discipline = new RoundRobinGroups(groups: 10, quantum: 1);
        for (var i = 0; i < 4; i++)
        {
            discipline.Add(Places.Of(i, cachedTokens: i < 3 ? 0 : 10));
        }

        Assert.Equal(["9", "0", "0", "0"], Rounds(discipline, 4));
    }

    [Fact]
    public void First_come_first_served_is_blind_to_what_is_cached() =>
        Assert.Equal([1, 2, 3], Filled(new FirstComeFirstServed(), Places.Of(2, 10), Places.Of(3, 5), Places.Of(1, 0)).Drain());

    [Fact]
    public void Longest_prefix_match_takes_the_most_cached_tokens_first_and_the_oldest_among_equals() =>
        Assert.Equal([3, 1, 2, 0], Filled(new LongestPrefixMatch(), Places.Of(0, 0), Places.Of(2, 5), Places.Of(1, 5), Places.Of(3, 9)).Drain());

    [Fact]
    public void Shortest_prefill_first_takes_the_fewest_uncomputed_tokens_first() =>
        Assert.Equal([2, 1, 0], Filled(new ShortestPrefillFirst(), Places.Of(0, 0), Places.Of(1, 50, 58), Places.Of(2, 3)).Drain());

    [Fact]
    public void Shortest_prefill_first_does_not_let_a_long_prompt_wait_for_ever()
    {
        var discipline = Filled(new ShortestPrefillFirst(), Places.Of(0, 0, promptTokens: 50, arrivedAt: 100));
        discipline.Add(Places.Of(1, 0, arrivedAt: 105));
        Assert.Equal(1, discipline.Peek(new QueueRound(0, TimeSpan.FromSeconds(109.9)))!.Arrival);
        Assert.Equal(0, discipline.Peek(new QueueRound(0, TimeSpan.FromSeconds(100 + Limits.PrefillAgeingSeconds)))!.Arrival);
        Assert.Equal([0, 1], discipline.Drain(now: 120));
    }

    [Fact]
    public void Earliest_deadline_counts_from_the_arrival_and_those_without_one_come_last() =>
        Assert.Equal(
            [1, 2, 0, 3, 4],
            Filled(
                new EarliestDeadline(),
                Places.Of(0, 0, timeoutSeconds: 60),
                Places.Of(3, 0),
                Places.Of(1, 0, timeoutSeconds: 30),
                Places.Of(2, 0, arrivedAt: 20, timeoutSeconds: 20),
                Places.Of(4, 0, timeoutSeconds: 1e300)).Drain());

    [Fact]
    public void One_whose_cached_share_changes_is_ranked_anew()
    {
        foreach (var name in new[] { "longest-prefix", "shortest-prefill", "groups-round-robin" })
        {
            var discipline = QueueDisciplines.Create(Options(name));
            var (one, other) = (Places.Of(1, 0), Places.Of(2, 5));
            Filled(discipline, one, other);
            Assert.Same(other, discipline.Peek(default));
            one.MatchedBlocks = 9;
            discipline.Rebin(one);
            Assert.Same(one, discipline.Peek(default));
        }
    }

    [Fact]
    public void Every_name_makes_a_discipline_that_takes_and_gives_back()
    {
        foreach (var name in QueueDisciplines.Names)
        {
            Options(name).Validate();
            var discipline = QueueDisciplines.Create(Options(name));
            var places = Enumerable.Range(0, 40).Select(i => Places.Of(i, i * 7 % 11)).ToArray();
            Filled(discipline, places);
            foreach (var place in places.Where(place => place.Arrival % 3 == 0))
            {
                discipline.Remove(place);
            }

            Assert.Equal(26, discipline.Count);
            List<long> taken = [];
            for (var round = 0; discipline.Count > 0; round++)
            {
                taken.Add(discipline.Next(round).Arrival);
            }

            Assert.Equal(places.Select(place => place.Arrival).Where(arrival => arrival % 3 != 0), taken.Order());
            Assert.Null(discipline.Peek(new QueueRound(99, default)));
        }
    }

    [Fact]
    public void An_unknown_name_stops_the_start_with_the_names_there_are()
    {
        var fault = Assert.Throws<ArgumentException>(Options("fifo").Validate).Message;
        Assert.StartsWith(
            "There is no queue discipline 'fifo'; there are groups, groups-round-robin, fcfs, longest-prefix, shortest-prefill, deadline.",
            fault,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => QueueDisciplines.Create(Options("fifo")));
        Assert.Contains("it is 0", Assert.Throws<ArgumentException>((Options("groups") with { PriorityGroups = 0 }).Validate).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>((Options("groups") with { PriorityGroups = Limits.PriorityGroups + 1 }).Validate);
        Assert.Throws<ArgumentException>((Options("groups") with { RoundRobinQuantum = 0 }).Validate);
    }

    private static WorkerCoreOptions Options(string discipline) => new() { BlockCount = 8, ContextTokens = 100, Discipline = discipline };

    private static IQueueDiscipline Filled(IQueueDiscipline discipline, params QueuePlace[] places)
    {
        foreach (var place in places)
        {
            discipline.Add(place);
        }

        return discipline;
    }

    /// <summary>The groups served in each round, when there is always room.</summary>
    private static string[] Rounds(IQueueDiscipline discipline, int rounds)
    {
        var served = new string[rounds];
        for (var number = 0; number < rounds; number++)
        {
            List<int> groups = [];
            while (discipline.Peek(new QueueRound(number, default)) is not null)
            {
                groups.Add(discipline.Next(number).Group);
            }

            served[number] = string.Join(' ', groups);
        }

        return served;
    }
}
