using Preble.Core.Batching.Costs;
using Preble.Testing;

namespace Preble.Core.Tests.Batching.Costs;

public sealed class OutputForecastTests
{
    [Fact]
    public void What_remains_is_learned_from_those_that_were_longer()
    {
        var (forecast, random) = (new OutputForecast(), new SeededRandom(8));
        var lengths = new List<int>();
        for (var i = 0; i < 2000; i++)
        {
            // Two kinds of requests: short answers and long ones.
            lengths.Add(random.Chance(0.7) ? random.Between(10, 30) : random.Between(300, 500));
            forecast.Observe(lengths[^1]);
        }

        foreach (var soFar in new[] { 0, 5, 40, 100, 250 })
        {
            // The dumb oracle: the mean over a list, of the last ones as the forecast sees about fifty.
            var recent = lengths.TakeLast(150).Where(length => length > soFar).ToList();
            Assert.InRange(forecast.Remaining(soFar, 4000) / (recent.Average() - soFar), 0.75, 1.25);
        }
    }

    [Fact]
    public void It_stays_within_the_limit_and_is_never_nothing()
    {
        var (forecast, random) = (new OutputForecast(), new SeededRandom(9));
        for (var i = 0; i < 3000; i++)
        {
            forecast.Observe(random.Pick([0, 1, 50, 4000, 1 << 20, int.MaxValue]));
            var (soFar, limit) = (random.Below(5000), random.Below(300));
            Assert.InRange(forecast.Remaining(soFar, limit), Math.Min(1, limit), limit);
        }
    }

    [Fact]
    public void Requests_that_have_become_longer_are_noticed()
    {
        var forecast = new OutputForecast();
        for (var i = 0; i < 200; i++)
        {
            forecast.Observe(20);
        }

        Assert.InRange(forecast.Remaining(0, 4000), 19, 30);
        for (var i = 0; i < 200; i++)
        {
            forecast.Observe(1000);
        }

        Assert.InRange(forecast.Remaining(0, 4000), 900, 1000);
    }

    [Fact]
    public void One_that_has_outlived_all_others_may_go_on_for_half_as_long()
    {
        var forecast = new OutputForecast();
        for (var i = 0; i < 300; i++)
        {
            forecast.Observe(10);
        }

        Assert.Equal(500, forecast.Remaining(1000, 4000));
    }
}
