using Preble.Core.Placement.Policies;

namespace Preble.Core.Placement.Explaining;

/// <summary>
/// What policies thought of workers, of many decisions one after the other in one array that is overwritten from its start: it grows to what
/// the decisions remembered need, at most to the bound, and then allocates nothing.
/// </summary>
internal sealed class ScoreRing(int mostScores)
{
    private Score[] _scores = [];
    private long _written;

    /// <summary>Appends the scores and returns the number of the first; it names them in <see cref="Read"/>.</summary>
    /// <param name="wanted">How many scores the decisions remembered need together.</param>
    public long Add(List<WorkerScore> scores, int blockSize, long wanted)
    {
        if (_scores.Length < Math.Min(mostScores, wanted))
        {
            Grow(wanted);
        }

        var first = _written;
        foreach (var score in scores)
        {
            if (_scores.Length > 0)
            {
                _scores[_written % _scores.Length] = new Score(score, blockSize);
            }

            _written++;
        }

        return first;
    }

    /// <summary>The scores from a number on; empty when any of them has been overwritten.</summary>
    public WorkerScoreRecord[] Read(long first, int count)
    {
        if (first < _written - _scores.Length)
        {
            return [];
        }

        var scores = new WorkerScoreRecord[count];
        for (var index = 0; index < count; index++)
        {
            scores[index] = _scores[(first + index) % _scores.Length].ToRecord();
        }

        return scores;
    }

    /// <summary>At least doubles, so that a fleet that grows worker by worker does not copy each time.</summary>
    private void Grow(long wanted)
    {
        var grown = new Score[Math.Min(mostScores, Math.Max(wanted, 2L * _scores.Length))];
        for (var number = Math.Max(0, _written - _scores.Length); number < _written; number++)
        {
            grown[number % grown.Length] = _scores[number % _scores.Length];
        }

        _scores = grown;
    }

    /// <summary>Names the worker and not its view, so that one that has left is not kept.</summary>
    private readonly struct Score(in WorkerScore score, int blockSize)
    {
        private readonly WorkerId _worker = score.Worker.Id;
        private readonly int _overlapTokens = score.OverlapBlocks * blockSize;
        private readonly int _inFlight = score.Worker.InFlight;
        private readonly double _load = score.LoadSeconds;
        private readonly double _eviction = score.EvictionSeconds;
        private readonly double _prefill = score.PrefillSeconds;
        private readonly double _total = score.Total;
        private readonly double _wait = score.WaitSeconds;

        public WorkerScoreRecord ToRecord() => new(_worker, _overlapTokens, _inFlight, _load, _eviction, _prefill, _total, _wait);
    }
}
