using Preble.Core.Batching.Costs;
using Preble.Testing;

namespace Preble.Core.Tests.Batching.Costs;

public sealed class CostFitTests
{
    private const int Columns = 5;

    [Fact]
    public void Exact_times_give_the_model_back()
    {
        var random = new SeededRandom(3);
        for (var i = 0; i < 50; i++)
        {
            var truth = StepCostModelTests.Any(random);
            CostSample[] samples = [.. Loads(random, 30).Select(load => new CostSample(load, truth.Seconds(load)))];
            var found = CostFit.Fit(samples)!.Value;
            foreach (var load in Loads(random, 20))
            {
                Assert.Equal(1, found.Seconds(load) / truth.Seconds(load), 1e-4);
            }
        }
    }

    [Fact]
    public void The_fit_is_as_good_as_that_of_a_slow_search()
    {
        var random = new SeededRandom(4);
        var atZero = 0;
        for (var i = 0; i < 60; i++)
        {
            // Times that no model explains, so that some coefficient would like to be negative.
            CostSample[] samples = [.. Loads(random, random.Between(2, 12)).Select(load => new CostSample(load, random.Between(1, 50) / 1000.0))];
            var found = CostFit.Solve(samples)!;
            Assert.All(found, value => Assert.True(value >= 0));
            Assert.True(Residual(samples, found) <= Residual(samples, Descend(samples)) * (1 + 1e-6) + 1e-9, $"round {i}");
            atZero += found.Count(value => value == 0);
        }

        Assert.True(atZero > 60, "in most rounds some coefficient must have been kept at zero");
    }

    [Fact]
    public void Nothing_measured_is_no_model()
    {
        Assert.Null(CostFit.Fit([]));
        Assert.Null(CostFit.Fit([new CostSample(new StepLoad(1, 1, 1, 1), 0), new CostSample(new StepLoad(1, 1, 1, 1), double.NaN)]));
    }

    /// <summary>The dumb oracle: one coefficient at a time, to its best value or to zero, very often.</summary>
    private static double[] Descend(CostSample[] samples)
    {
        double[][] rows = [.. samples.Select(sample => CostFit.Row(sample))];
        var x = new double[Columns];
        for (var sweep = 0; sweep < 5000; sweep++)
        {
            for (var column = 0; column < Columns; column++)
            {
                var (along, square) = (0.0, 0.0);
                foreach (var row in rows)
                {
                    var rest = 1 - Enumerable.Range(0, Columns).Sum(j => j == column ? 0 : row[j] * x[j]);
                    along += row[column] * rest;
                    square += row[column] * row[column];
                }

                x[column] = square > 0 ? Math.Max(0, along / square) : 0;
            }
        }

        return x;
    }

    private static double Residual(CostSample[] samples, double[] x) => samples.Sum(sample =>
    {
        var row = CostFit.Row(sample);
        return Math.Pow(1 - Enumerable.Range(0, Columns).Sum(j => row[j] * x[j]), 2);
    });

    private static IEnumerable<StepLoad> Loads(SeededRandom random, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var load = default(StepLoad).Plus(1, random.Below(500));
            for (var row = random.Below(6); row > 0; row--)
            {
                load = load.Plus(1, random.Below(2000));
            }

            yield return random.Chance(0.6) ? load.Plus(random.Between(2, 500), random.Below(3000)) : load;
        }
    }
}
