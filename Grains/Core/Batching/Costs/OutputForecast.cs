namespace Preble.Core.Batching.Costs;

/// <summary>
/// How much longer a sequence is expected to go on, learned from the lengths of the outputs that ended: the mean of those that were longer than it is
/// now. Recent ones count more. Lengths are kept in bins that grow with them, four to each doubling.
/// </summary>
public sealed class OutputForecast
{
    private const int Bins = 96;
    private const int BinsPerDoubling = 4;

    /// <summary>What each ended output leaves of the weight of those before: about the last fifty count.</summary>
    private const double Decay = 0.98;

    /// <summary>Assumed until the first outputs have ended; counts as one of them.</summary>
    private const int AssumedTokens = 128;

    /// <summary>Less than this of the weight is no experience.</summary>
    private const double LeastWeight = 0.01;

    private readonly double[] _weights = new double[Bins];
    private readonly double[] _tokens = new double[Bins];
    private readonly double[] _weightsFrom = new double[Bins + 1];
    private readonly double[] _tokensFrom = new double[Bins + 1];

    public OutputForecast() => Observe(AssumedTokens);

    /// <summary>An output has ended by itself or at its limit; a cancelled one says nothing.</summary>
    public void Observe(int outputTokens)
    {
        var bin = BinOf(outputTokens);
        for (var i = Bins - 1; i >= 0; i--)
        {
            _weights[i] = (_weights[i] * Decay) + (i == bin ? 1 : 0);
            _tokens[i] = (_tokens[i] * Decay) + (i == bin ? outputTokens : 0);
            _weightsFrom[i] = _weightsFrom[i + 1] + _weights[i];
            _tokensFrom[i] = _tokensFrom[i + 1] + _tokens[i];
        }
    }

    /// <summary>Expected further tokens of a sequence that has put out so many, at least 1 and at most <paramref name="limit"/>.</summary>
    public double Remaining(int outputTokens, int limit)
    {
        var longer = BinOf(outputTokens) + 1;
        var experienced = longer < Bins && _weightsFrom[longer] > LeastWeight * _weightsFrom[0];

        // One that has outlived all others may go on for half as long again: there is no telling.
        var expected = experienced ? (_tokensFrom[longer] / _weightsFrom[longer]) - outputTokens : outputTokens / 2.0;
        return Math.Clamp(expected, Math.Min(1, limit), Math.Max(0, limit));
    }

    private static int BinOf(int tokens) => Math.Min(Bins - 1, (int)(BinsPerDoubling * Math.Log2(Math.Max(0, tokens) + 1)));
}
