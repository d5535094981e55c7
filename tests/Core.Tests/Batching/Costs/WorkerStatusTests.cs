using Preble.Core.Batching;
using Preble.Core.Batching.Costs;
using Preble.Core.Batching.Queueing;
using Preble.Testing;

namespace Preble.Core.Tests.Batching.Costs;

/// <summary>What a worker tells the scheduler of its time.</summary>
public sealed class WorkerStatusTests
{
    private static readonly StepCostModel Machine = new(0.005, 1e-3, 1e-7, 3e-3, 1e-6);

    private static readonly WorkerCoreOptions Options = new()
    {
        BlockCount = 2000, ContextTokens = 4096, Costs = Machine.ToProfile(), ForecastGrowth = true, WaitingRequests = 200, RunningSequences = 16,
    };

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(150)]
    public void The_time_to_drain_is_about_what_it_takes(int requests)
    {
        var (worker, random) = (new VirtualWorker(Options, Machine), new SeededRandom(11));
        for (var i = 0; i < 50; i++)
        {
            worker.Submit($"before{i}", 50, random.Between(50, 150));
        }

        worker.RunToEnd();
        for (var i = 0; i < requests; i++)
        {
            worker.Submit($"r{i}", random.Between(100, 900), random.Between(50, 150));
        }

        var (start, estimate) = (worker.Now, worker.Core.Counters(worker.Now).DrainSeconds);
        worker.RunToEnd();
        Assert.InRange(estimate / (worker.Now - start).TotalSeconds, 0.6, 1.4);
        Assert.Equal(0, worker.Core.Counters(worker.Now).DrainSeconds);
    }

    [Fact]
    public void A_full_queue_says_when_half_of_it_will_be_done()
    {
        var worker = new VirtualWorker(Options with { WaitingRequests = 2, RunningSequences = 2 }, Machine);
        for (var i = 0; i < 4; i++)
        {
            Assert.Null(worker.Submit($"r{i}", 2000, 100));
        }

        var refused = worker.Submit("late", 10, 10);
        Assert.Equal(RejectionReason.QueueFull, refused!.Reason);
        var drain = worker.Core.Counters(worker.Now).DrainSeconds;
        Assert.InRange(drain, 8, 20);
        Assert.Equal(Math.Ceiling(drain / 2), refused.RetryAfterSeconds);
    }

    [Fact]
    public void A_hint_to_retry_is_from_a_second_to_a_minute()
    {
        Assert.Equal(1, Admission.QueueFull(1, 0).RetryAfterSeconds);
        Assert.Equal(Limits.RetrySeconds, Admission.QueueFull(1, 1e9).RetryAfterSeconds);
    }

    [Fact]
    public void Steps_that_decode_and_steps_that_prefill_are_told_apart()
    {
        var worker = new VirtualWorker(Options, Machine);
        worker.Submit("r", 400, 10);
        worker.RunToEnd();
        var now = worker.Core.Counters(worker.Now);
        Assert.Equal(worker.StepSeconds[0], now.PrefillStepSeconds, 9);
        Assert.Equal(worker.StepSeconds.Skip(1).Average(), now.DecodeStepSeconds, 9);
        var later = worker.Core.Counters(worker.Now + TimeSpan.FromSeconds(31));
        Assert.Equal((0, 0), (later.PrefillStepSeconds, later.DecodeStepSeconds));
    }

    [Fact]
    public void Queue_delays_are_kept_by_the_queues_own_groups()
    {
        var delays = new QueueDelays(10);
        delays.Add(4, 100, 0, TimeSpan.FromSeconds(1));
        delays.Add(2, 100, 9, TimeSpan.FromSeconds(2));
        delays.Add(0.5, 100, 95, TimeSpan.FromSeconds(3));
        delays.Add(0.1, 100, 100, TimeSpan.FromSeconds(3));
        Assert.Equal([3, 0, 0, 0, 0, 0, 0, 0, 0, 0.3], delays.Means(TimeSpan.FromSeconds(4)).Select(mean => Math.Round(mean, 9)));
        Assert.Equal([2, 0, 0, 0, 0, 0, 0, 0, 0, 0.3], delays.Means(TimeSpan.FromSeconds(31)).Select(mean => Math.Round(mean, 9)));
        Assert.All(delays.Means(TimeSpan.FromSeconds(99)), mean => Assert.Equal(0, mean));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(10)]
    [InlineData(13)]
    public void A_worker_keeps_them_for_as_many_groups_as_its_queue_has_and_by_the_same_rule(int groups)
    {
        // The bounds of groups are where two rules would differ: 10 % of ten groups is the first group's, not the second's.
        for (var cached = 0; cached <= 40; cached++)
        {
            var costs = new WorkerCosts(Options with { PriorityGroups = groups });
            costs.Delays.Add(1, 40, cached, TimeSpan.FromSeconds(1));
            var means = costs.Delays.Means(TimeSpan.FromSeconds(1));
            Assert.Equal(groups, means.Length);
            Assert.Equal(CachedShareGroups.GroupOf(cached, 40, groups), means.IndexOf(1));
        }
    }

    [Fact]
    public void The_time_to_drain_is_estimated_once_a_beat_unless_work_begins_or_ends()
    {
        var beat = TimeSpan.FromMilliseconds(50);
        var worker = new VirtualWorker(Options, Machine);
        Assert.Equal(0, worker.Core.Counters(worker.Now, beat).DrainSeconds);
        worker.Submit("first", 400, 10);
        var one = worker.Core.Counters(worker.Now, beat).DrainSeconds;
        Assert.Equal(worker.Core.Counters(worker.Now).DrainSeconds, one);
        worker.Submit("second", 400, 10);
        Assert.Equal(one, worker.Core.Counters(worker.Now + (beat / 2), beat).DrainSeconds);
        var two = worker.Core.Counters(worker.Now + beat, beat).DrainSeconds;
        Assert.True(two > one * 1.5, $"{one} s, then {two} s");
        worker.RunToEnd();
        Assert.Equal(0, worker.Core.Counters(worker.Now, beat).DrainSeconds);
    }
}
