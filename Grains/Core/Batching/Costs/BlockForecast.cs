namespace Preble.Core.Batching.Costs;

/// <summary>
/// The blocks that running sequences are expected to need beyond those they hold: all of what they know already, and a share of what they
/// will put out. The share is learned, as SGLang's new-token ratio is: those who run do not all reach their end together, so all of it would
/// leave memory idle; each preemption raises it, each request that ends without lowers it a little.
/// </summary>
public sealed class BlockForecast(WorkerCoreOptions options, OutputForecast outputs)
{
    private const double FirstShare = 0.6;
    private const double LeastShare = 0.2;
    private const double MostShare = 1.5;
    private const double PreemptionStep = 0.05;
    private const double EndStep = 0.002;

    /// <summary>The share of the expected output for which blocks are kept.</summary>
    public double Share { get; private set; } = FirstShare;

    /// <summary>Blocks still to come for those who run and for the growth of one who would join them.</summary>
    public int Blocks(RunningQueue running, Sequence joining)
    {
        var blocks = BlocksAhead(joining) - BlocksFor(joining.KnownCount);
        for (var i = 0; i < running.Count; i++)
        {
            blocks += Math.Max(0, BlocksAhead(running[i]) - running[i].Table.Count);
        }

        return blocks;
    }

    /// <summary>Expected further output of a sequence, within its limits.</summary>
    public double RemainingTokens(Sequence sequence)
    {
        var limit = Math.Min(sequence.Command.MaxOutputTokens - sequence.OutputCount, options.SequenceTokens - sequence.KnownCount);
        return outputs.Remaining(sequence.KnownCount - sequence.OriginalPromptLength, limit);
    }

    /// <summary>The forecast was too low: a running sequence had to give its blocks back.</summary>
    public void Preempted() => Share = Math.Min(MostShare, Share + PreemptionStep);

    /// <summary>A sequence ended by itself: its length is learned.</summary>
    public void Ended(Sequence sequence)
    {
        Share = Math.Max(LeastShare, Share - EndStep);
        outputs.Observe(sequence.KnownCount - sequence.OriginalPromptLength);
    }

    private int BlocksAhead(Sequence sequence) => BlocksFor(sequence.KnownCount + (int)(Share * RemainingTokens(sequence)));

    private int BlocksFor(int tokens) => (tokens + options.BlockSize - 1) / options.BlockSize;
}
