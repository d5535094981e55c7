using Preble.Core.Batching;
using Preble.Testing;

namespace Preble.Core.Tests.Batching;

public sealed class SteadyDecodeTests
{
    [Fact]
    public void A_step_of_steady_decode_allocates_nothing()
    {
        var core = new WorkerCore(new WorkerCoreOptions { BlockCount = 4096, ContextTokens = 4096 });
        for (var i = 0; i < Limits.RunningSequences; i++)
        {
            Assert.Null(core.Submit(WorkerRig.Command($"r{i}", [i, 1, 2], maxOutputTokens: 2000), default));
        }

        var sampled = new int[Limits.RunningSequences];
        var (outputs, pending) = (0, 0L);

        // Lists double as they grow; after 600 tokens none grows before the 1000th token or the 64th block.
        Run(600);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(300);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal((900 * Limits.RunningSequences, 0), (outputs, pending));

        void Run(int steps)
        {
            for (var step = 0; step < steps; step++)
            {
                var plan = core.PlanStep(TimeSpan.FromSeconds(step));
                for (var i = 0; i < plan.Count; i++)
                {
                    sampled[i] = step * 31 % 251;
                }

                outputs += core.CompleteStep(sampled, TimeSpan.FromSeconds(step)).Count;
                pending += core.Counters(TimeSpan.FromSeconds(step)).PendingPrefillTokens;
            }
        }
    }
}
