using Preble.Core.Batching;
using Preble.Testing;

namespace Preble.Core.Tests.Batching;

public sealed class PreemptionTests
{
    private static readonly WorkerCoreOptions Options = new()
    {
        BlockSize = 2, BlockCount = 5, ContextTokens = 100, StepTokens = 8, RunningSequences = 4, WatermarkShare = 0,
    };

    private readonly WorkerRig _rig = new(Options);

    [Fact]
    public void When_the_pool_is_full_the_youngest_gives_way_to_the_oldest()
    {
        StartThree(_rig);
        Assert.Equal(["a 4+1 samples in 0 1 4", "b 2+1 samples in 2 3"], Step());
        var counters = _rig.Core.Counters(_rig.Now);
        Assert.Equal((1, 1), (counters.PreemptionsTotal, counters.WaitingRequests));

        // The preempted one has its prompt, one token, to compute again.
        Assert.Equal(1, counters.PendingPrefillTokens);
    }

    [Fact]
    public void A_preempted_sequence_resumes_with_what_is_still_cached_and_goes_on_as_if_nothing_had_happened()
    {
        StartThree(_rig);
        Step();
        _rig.Cancel("a");
        Step();
        var resumed = Assert.Single(_rig.LastStep, chunk => string.Equals(chunk.Request, "c", StringComparison.Ordinal));
        Assert.True(resumed.Start > 0 || resumed.Count > 1, "it computes again what it had lost");
        _rig.RunToEnd();
        foreach (var request in new[] { "b", "c" })
        {
            var alone = AloneGenerator.Generate(Command(request), 256, Options.SequenceTokens);
            Assert.Equal(alone.Tokens, _rig.TokensOf(request));
        }
    }

    [Fact]
    public void A_preempted_sequence_comes_before_those_that_arrived_later()
    {
        StartThree(_rig);
        _rig.Submit(WorkerRig.Command("d", [60]));
        Step();
        _rig.Cancel("a");
        Step();
        Assert.Equal(["b", "c", "d"], _rig.LastStep.Select(chunk => chunk.Request));
    }

    [Fact]
    public void What_a_preempted_sequence_gave_up_is_not_for_one_that_came_later()
    {
        StartThree(_rig);
        _rig.Submit(WorkerRig.Command("d", [60]));
        Assert.Equal(2, Step().Length);
    }

    [Fact]
    public void The_youngest_without_a_free_block_keeps_its_blocks_and_waits_for_the_others()
    {
        var rig = new WorkerRig(Options with { BlockCount = 6 });
        StartThree(rig);
        rig.Step();
        Assert.Equal(["a 4+1 samples in 0 1 4", "b 2+1 samples in 2 5"], rig.LastStep.Select(chunk => chunk.ToString()));
        Assert.Equal((0, 3), (rig.Core.Counters(rig.Now).PreemptionsTotal, rig.Core.Counters(rig.Now).RunningRequests));
        rig.Cancel("b");
        rig.Step();
        Assert.Equal("c 2+1 samples in 3 5", rig.LastStep[^1].ToString());
    }

    [Fact]
    public void A_preempted_request_keeps_the_hits_of_its_first_admission()
    {
        StartThree(_rig);
        Step();
        _rig.Cancel("a");
        _rig.RunToEnd();
        Assert.All(_rig.Outputs, output => Assert.Equal(0, output.CachedTokens));
        Assert.Equal(0, _rig.Core.Counters(_rig.Now).CachedTokensTotal);
    }

    private static GenerateCommand Command(string request) => request switch
    {
        "a" => WorkerRig.Command("a", [1, 2, 3], maxOutputTokens: 8),
        "b" => WorkerRig.Command("b", [40], maxOutputTokens: 8),
        _ => WorkerRig.Command("c", [50], maxOutputTokens: 8),
    };

    /// <summary>Two steps: a has computed 4 tokens in blocks 0 and 1, b 2 in block 2, c 2 in block 3. Each needs a block next.</summary>
    private static void StartThree(WorkerRig rig)
    {
        foreach (var request in new[] { "a", "b", "c" })
        {
            Assert.Null(rig.Submit(Command(request)));
        }

        rig.RunSteps(2);
    }

    private string[] Step()
    {
        _rig.Step();
        return [.. _rig.LastStep.Select(chunk => chunk.ToString())];
    }
}
