namespace Preble.Core.Batching.Speculation;

/// <summary>
/// Adds drafts to a plan that is otherwise complete: they get what all else has left of tokens and time, and only slots of blocks that their
/// sequences have already, so that no guess takes a block from anybody. The more sequences decode the fewer guesses each has, until there
/// are none: a batch that keeps the cores busy by itself gains nothing by rows that may be for nothing.
/// </summary>
public sealed class DraftPlanner(WorkerCoreOptions options)
{
    public void Plan(StepPlan plan, TokenBudget budget)
    {
        if (options.SpeculateTokens == 0)
        {
            return;
        }

        var share = ShareOf(plan);
        for (var i = 0; i < plan.Count && share > 0; i++)
        {
            var chunk = plan.Chunks[i];
            var most = IsDecode(chunk) ? Math.Min(Math.Min(share, Room(chunk)), budget.DraftTokens(chunk.Start)) : 0;
            if (most > 0 && chunk.Sequence.Draft(most) is > 0 and var drafts)
            {
                budget.SpendDrafts(drafts, chunk.Start);
                plan.Extend(i, drafts);
            }
        }
    }

    /// <summary>Guesses that each sequence may have.</summary>
    private int ShareOf(StepPlan plan)
    {
        var decodes = 0;
        for (var i = 0; i < plan.Count; i++)
        {
            decodes += IsDecode(plan.Chunks[i]) ? 1 : 0;
        }

        return decodes == 0 ? 0 : Math.Min(options.SpeculateTokens, (Limits.SpeculatedRows / decodes) - 1);
    }

    /// <summary>Slots after the chunk that its sequence has, and tokens that may follow the one it samples.</summary>
    private int Room(in ScheduledChunk chunk)
    {
        var sequence = chunk.Sequence;
        var slots = (sequence.Blocks.Length * options.BlockSize) - (chunk.Start + chunk.Count);
        var tokens = Math.Min(sequence.Command.MaxOutputTokens - sequence.OutputCount, options.SequenceTokens - sequence.KnownCount);
        return Math.Min(slots, tokens - 1);
    }

    private static bool IsDecode(in ScheduledChunk chunk) => chunk is { Samples: true, Count: 1 };
}
