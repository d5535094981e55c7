namespace Preble.Core.Batching.Costs;

/// <summary>A step and what it took.</summary>
public readonly record struct CostSample(StepLoad Load, double Seconds);

/// <summary>
/// The cost model that fits measured steps best: least squares of the relative errors, no coefficient below zero. With five coefficients there
/// are 31 choices of which are above zero; the best of those that solve to no negative value is the optimum, exactly.
/// </summary>
public static class CostFit
{
    private const int Columns = 5;

    /// <summary>A pivot that has lost this much of its diagonal stands for a column that the others already say.</summary>
    private const double LeastPivot = 1e-9;

    /// <summary>A choice that explains no more than this beyond a smaller one is a tie.</summary>
    private const double Tie = 1e-13;

    /// <summary>The model; null when no sample took any time.</summary>
    public static StepCostModel? Fit(ReadOnlySpan<CostSample> samples) =>
        Solve(samples) is [var step, var token, var context, var decode, var decodeContext]
            ? new StepCostModel(step, token, context, decode, decodeContext)
            : null;

    /// <summary>The five coefficients; null when no sample took any time.</summary>
    internal static double[]? Solve(ReadOnlySpan<CostSample> samples)
    {
        var (gram, target, scale) = Normal(samples);
        double[]? best = null;
        var bestGain = 0.0;
        for (var choice = 1; choice < 1 << Columns; choice++)
        {
            // The gain is how much of the squares the choice explains: bigger is a smaller residual.
            if (SolveFor(choice, gram, target) is { } found && Gain(found, target) > bestGain * (1 + Tie))
            {
                (best, bestGain) = (found, Gain(found, target));
            }
        }

        for (var i = 0; best is not null && i < Columns; i++)
        {
            best[i] *= scale[i];
        }

        return best;
    }

    /// <summary>The row of one sample, each value over the measured seconds: what counts is the relative error.</summary>
    internal static double[] Row(in CostSample sample) =>
    [
        1 / sample.Seconds, sample.Load.PrefillTokens / sample.Seconds, sample.Load.PrefillAttended / sample.Seconds,
        sample.Load.Decodes / sample.Seconds, sample.Load.DecodeContext / sample.Seconds,
    ];

    /// <summary>The normal equations with columns of length 1; the target of each row is 1.</summary>
    private static (double[,] Gram, double[] Target, double[] Scale) Normal(ReadOnlySpan<CostSample> samples)
    {
        var (gram, target, scale) = (new double[Columns, Columns], new double[Columns], new double[Columns]);
        foreach (var sample in samples)
        {
            var row = sample.Seconds is > 0 and < double.PositiveInfinity ? Row(sample) : new double[Columns];
            for (var i = 0; i < Columns; i++)
            {
                target[i] += row[i];
                for (var j = 0; j < Columns; j++)
                {
                    gram[i, j] += row[i] * row[j];
                }
            }
        }

        for (var i = 0; i < Columns; i++)
        {
            scale[i] = gram[i, i] > 0 ? 1 / Math.Sqrt(gram[i, i]) : 0;
        }

        for (var i = 0; i < Columns; i++)
        {
            target[i] *= scale[i];
            for (var j = 0; j < Columns; j++)
            {
                gram[i, j] *= scale[i] * scale[j];
            }
        }

        return (gram, target, scale);
    }

    /// <summary>The solution with the chosen columns only, by Cholesky's way; null when they depend on each other or a value is negative.</summary>
    private static double[]? SolveFor(int choice, double[,] gram, double[] target)
    {
        int[] chosen = [.. Enumerable.Range(0, Columns).Where(column => (choice & (1 << column)) != 0)];
        var lower = new double[chosen.Length, chosen.Length];
        var forward = new double[chosen.Length];
        for (var i = 0; i < chosen.Length; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var rest = gram[chosen[i], chosen[j]];
                for (var k = 0; k < j; k++)
                {
                    rest -= lower[i, k] * lower[j, k];
                }

                if (i == j && rest < LeastPivot)
                {
                    return null;
                }

                lower[i, j] = i == j ? Math.Sqrt(rest) : rest / lower[j, j];
            }

            forward[i] = target[chosen[i]];
            for (var k = 0; k < i; k++)
            {
                forward[i] -= lower[i, k] * forward[k];
            }

            forward[i] /= lower[i, i];
        }

        return Back(chosen, lower, forward);
    }

    private static double[]? Back(int[] chosen, double[,] lower, double[] forward)
    {
        var solution = new double[Columns];
        for (var i = chosen.Length - 1; i >= 0; i--)
        {
            var rest = forward[i];
            for (var k = i + 1; k < chosen.Length; k++)
            {
                rest -= lower[k, i] * solution[chosen[k]];
            }

            solution[chosen[i]] = rest / lower[i, i];
            if (solution[chosen[i]] < 0)
            {
                return null;
            }
        }

        return solution;
    }

    private static double Gain(double[] solution, double[] target)
    {
        var gain = 0.0;
        for (var i = 0; i < Columns; i++)
        {
            gain += solution[i] * target[i];
        }

        return gain;
    }
}
