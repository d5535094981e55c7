using Preble.Core.Batching.Queueing;

namespace Preble.Core.Tests.Batching.Queueing;

public sealed class PriorityGroupsTests
{
    /// <summary>The vectors of the reference, preble.md §9.3.</summary>
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(100, 0)]
    [InlineData(101, 1)]
    [InlineData(600, 5)]
    [InlineData(630, 6)]
    [InlineData(900, 8)]
    [InlineData(901, 9)]
    [InlineData(1000, 9)]
    public void The_group_is_the_tenth_of_the_prompt_that_the_cached_share_reaches_into(int cachedOfThousand, int group) =>
        Assert.Equal(group, CachedShareGroups.GroupOf(cachedOfThousand, 1000, 10));

    [Fact]
    public void The_longest_prompt_does_not_overflow() => Assert.Equal(99, CachedShareGroups.GroupOf(int.MaxValue, int.MaxValue, 100));

    [Fact]
    public void Of_fifty_five_from_ten_full_groups_the_top_one_gives_ten_the_next_nine_and_the_last_one()
    {
        var discipline = Full(perGroup: 20);
        for (var cycle = 0; cycle < 2; cycle++)
        {
            var drawn = new int[10];
            for (var i = 0; i < 55; i++)
            {
                drawn[discipline.Next().Group]++;
            }

            Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], drawn);
        }
    }

    [Fact]
    public void Any_part_of_a_draw_is_proportional_to_within_a_turn_and_a_half()
    {
        var discipline = Full(perGroup: 60);
        var drawn = new int[10];
        for (var turn = 1; turn <= 5 * 55; turn++)
        {
            drawn[discipline.Next().Group]++;
            for (var group = 0; group < 10; group++)
            {
                var share = turn * (group + 1) / 55.0;
                Assert.True(Math.Abs(drawn[group] - share) < 1.5, $"after {turn} turns group {group} had {drawn[group]}, its share is {share}");
            }
        }
    }

    [Fact]
    public void The_top_group_begins()
    {
        var discipline = Full(perGroup: 1);
        Assert.Equal([9, 8, 7], new[] { discipline.Next().Group, discipline.Next().Group, discipline.Next().Group });
    }

    [Fact]
    public void Within_a_group_first_come_is_first_served()
    {
        var discipline = new PriorityGroups(10);
        foreach (var arrival in new[] { 3, 1, 2 })
        {
            discipline.Add(Places.Of(arrival, cachedTokens: 5));
        }

        Assert.Equal([1, 2, 3], discipline.Drain());
    }

    [Fact]
    public void One_without_a_hit_is_served_within_a_cycle_of_an_endless_stream_with_full_hits()
    {
        var discipline = new PriorityGroups(10);
        for (var arrival = 0; arrival < 100; arrival++)
        {
            discipline.Add(Places.Of(arrival, cachedTokens: 10));
        }

        // The stream has been served for a while when it comes.
        for (var i = 0; i < 50; i++)
        {
            discipline.Next();
        }

        discipline.Add(Places.Of(1000, cachedTokens: 0));
        for (var turn = 1; ; turn++)
        {
            Assert.True(turn <= 11, "two groups with weights 10 and 1 make a cycle of 11 turns");
            discipline.Add(Places.Of(1000 + turn, cachedTokens: 10));
            if (discipline.Next().Arrival == 1000)
            {
                break;
            }
        }
    }

    [Fact]
    public void Whose_turn_it_is_stays_so_until_it_is_taken()
    {
        var discipline = Full(perGroup: 2);
        discipline.Next();
        var turn = discipline.Peek(default);
        Assert.Same(turn, discipline.Peek(new QueueRound(7, default)));
        Assert.Same(turn, discipline.Next());
    }

    [Fact]
    public void One_whose_prefix_becomes_cached_moves_to_a_higher_group_and_back_when_it_is_evicted()
    {
        var discipline = new PriorityGroups(10);
        var (one, other) = (Places.Of(1, cachedTokens: 0), Places.Of(2, cachedTokens: 5));
        discipline.Add(one);
        discipline.Add(other);
        Assert.Same(other, discipline.Peek(default));
        one.MatchedBlocks = 9;
        discipline.Rebin(one);
        Assert.Same(one, discipline.Peek(default));
        one.MatchedBlocks = 1;
        discipline.Rebin(one);
        Assert.Same(other, discipline.Peek(default));
    }

    [Fact]
    public void An_empty_queue_forgets_who_was_served()
    {
        var discipline = new PriorityGroups(2);
        discipline.Add(Places.Of(0, cachedTokens: 10));
        discipline.Add(Places.Of(1, cachedTokens: 0));
        Assert.Equal([0, 1], discipline.Drain());
        discipline.Add(Places.Of(2, cachedTokens: 10));
        discipline.Add(Places.Of(3, cachedTokens: 0));
        Assert.Equal([2, 3], discipline.Drain());
    }

    /// <summary>Ten groups with so many requests each.</summary>
    private static PriorityGroups Full(int perGroup)
    {
        var discipline = new PriorityGroups(10);
        for (var i = 0; i < perGroup * 10; i++)
        {
            discipline.Add(Places.Of(i, cachedTokens: (i % 10) + 1));
        }

        return discipline;
    }
}
