using System.Globalization;
using Preble.Core;
using Preble.Core.Batching;
using Preble.Testing;

namespace Preble.Core.Tests.Batching;

/// <summary>Time-outs in the worker's core: in the queue, in flight, and never late.</summary>
public sealed class DeadlineTests
{
    private static readonly WorkerCoreOptions Options =
        new() { BlockSize = 4, BlockCount = 64, ContextTokens = 200, StepTokens = 16, RunningSequences = 1 };

    [Fact]
    public void A_running_request_ends_at_its_deadline_with_its_tokens_so_far_and_frees_its_blocks()
    {
        var rig = new WorkerRig(Options);
        rig.Submit(WorkerRig.Command("r", [1, 2, 3, 4, 5], 100) with { TimeoutSeconds = 4.5 });
        rig.RunSteps(6);
        Assert.Equal(FinishReason.TimedOut, rig.Ends[new RequestId("r")]);

        // A step takes a second; the fifth would have begun half a second too late.
        Assert.Equal(4, rig.TokensOf("r").Count);
        Assert.Equal(Options.BlockCount, rig.Core.Counters(rig.Now).FreeBlocks);
        rig.Core.Audit();
    }

    [Fact]
    public void A_waiting_request_ends_at_its_deadline_while_the_batch_is_full()
    {
        var rig = new WorkerRig(Options);
        rig.Submit("runs", [1, 2, 3], 50);
        rig.Step();
        rig.Submit(WorkerRig.Command("waits", [7, 8, 9], 5) with { TimeoutSeconds = 3 });
        rig.RunSteps(3);
        var end = Assert.Single(rig.Outputs, output => output.Request == new RequestId("waits"));
        Assert.Equal((FinishReason.TimedOut, (int?)null, 3.0), (end.Finish, end.Token, end.QueueSeconds));
        rig.RunToEnd();
        Assert.Equal(50, rig.TokensOf("runs").Count);
    }

    [Fact]
    public void A_request_that_ends_in_time_or_is_cancelled_leaves_no_deadline_behind()
    {
        var rig = new WorkerRig(Options);
        rig.Submit(WorkerRig.Command("ends", [1, 2, 3], 2) with { TimeoutSeconds = 100 });
        rig.Submit(WorkerRig.Command("leaves", [1, 2, 3], 2) with { TimeoutSeconds = 100 });
        rig.Cancel("leaves");
        rig.RunToEnd();
        rig.Now = TimeSpan.FromHours(1);
        Assert.Empty(rig.Core.EndOverdue(rig.Now));
        Assert.Equal(FinishReason.Length, rig.Ends[new RequestId("ends")]);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(1e9)]
    public void A_time_out_that_is_none_is_refused(double seconds)
    {
        var rejection = new WorkerRig(Options).Submit(WorkerRig.Command("r", [1]) with { TimeoutSeconds = seconds });
        Assert.Equal(RejectionReason.InvalidRequest, rejection?.Reason);
    }

    [Fact]
    public void The_queue_gives_what_a_list_that_is_searched_would_give()
    {
        var removedFromTheMiddle = 0;
        for (var seed = 1UL; seed <= 200; seed++)
        {
            var random = new SeededRandom(seed);
            var (queue, list, now) = (new DeadlineQueue(), new List<Sequence>(), TimeSpan.Zero);
            for (var i = 0; i < 200; i++)
            {
                now += TimeSpan.FromSeconds(random.Below(3));
                if (random.Chance(0.6))
                {
                    // Few different time-outs, so that deadlines meet; some have none.
                    var sequence = New($"{i}", now, random.Below(12));
                    queue.Add(sequence);
                    list.AddRange(sequence.Command.TimeoutSeconds > 0 ? [sequence] : []);
                }
                else if (list.Count > 0 && random.Chance(0.5))
                {
                    var left = random.Pick(list);
                    removedFromTheMiddle += left.Deadline > list.Min(sequence => sequence.Deadline) ? 1 : 0;
                    Remove(left);
                }

                while (queue.PeekPassed(now) is { } passed)
                {
                    Assert.Equal(list.Min(sequence => sequence.Deadline), passed.Deadline);
                    Remove(passed);
                }

                Assert.DoesNotContain(list, sequence => sequence.Deadline <= now);
                Assert.Equal(list.Count, queue.Count);
            }

            void Remove(Sequence sequence)
            {
                queue.Remove(sequence);
                queue.Remove(sequence);
                Assert.True(list.Remove(sequence), "the queue gives each sequence once");
            }
        }

        Assert.True(removedFromTheMiddle > 1000, $"{removedFromTheMiddle} left from the middle");
    }

    [Fact]
    public void A_queue_in_steady_state_allocates_nothing()
    {
        var sequences = Enumerable.Range(0, 64).Select(i => New($"{i}", TimeSpan.FromSeconds(i * 7 % 64), 5)).ToArray();
        var queue = new DeadlineQueue();
        Turn();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Turn();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Turn()
        {
            foreach (var sequence in sequences)
            {
                queue.Add(sequence);
            }

            while (queue.PeekPassed(TimeSpan.FromHours(1)) is { } passed)
            {
                queue.Remove(passed);
            }
        }
    }

    private static Sequence New(string name, TimeSpan arrived, int timeoutSeconds) =>
        new(WorkerRig.Command(name.ToString(CultureInfo.InvariantCulture), [1, 2]) with { TimeoutSeconds = timeoutSeconds }) { ArrivedAt = arrived };
}
