using Preble.Core.Batching;
using Preble.Testing;

namespace Preble.Core.Tests.Batching.Queueing;

/// <summary>The worked example of docs/batching.md, number by number.</summary>
public sealed class QueueExampleTests
{
    private static readonly int[] Shared = [1, 2, 3, 4, 5, 6, 7, 8];

    private readonly WorkerRig _rig = new(new WorkerCoreOptions
    {
        BlockSize = 4, BlockCount = 32, ContextTokens = 100, StepTokens = 8, RunningSequences = 2, PriorityGroups = 2, WatermarkShare = 0,
    });

    [Fact]
    public void The_example_of_the_document_goes_as_it_says()
    {
        Submit("a", [.. Shared, 10], "X");
        Submit("b", [.. Shared, 11], "X");
        Submit("c", [20, 21, 22, 23, 24, 25], "X");
        Submit("d", [30], "Y");
        Submit("e", [40], "X", priority: -1);

        Assert.Equal(["e 0+1", "a 0+7"], Step());
        Assert.Equal(["a 7+2", "d 0+1"], Step());
        Assert.Equal(["b 8+1", "c 0+6"], Step());
        Assert.False(_rig.Core.HasWork);
        Assert.Equal(18, _rig.Engine.TokensComputed);
        Assert.Equal(26, _rig.Core.Counters(_rig.Now).PromptTokensTotal);
    }

    private void Submit(string request, int[] prompt, string tenant, int priority = 0) =>
        Assert.Null(_rig.Submit(WorkerRig.Command(request, prompt, maxOutputTokens: 1) with { Tenant = tenant, Priority = priority }));

    private string[] Step()
    {
        _rig.Step();
        return [.. _rig.LastStep.Select(chunk => $"{chunk.Request} {chunk.Start}+{chunk.Count}")];
    }
}
