namespace Preble.Core.Batching;

/// <summary>What a computed chunk means for its sequence: which of the sampled tokens count, and whether it ends.</summary>
public sealed partial class WorkerCore
{
    private void Complete(in ScheduledChunk chunk, ReadOnlySpan<int> sampled, TimeSpan now)
    {
        var sequence = chunk.Sequence;
        Invariant.Require(sequence.Status == SequenceStatus.Running, "nothing is preempted once it is planned");
        Computed(sequence, chunk.Start + chunk.Count - chunk.Drafts);
        _pins.Computed(sequence, now);

        // Before any output of this step: the last one of a sequence says what was guessed for it.
        sequence.DraftedTokens += chunk.Drafts;
        if (chunk.Samples)
        {
            Continue(sequence, sampled[0]);
        }

        if (chunk.Drafts > 0)
        {
            Verify(sequence, sampled);
        }
    }

    /// <summary>
    /// Each guess that is the token sampled in its place was computed as that token would have been, so the token sampled after it counts too.
    /// What was computed from the first wrong guess on is computed again, over what it left in the blocks.
    /// </summary>
    private void Verify(Sequence sequence, ReadOnlySpan<int> sampled)
    {
        var drafts = sequence.Drafts;
        var accepted = 0;
        while (accepted < drafts.Length && sequence.Status == SequenceStatus.Running && sampled[accepted] == drafts[accepted])
        {
            accepted++;
            sequence.AcceptedTokens++;
            Computed(sequence, sequence.ComputedCount + 1);
            Continue(sequence, sampled[accepted]);
        }

        _totals.Draft(drafts.Length, accepted);
        sequence.SettleDrafts(accepted);
    }

    private void Computed(Sequence sequence, int tokens)
    {
        sequence.ComputedCount = tokens;
        _cache.Register(sequence.Table, sequence.Hashes, sequence.KnownTokens, tokens);
    }

    private void Continue(Sequence sequence, int token)
    {
        Invariant.Require(token >= 0, "a chunk that samples gives a token");
        if (StopRules.IsStopToken(sequence.Command, token))
        {
            Answer(sequence, null, FinishReason.Stop);
            return;
        }

        sequence.AppendToken(token);
        _waiting.ChargeOutput(sequence);
        _totals.OutputTokens++;
        Answer(sequence, token, StopRules.IsAtLength(sequence, _options.SequenceTokens) ? FinishReason.Length : null);
    }

    private void Answer(Sequence sequence, int? token, FinishReason? finish)
    {
        _outputs.Add(SequenceOutput.Of(sequence, token, finish, sequence.QueueSeconds));
        if (finish is not null)
        {
            _costs.Forecast.Ended(sequence);
            End(sequence);
        }
    }
}
