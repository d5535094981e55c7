namespace Preble.Core.Batching.Costs;

/// <summary>
/// How long a worker needs for all that it has accepted: the prefill still to do, and the expected output in batches as large as its memory and its steps
/// allow, but no sooner than its longest sequence. <see cref="Add"/> each sequence, then read <see cref="Seconds"/>.
/// </summary>
public struct DrainEstimate(WorkerCoreOptions options, StepCostModel model)
{
    private double _prefillSeconds;
    private double _outputTokens;
    private double _longestOutput;
    private double _knownTokens;
    private int _sequences;

    public void Add(Sequence sequence, double remainingTokens)
    {
        // One uncomputed token is a decode, and counted as output.
        var missing = sequence.UncomputedCount;
        _prefillSeconds += missing > 1 ? model.PrefillWork(missing, sequence.ComputedCount) : 0;
        _outputTokens += remainingTokens;
        _longestOutput = Math.Max(_longestOutput, remainingTokens);
        _knownTokens += sequence.KnownCount;
        _sequences++;
    }

    public readonly double Seconds
    {
        get
        {
            if (_sequences == 0)
            {
                return 0;
            }

            var length = Math.Max(1, (_knownTokens + (_outputTokens / 2)) / _sequences);
            var fitting = (double)options.BlockCount * options.BlockSize / length;
            var batch = (int)Math.Clamp(fitting, 1, Math.Min(_sequences, options.RunningSequences));
            var together = _outputTokens / batch * model.DecodeTime(batch, (long)(batch * length));
            var alone = _longestOutput * model.DecodeTime(1, (long)length);
            return _prefillSeconds + Math.Max(together, alone);
        }
    }
}
