using Preble.Core.Batching;
using Preble.Core.Batching.Queueing;
using Preble.Testing;
using Xunit.Abstractions;

namespace Preble.Core.Properties.Batching.Queueing;

/// <summary>Each discipline against a dumb one, through arrivals, cancels, turns taken and blocks that come and go.</summary>
public sealed class DisciplineProperties(ITestOutputHelper output)
{
    [Theory]
    [InlineData("groups")]
    [InlineData("fcfs")]
    [InlineData("longest-prefix")]
    [InlineData("shortest-prefill")]
    [InlineData("deadline")]
    public void A_discipline_gives_the_turns_that_a_dumb_one_gives(string name)
    {
        var (turns, passedOver, longest) = (0, 0, 0);
        for (var seed = 0UL; seed < 200; seed++)
        {
            var random = new SeededRandom(seed);
            var groups = random.Between(1, 12);
            var discipline = QueueDisciplines.Create(new WorkerCoreOptions { BlockCount = 8, ContextTokens = 99, Discipline = name, PriorityGroups = groups });
            var dumb = new DumbQueue(name, groups);
            for (var step = 0; step < 300; step++)
            {
                var round = new QueueRound(step, TimeSpan.FromSeconds(step * 0.2));
                Change(random, discipline, dumb, step);
                Assert.Equal(dumb.Places.Count, discipline.Count);
                var turn = discipline.Peek(round);
                Assert.Same(dumb.Peek(round.Now), turn);
                longest = Math.Max(longest, discipline.Count);
                if (turn is not null && random.Chance(0.45))
                {
                    passedOver += turn.Arrival == dumb.Places.Min(place => place.Arrival) ? 0 : 1;
                    turns++;
                    discipline.Take(turn, round);
                    dumb.Take(turn);
                }
            }
        }

        output.WriteLine($"{turns} turns, {passedOver} of them not the oldest's, {longest} waiting at most");
        Assert.True(turns > 15_000 && longest > 25);
        Assert.True(passedOver > 1000 || string.Equals(name, "fcfs", StringComparison.Ordinal));
    }

    [Fact]
    public void No_group_waits_longer_than_two_cycles_whatever_comes_and_goes()
    {
        for (var seed = 0UL; seed < 300; seed++)
        {
            var random = new SeededRandom(seed);
            var discipline = new PriorityGroups(10);
            for (var i = 0; i < random.Below(200); i++)
            {
                Drive(random, discipline, i);
            }

            var lone = PlaceOf(10_000, cachedTokens: 0, random);
            discipline.Add(lone);
            var (turns, first) = (0, discipline.Peek(default));
            for (; first != lone && (first!.Group > 0 || first.Arrival > lone.Arrival); first = discipline.Peek(default))
            {
                discipline.Take(first, default);
                Assert.True(++turns <= 110, $"seed {seed}: group 0 was not served in {turns} turns");
                Drive(random, discipline, 20_000 + turns);
            }
        }
    }

    /// <summary>One more, with some hit; now and then nobody.</summary>
    private static void Drive(SeededRandom random, PriorityGroups discipline, long arrival)
    {
        if (random.Chance(0.9))
        {
            discipline.Add(PlaceOf(arrival, random.Between(1, 20), random));
        }

        if (arrival < 10_000 && random.Chance(0.5) && discipline.Peek(default) is { } place)
        {
            discipline.Take(place, default);
        }
    }

    private static void Change(SeededRandom random, IQueueDiscipline discipline, DumbQueue dumb, int step)
    {
        if (dumb.Places.Count == 0 || random.Chance(0.55))
        {
            // A preempted one would come back with an early arrival, so arrivals are not in order.
            var arrival = (step * 10) - random.Below(60);
            var place = PlaceOf(arrival, random.Below(21), random, arrival * 0.02);
            if (dumb.Places.TrueForAll(other => other.Arrival != place.Arrival))
            {
                discipline.Add(place);
                dumb.Places.Add(place);
            }
        }
        else if (random.Chance(0.6))
        {
            var place = random.Pick(dumb.Places);
            place.MatchedBlocks = random.Below(Math.Min(place.Sequence.PromptLength, 21));
            discipline.Rebin(place);
        }
        else if (random.Chance(0.4))
        {
            var place = random.Pick(dumb.Places);
            discipline.Remove(place);
            dumb.Remove(place);
        }
    }

    private static QueuePlace PlaceOf(long arrival, int cachedTokens, SeededRandom random, double arrivedAt = 0)
    {
        var command = WorkerRig.Command("r", new int[random.Between(20, 30)]) with { TimeoutSeconds = random.Below(40) };
        var sequence = new Sequence(command, blockSize: 1) { Arrival = arrival, ArrivedAt = TimeSpan.FromSeconds(arrivedAt) };
        sequence.Place.MatchedBlocks = cachedTokens;
        return sequence.Place;
    }
}
